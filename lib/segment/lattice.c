/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: an id. Out: its score where paths are weighed. A user-defined symbol of
 * SentencePiece has one that follows from its length in characters
 * (src/unigram_model.cc, PopulateNodes, to 0.2.1 and from 0.2.2 on; its
 * segmenter counts bytes).
 */
#include "segment/lattice.h"

#include "model/cuts.h"

static double user_score(const tok_model *m, tok_bytes piece)
{
	size_t n = 0;

	for (size_t i = 0; i < piece.n; n++)
		i += tk_char_size(piece.p + i, piece.n - i);
	if (m->arithmetic == TK_SP_FLOAT_OLD)
		return (double)n * (double)m->user_score - 0.1;
	return 0.1 * (double)(n - 1);
}

double tk_lattice_score(const tok_model *m, tok_id id)
{
	if (id < 0)
		return m->unknown_score;
	if (m->kind[id] == TOK_KIND_USER)
		return user_score(m, tk_model_bytes(m, id));
	return m->score[id];
}
