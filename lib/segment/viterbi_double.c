/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel of BytePiece's models: doubles summed left to right over a whole
 * line, an offer accepted only if it is higher, so that the earliest start
 * (the longest last piece) stays among equals (bytepiece 0.6.3, faster.pyx).
 */
#include <math.h>

#include "segment/walk.h"

TK_INLINE size_t relax(const struct tk_viterbi *v, const void *ctx,
		       const uint8_t *text, size_t *start, size_t n,
		       size_t reach)
{
	const tok_model *m = ctx;
	size_t i = (*start)++;
	double here = v->best[i].d;
	uint32_t at = 0;

	for (size_t k = i;
	     (at = tk_trie_next(m->trie.unit, at, text, &k, n));) {
		double value = here + m->score[m->trie.id[at]];

		if (value > v->best[k].d) {
			v->best[k].d = value;
			v->unit[k] = at;
			v->size[k] = (uint16_t)(k - i);
		}
		if (k > reach)
			reach = k;
	}
	return reach;
}

static const struct kernel doubles = {
	.lowest = {.d = -INFINITY},
	.relax = relax,
};

tok_status tk_viterbi_double(struct tk_viterbi *v, const tok_model *model,
			     tok_bytes text, union tk_cell *sum, tok_ids *ids)
{
	return walk_text(&doubles, v, model, model->trie.id, text, sum, ids);
}

tok_status tk_viterbi_double_open(struct tk_viterbi *v, const tok_model *model,
			const struct tk_prefix *prefix, union tk_cell sum,
			tok_ids *ids, size_t *done)
{
	return walk_open(&doubles, v, model, &model->trie, prefix, sum,
			 ids, done);
}

tok_status tk_viterbi_double_on(struct tk_viterbi *v, const tok_model *model,
			struct tk_walk *w, tok_ids *ids)
{
	return walk_on(&doubles, v, model, model->trie.id, w, ids);
}
