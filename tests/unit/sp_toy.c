/* SPDX-License-Identifier: Apache-2.0 */
#include "sp_toy.h"

#include <stdio.h>

#include "base/buf.h"
#include "text/steps.h"
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

void sp_toy_add_runs(struct sp_toy *toy, const char *symbol)
{
	uint8_t bytes[SP_TOY_BYTES];
	size_t n = strlen(symbol);

	for (size_t i = 0; i < 16; i++)
		memcpy(bytes + i * n, symbol, n);
	for (size_t k = 1; k <= 16; k *= 2)
		(void)sp_toy_add(toy, (tok_bytes){bytes, k * n}, -8,
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
	if (arithmetic == TK_DOUBLE)
		return (struct tk_table){
			.row = toy->row,
			.n_ids = toy->n,
			.arithmetic = arithmetic,
		};
	if (arithmetic == TK_HF_DOUBLE)
		return (struct tk_table){
			.row = toy->row,
			.n_ids = toy->n,
			.split = TOK_SPLIT_STEPS,
			.normalize = TOK_NORMALIZE_STEPS,
			.arithmetic = arithmetic,
		};
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
	const struct tk_steps_draft draft = {.n_vocab = (uint32_t)toy->n};
	tok_buf steps = {0};
	tok_model *m;

	if (arithmetic == TK_HF_DOUBLE)
		assert_ok(tk_steps_write(&draft, &steps));
	table.steps = (tok_bytes){steps.p, steps.n};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	tok_buf_release(&steps);
	return m;
}

static double score_of(enum sp_manner manner, size_t n_symbols,
		       uint64_t *random)
{
	float k = (float)(n_symbols + unit_below(random, 2));

	switch (manner) {
	case SP_STEPS: /* sums of the same text that differ by rounding alone */
		return (double)(-1.1F * k);
	case SP_FEW:
		return -(double)(1 + unit_below(random, 3));
	case SP_STEEP: /* beyond 100,000 within a few hundred pieces */
		return (double)(-900.1F * k);
	default:
		return (double)(0.3F * (k - 2.0F));
	}
}

void sp_toy_fill(struct sp_toy *toy, uint64_t *random,
		 enum sp_manner manner, size_t n_symbols, size_t n_pieces)
{
	sp_toy_init(toy);
	assert_true(sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	assert_true(sp_toy_add(toy, BYTES("<s>"), 0, TOK_KIND_CONTROL));
	for (size_t i = 0; i < n_symbols; i++)
		if (unit_below(random, 8))
			(void)sp_toy_add(toy, tok_bytes_of(sp_toy_symbol[i]),
					 score_of(manner, 1, random),
					 TOK_KIND_PIECE);
	for (size_t i = 0; i < n_pieces; i++) {
		uint8_t bytes[SP_TOY_BYTES];
		size_t n = 1 + unit_below(random, n_symbols == 1 ? 14 : 5);
		size_t size = sp_toy_text(random, n_symbols, n, bytes);
		uint8_t kind = unit_below(random, 10) == 0 ? TOK_KIND_USER
			       : unit_below(random, 10) == 0
				       ? TOK_KIND_UNUSED
				       : TOK_KIND_PIECE;

		(void)sp_toy_add(toy, (tok_bytes){bytes, size},
				 score_of(manner, n, random), kind);
	}
}

/* Sums of tenths tie but for rounding; logs of counts hardly ever. */
static double tenths_of(uint64_t *random, size_t size)
{
	static const double tenths[] = {-0.1, -0.2, -0.3, -0.7};

	return unit_below(random, 2)
		       ? -1.1 * (double)size
		       : tenths[unit_below(random, 4)] * (double)size;
}

void sp_toy_fill_bytes(struct sp_toy *toy, uint64_t *random,
		       size_t n_symbols, size_t n_pieces)
{
	sp_toy_init(toy);
	for (unsigned i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;

		assert_true(sp_toy_add(toy, (tok_bytes){&byte, 1},
				       tenths_of(random, 1), TOK_KIND_BYTE));
	}
	for (size_t i = 0; i < n_pieces; i++) {
		uint8_t bytes[SP_TOY_BYTES];
		size_t n = 1 + unit_below(random, n_symbols == 1 ? 14 : 5);
		size_t size = sp_toy_text(random, n_symbols, n, bytes);

		(void)sp_toy_add(toy, (tok_bytes){bytes, size},
				 tenths_of(random, size), TOK_KIND_PIECE);
	}
}

/* Some are above 0. */
static double hf_score_of(uint64_t *random, size_t n)
{
	static const double tenths[] = {-0.1, -0.2, -0.3, -0.7, 0.1};

	return unit_below(random, 3) ? tenths[unit_below(random, 5)] *
					       (double)n
				     : -9.7 * (double)unit_below(random, n);
}

void sp_toy_fill_hf(struct sp_toy *toy, uint64_t *random, size_t n_symbols,
		    size_t n_pieces)
{
	sp_toy_init(toy);
	assert_true(sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_PIECE));
	for (size_t i = 0; i < n_symbols; i++)
		if (unit_below(random, 6))
			(void)sp_toy_add(toy, tok_bytes_of(sp_toy_symbol[i]),
					 hf_score_of(random, 1),
					 TOK_KIND_PIECE);
	for (size_t i = 0; i < n_pieces; i++) {
		uint8_t bytes[SP_TOY_BYTES];
		size_t n = 1 + unit_below(random, n_symbols == 1 ? 14 : 5);
		size_t size = sp_toy_text(random, n_symbols, n, bytes);

		(void)sp_toy_add(toy, (tok_bytes){bytes, size},
				 hf_score_of(random, n), TOK_KIND_PIECE);
	}
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
