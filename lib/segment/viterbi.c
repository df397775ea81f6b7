/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel of our own models: integers. In: a pre-token. Out: the ids of
 * its best path. Exact: integer sums, a written tie rule. Starts come in
 * rising order, so accepting an equal offer leaves the shortest last piece.
 *
 * Scores are at least -2^22, so values stay above -2^60 between settlings.
 */
#include "segment/viterbi.h"

#include "segment/walk.h"

TK_INLINE size_t relax(const struct tk_viterbi *v, const void *ctx,
		       const uint8_t *text, size_t *start, size_t n,
		       size_t reach)
{
	const struct tk_unit *unit = ctx;
	size_t i = (*start)++;
	int64_t here = v->best[i].i;
	uint32_t at = 0;

	for (size_t k = i; (at = tk_trie_next(unit, at, text, &k, n));) {
		int64_t value = here + tk_viterbi_value(unit[at].score);

		if (value >= v->best[k].i) {
			v->best[k].i = value;
			v->unit[k] = at;
			v->size[k] = (uint16_t)(k - i);
		}
		if (k > reach)
			reach = k;
	}
	return reach;
}

static const struct kernel integers = {
	.lowest = {.i = INT64_MIN},
	.restarts = true,
	.relax = relax,
};

tok_status tk_viterbi(struct tk_viterbi *v, const struct tk_trie *trie,
		      tok_bytes text, tok_ids *ids)
{
	union tk_cell sum = {.i = 0};

	return walk_text(&integers, v, trie->unit, trie->id, text, &sum, ids);
}

tok_status tk_viterbi_open(struct tk_viterbi *v, const tok_model *model,
			const struct tk_prefix *prefix, union tk_cell sum,
			tok_ids *ids, size_t *done)
{
	return walk_open(&integers, v, model->trie.unit, &model->trie, prefix, sum,
			 ids, done);
}

tok_status tk_viterbi_on(struct tk_viterbi *v, const tok_model *model,
			struct tk_walk *w, tok_ids *ids)
{
	return walk_on(&integers, v, model->trie.unit, model->trie.id, w, ids);
}
