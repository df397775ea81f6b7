/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text by models of every arithmetic whose sums tie but for rounding: an
 * encoder with a cache, a small one and a large one, says what one without
 * says, and says it again. The first byte chooses the model, the second how
 * often the text is repeated, so that its chunks come behind many sums; the
 * rest is text.
 */
#include <stdlib.h>
#include <string.h>

#include "model/make.h"
#include "tok/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { N_ENCODERS = 3, MAX_TEXT = 1 << 16 };

static const size_t cache_size[N_ENCODERS] = {0, 1000, 1 << 18};

static void need(int right)
{
	if (!right)
		abort();
}

/* Pieces of one to four characters, scores of few values or that follow
 * lengths; SentencePiece's spaces are U+2581. */
static size_t add_pieces(struct tk_row *row, size_t n)
{
	static const char *const word[] = {
		"a", "b", "-", "--", "---", "----", "aa", "ab", "aba", "bab",
		"\"", "\"\"", "\xE2\x96\x81", "\u2581a",
		"\u2581ab", "a\xE2\x80\x99", "\xE4\xB8\xAD",
		"\xE4\xB8\xAD\xE5\x9C\x8B", "\xE5\x9C\x8B\xE4\xB8\xAD",
		" a", "a b", "e\xCC\x81",
	};
	for (size_t i = 0; i < sizeof(word) / sizeof(*word); i++) {
		tok_bytes bytes = tok_bytes_of(word[i]);
		float score = i % 3 ? -1.1F * (float)bytes.n
				    : -0.7F - (float)(i % 5);

		row[n++] = (struct tk_row){bytes, (double)score,
					   TOK_KIND_PIECE};
	}
	return n;
}

static tok_model *sentencepiece(enum tk_arithmetic arithmetic)
{
	struct tk_row row[40] = {
		{tok_bytes_of("<unk>"), 0, TOK_KIND_UNKNOWN},
		{tok_bytes_of("<u>"), -1, TOK_KIND_USER},
	};
	struct tk_table table = {
		.row = row,
		.n_ids = add_pieces(row, 2),
		.split = TOK_SPLIT_WHOLE,
		.normalize = TOK_NORMALIZE_SENTENCEPIECE,
		.arithmetic = arithmetic,
		.sp_flags = TK_SP_DUMMY_PREFIX | TK_SP_ESCAPE_SPACES,
		.unknown_surface = tok_bytes_of("?"),
	};
	tok_model *m;

	need(!tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

/* All bytes beside the pieces; doubles or integers. */
static tok_model *bytewise(enum tk_arithmetic arithmetic)
{
	static uint8_t byte[256];
	struct tk_row row[256 + 40];
	size_t n = 0;
	tok_model *m;

	for (size_t i = 0; i < 256; i++) {
		byte[i] = (uint8_t)i;
		row[i] = (struct tk_row){{&byte[i], 1}, -2, TOK_KIND_BYTE};
	}
	for (size_t i = 256, end = add_pieces(row, 256); i < end; i++)
		if (row[i].bytes.n > 1)
			row[256 + n++] = row[i];
	for (size_t i = 256; arithmetic == TK_INTEGER && i < 256 + n; i++)
		row[i].score = (double)(int)row[i].score;
	struct tk_table table = {
		.row = row,
		.n_ids = 256 + n,
		.arithmetic = arithmetic,
	};
	need(!tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

static tok_encoder *make(const tok_model *m, size_t size)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.cache_size = size;
	need(!tok_encoder_new(m, &o, &e));
	return e;
}

static void check(tok_encoder *const *e, tok_bytes text)
{
	tok_ids want = {0}, ids = {0};

	need(!tok_encode(e[0], text, &want));
	for (int i = 2; i < 2 * N_ENCODERS; i++) {
		ids.n = 0;
		need(!tok_encode(e[i / 2], text, &ids));
		need(ids.n == want.n &&
		     (!ids.n ||
		      !memcmp(ids.id, want.id, ids.n * sizeof(*ids.id))));
	}
	tok_ids_release(&want);
	tok_ids_release(&ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	/* Made once; their caches go on from input to input. */
	static tok_encoder *encoder[4][N_ENCODERS];
	static uint8_t text[MAX_TEXT];

	if (n < 3)
		return 0;
	unsigned which = p[0] % 4;
	if (!encoder[which][0]) {
		tok_model *m = which == 0   ? sentencepiece(TK_SP_FLOAT)
			       : which == 1 ? sentencepiece(TK_SP_FLOAT_OLD)
			       : which == 2 ? bytewise(TK_DOUBLE)
					    : bytewise(TK_INTEGER);

		for (int i = 0; i < N_ENCODERS; i++)
			encoder[which][i] = make(m, cache_size[i]);
	}
	size_t size = 0, part = n - 2;
	for (unsigned i = 0; i <= p[1] && size + part <= MAX_TEXT; i++) {
		memcpy(text + size, p + 2, part);
		size += part;
	}
	check(encoder[which], (tok_bytes){text, size});
	return 0;
}
