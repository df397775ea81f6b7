/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel of Hugging Face's models: doubles summed left to right, an offer
 * accepted only if it is higher (tokenizers 0.23, models/unigram/model.rs,
 * encode_optimized, observed). Pieces begin at characters only; a character
 * that no piece of its own length covers may be unknown.
 */
#include <math.h>

#include "segment/unknown.h"
#include "segment/walk.h"

TK_INLINE void offer(const struct tk_viterbi *v, size_t k, double value,
		     uint32_t unit, size_t size)
{
	if (!(value > v->best[k].d))
		return;
	v->best[k].d = value;
	v->unit[k] = unit;
	v->size[k] = (uint16_t)size;
}

TK_INLINE size_t relax(const struct tk_viterbi *v, const void *ctx,
		       const uint8_t *text, size_t *start, size_t n,
		       size_t reach)
{
	const tok_model *m = ctx;
	size_t i = *start, single = tk_unknown_size(text, i, n);
	double here = v->best[i].d;
	bool covered = false;
	uint32_t at = 0;

	*start = i + single;
	for (size_t k = i;
	     (at = tk_trie_next(m->trie.unit, at, text, &k, n));) {
		offer(v, k, m->score[m->trie.id[at]] + here, at, k - i);
		covered |= k - i == single;
		if (k > reach)
			reach = k;
	}
	if (covered)
		return reach;
	offer(v, i + single, m->unknown_score + here, 0, single);
	return i + single > reach ? i + single : reach;
}

static const struct kernel doubles = {
	.lowest = {.d = -INFINITY},
	.relax = relax,
};

tok_status tk_viterbi_hf(struct tk_viterbi *v, const tok_model *model,
			 tok_bytes text, union tk_cell *sum, tok_ids *ids)
{
	return walk_text(&doubles, v, model, model->trie.id, text, sum, ids);
}

tok_status tk_viterbi_hf_open(struct tk_viterbi *v, const tok_model *model,
			const struct tk_prefix *prefix, union tk_cell sum,
			tok_ids *ids, size_t *done)
{
	return walk_open(&doubles, v, model, &model->trie, prefix, sum,
			 ids, done);
}

tok_status tk_viterbi_hf_on(struct tk_viterbi *v, const tok_model *model,
			struct tk_walk *w, tok_ids *ids)
{
	return walk_on(&doubles, v, model, model->trie.id, w, ids);
}
