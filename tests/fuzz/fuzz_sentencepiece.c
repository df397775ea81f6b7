/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as SentencePiece's model file: refused with a sentence, or a
 * model that keeps every promise of sentencepiece.h, with all its bytes
 * inside the file or static.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "model/sentencepiece.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Quadratic comparisons of pieces stop here. */
enum { MAX_COMPARED = 300 };

static void need(int right)
{
	if (!right)
		abort();
}

static int inside(tok_bytes file, tok_bytes s)
{
	return !s.n || (s.p >= file.p && s.n <= file.n &&
			(size_t)(s.p - file.p) <= file.n - s.n);
}

static int is_special(const struct tk_sp_piece *piece)
{
	return piece->type == TK_SP_UNKNOWN || piece->type == TK_SP_CONTROL ||
	       piece->type == TK_SP_BYTE;
}

static void check(const struct tk_sp_model *m, tok_bytes file)
{
	size_t n_of[TK_SP_BYTE + 1] = {0};

	need(m->n > 0 && m->n <= m->cap && m->model_type == 1);
	for (size_t i = 0; i < m->n; i++) {
		const struct tk_sp_piece *a = &m->piece[i];

		need(inside(file, a->bytes));
		need(a->bytes.n > 0 && a->bytes.n < 8000);
		need(isfinite(a->score));
		need(a->type >= TK_SP_NORMAL && a->type <= TK_SP_BYTE);
		n_of[a->type]++;
		for (size_t k = 0; k < i && k < MAX_COMPARED; k++)
			need(is_special(a) != is_special(&m->piece[k]) ||
			     !tk_bytes_equal(a->bytes, m->piece[k].bytes));
	}
	need(n_of[TK_SP_UNKNOWN] == 1 ||
	     (m->byte_fallback && !n_of[TK_SP_UNKNOWN]));
	need(n_of[TK_SP_BYTE] == (m->byte_fallback ? 256 : 0));
	need(inside(file, m->normalizer.name));
	need(inside(file, m->normalizer.charsmap));
	need(inside(file, m->denormalizer.charsmap));
	need(m->unk_piece.n && m->bos_piece.n && m->eos_piece.n &&
	     m->pad_piece.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	tok_bytes file = {p, n};
	struct tk_sp_model m;
	tok_error err = {0};

	tok_status st = tk_sp_parse(file, "fuzz", NULL, &m, &err);
	if (st)
		need(strlen(err.text) > 0 && err.code == st);
	else
		check(&m, file);
	tk_sp_release(&m);
	(void)tk_sp_sniff(file);
	return 0;
}
