/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trie against the rows of its pieces. In: a trie in any state, rows within
 * bounds. Out: whether each piece has its node and nothing else has one, and
 * the cuts, which the same walk finds.
 */
#include "model/trie_check.h"

#include "base/bytes.h"
#include "model/cuts.h"
#include "model/scores.h"
#include "model/trie_walk.h"

/* Is what ends at a unit, behind these bytes, that piece? */
static bool is_piece(const struct tok_model *m, uint32_t unit, tok_bytes path)
{
	tok_id id = m->trie.id[unit];

	return id >= 0 && id < m->n_ids && tk_kind_matches(m->kind[id]) &&
	       tk_bytes_equal(tk_model_bytes(m, id), path) &&
	       m->trie.unit[unit].score ==
		       tk_score_in_trie(m->arithmetic, m->score[id]);
}

/* Each piece has one node, so the trie holds as many as nodes say that they
 * are one. */
static bool walk(const struct tok_model *m, const struct tk_trie_walk *begin,
		 struct tk_cuts *cuts)
{
	/* A copy that nobody else knows can be kept in registers. */
	struct tk_trie_walk w = *begin;
	size_t n_pieces = 0;
	uint32_t at;

	for (tok_id i = 0; i < m->n_ids; i++)
		n_pieces += tk_kind_matches(m->kind[i]);
	while ((at = tk_trie_walk_next(&w))) {
		tk_cuts_add(cuts, w.path, w.depth);
		if (m->trie.unit[at].score == TK_NO_PIECE) {
			if (m->trie.id[at] != -1)
				return false;
			continue;
		}
		if (!is_piece(m, at, (tok_bytes){w.path, w.depth}))
			return false;
		tk_cuts_add_piece(cuts, w.path, w.depth);
		n_pieces--;
	}
	return !n_pieces && tk_trie_walk_whole(&w);
}

tok_status tk_trie_check(struct tok_model *m)
{
	struct tk_trie_walk w;
	struct tk_cuts cuts;
	tok_status st = tk_trie_walk_init(&w, &m->trie, m->max_piece,
					  m->alloc);
	tok_status cut = tk_cuts_begin(&cuts, m);

	st = st ? st : cut;
	if (!st && !walk(m, &w, &cuts))
		st = TOK_E_CORRUPT;
	if (!st)
		st = tk_cuts_end(&cuts);
	tk_cuts_release(&cuts);
	tk_trie_walk_release(&w);
	return st;
}
