/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which models need no split. In: a model's pieces. Out: whether all of them
 * lie within pre-tokens that are words, wherever they match. Then every path
 * passes all edges, and with exact sums the best one of all is the best one of
 * each. Pieces of blanks alone are let pass: whether the last blank of a run
 * goes with a word is no matter of pieces.
 */
#include "segment/unsplit.h"

/* Bytes that take as long to encode as it takes to look at all pieces. */
enum { WORTH = 1 << 17 };

static bool is_blank(tok_bytes piece)
{
	size_t i = 0;

	while (i < piece.n && tk_split_is_blank(piece.p[i]))
		i++;
	return i == piece.n;
}

static bool lies_within(const tok_model *m, int32_t id)
{
	tok_bytes piece = tk_model_bytes(m, id);

	return !tk_kind_matches(m->kind[id]) || is_blank(piece) ||
	       !tk_split_may_cut(&m->split, piece);
}

static bool all_lie_within(const tok_model *m)
{
	int32_t id = 0;

	while (id < m->n_ids && lies_within(m, id))
		id++;
	return id == m->n_ids;
}

bool tk_unsplit_ask(struct tk_unsplit *u, const tok_model *m, size_t n)
{
	if (m->arithmetic != TK_INTEGER || (m->split.kind != TOK_SPLIT_SPACE &&
					    m->split.kind != TOK_SPLIT_WORD))
		return false;
	if (u->n_seen < WORTH) {
		u->n_seen += n;
		u->yes = u->n_seen >= WORTH && all_lie_within(m);
	}
	return u->yes;
}
