/* SPDX-License-Identifier: Apache-2.0 */
#include "sp_toy.h"

#include <stdio.h>

#include "unit.h"

const char *const sp_toy_symbol[SP_TOY_SYMBOLS] = {
	"a", "-", "b", "\xC3\xA9", "\xE2\x96\x81", "\xF0\x9F\x98\x80",
	"\xE6\x97\xA5", "c"};

void sp_toy_init(struct sp_toy *toy)
{
	toy->n = toy->n_pieces = 0;
}

/* Of bytes that stay where they are. */
static bool add(struct sp_toy *toy, tok_bytes bytes, double score,
		uint8_t kind)
{
	for (size_t i = 0; tk_kind_matches(kind) && i < toy->n_pieces; i++)
		if (tk_bytes_equal(toy->piece[i].bytes, bytes))
			return false;
	if (tk_kind_matches(kind))
		toy->piece[toy->n_pieces++] = (struct ref_sp_piece){
			bytes, score, (int32_t)toy->n,
			kind == TOK_KIND_USER};
	toy->row[toy->n++] = (struct tk_row){bytes, score, kind};
	return true;
}

bool sp_toy_add(struct sp_toy *toy, tok_bytes bytes, double score,
		uint8_t kind)
{
	uint8_t *p = toy->bytes[toy->n];

	assert_true(toy->n < SP_TOY_MAX && bytes.n <= SP_TOY_BYTES);
	if (bytes.n)
		memcpy(p, bytes.p, bytes.n);
	return add(toy, (tok_bytes){p, bytes.n}, score, kind);
}

void sp_toy_add_long(struct sp_toy *toy, uint64_t *random)
{
	static const size_t size[] = {1, 2, 255, 256, 257, 700, 2047, 5000,
				      SP_TOY_LONG};
	static uint8_t letters[SP_TOY_LONG];

	memset(letters, 'a', sizeof(letters));
	for (size_t i = 0; i < sizeof(size) / sizeof(*size); i++)
		(void)add(toy, (tok_bytes){letters, size[i]},
			  (double)(-1.1F * (float)unit_below(random, size[i])),
			  TOK_KIND_PIECE);
}

void sp_toy_add_fallback(struct sp_toy *toy)
{
	for (unsigned i = 0; i < 256; i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "<0x%02X>", i);
		assert_true(sp_toy_add(toy, tok_bytes_of(name), 0,
				       TOK_KIND_FALLBACK));
	}
}

struct tk_table sp_toy_table(const struct sp_toy *toy,
			     enum tk_arithmetic arithmetic, uint32_t flags)
{
	return (struct tk_table){
		.row = toy->row,
		.n_ids = toy->n,
		.split = TOK_SPLIT_WHOLE,
		.normalize = TOK_NORMALIZE_SENTENCEPIECE,
		.arithmetic = arithmetic,
		.sp_flags = flags,
		.unknown_surface = BYTES(" \xE2\x81\x87 "),
	};
}

tok_model *sp_toy_model(const struct sp_toy *toy,
			enum tk_arithmetic arithmetic, uint32_t flags)
{
	struct tk_table table = sp_toy_table(toy, arithmetic, flags);
	tok_model *m;

	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

size_t sp_toy_text(uint64_t *random, size_t n_symbols, size_t n,
		   uint8_t *out)
{
	size_t size = 0, pair[2] = {0, 0}, left = 0;
	bool random_ones = true;

	for (size_t i = 0; i < n; i++) {
		if (!left--) {
			random_ones = unit_below(random, 2);
			left = unit_below(random, 40);
			pair[0] = unit_below(random, n_symbols);
			pair[1] = unit_below(random, 2)
					  ? pair[0]
					  : unit_below(random, n_symbols);
		}
		size_t k = random_ones ? unit_below(random, n_symbols)
				       : pair[i & 1];
		const char *s = sp_toy_symbol[k];
		memcpy(out + size, s, strlen(s));
		size += strlen(s);
	}
	return size;
}
