/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts out of a vocabulary, to try a model on: the i-th is a function of
 * the model and i. In: a model. Out: whole characters; runs of one piece, in
 * which many paths tie, and rows of any pieces, with a character now and then
 * that is in none of them.
 */
#include "base/buf.h"
#include "base/rng.h"
#include "base/utf8.h"
#include "model/export.h"

enum { MOST_PIECES = 32, TRIES = 16, STRANGE_END = 0x20000 };
static const char space_symbol[] = "\xE2\x96\x81";

struct draw {
	uint64_t key, counter;
};

static uint32_t below(struct draw *d, uint32_t n)
{
	uint64_t word = tk_philox2x64(d->key, d->counter++, 0).word[0];

	return (uint32_t)((word >> 32) * n >> 32);
}

/* Some id whose piece text can hold, or -1. */
static tok_id any_id(const tok_model *m, struct draw *d)
{
	for (int i = 0; i < TRIES; i++) {
		tok_id id = (tok_id)below(d, (uint32_t)m->n_ids);

		if (tk_kind_matches(m->kind[id]) &&
		    tk_export_is_utf8(tk_model_bytes(m, id)))
			return id;
	}
	return -1;
}

/* As it stands in text: with spaces, where the model writes them otherwise. */
static tok_status add_piece(const tok_model *m, tok_id id, tok_buf *out)
{
	tok_bytes rest = tk_model_bytes(m, id);
	bool escaped = m->form == TOK_NORMALIZE_SENTENCEPIECE;
	size_t size = sizeof(space_symbol) - 1;
	tok_status st = TOK_OK;

	while (!st && rest.n) {
		bool space = escaped && rest.n >= size &&
			     !memcmp(rest.p, space_symbol, size);
		size_t n = space ? size : 1;

		st = tk_buf_append(out, space ? (const uint8_t *)" " : rest.p,
				   1);
		rest.p += n;
		rest.n -= n;
	}
	return st;
}

static tok_status add_strange(struct draw *d, tok_buf *out)
{
	uint32_t c = 0xA1 + below(d, STRANGE_END - 0xA1);
	uint8_t bytes[4];

	/* Neither half of a pair, nor what may stand for a space. */
	if ((c >= 0xD800 && c <= 0xDFFF) || c == 0x2581)
		c = 0xB7;
	return tk_buf_append(out, bytes, tk_utf8_encode(c, bytes));
}

tok_status tok_model_sample_text(const tok_model *m, uint64_t i, tok_buf *out)
{
	struct draw d = {.key = i};
	bool run = i % 4 == 0;
	uint32_t n = 1 + below(&d, MOST_PIECES);
	tok_id id = any_id(m, &d);
	size_t before = out->n;
	tok_status st = TOK_OK;

	for (uint32_t k = 0; !st && k < n; k++) {
		if (!run && below(&d, 32) == 0)
			st = add_strange(&d, out);
		if (!run)
			id = any_id(m, &d);
		if (!st && id >= 0)
			st = add_piece(m, id, out);
	}
	if (st)
		out->n = before;
	return st;
}
