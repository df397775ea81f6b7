/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels of SentencePiece's models: single precision, in its order and
 * with its comparison, so that near-ties fall as they fall there
 * (sentencepiece, src/unigram_model.cc, EncodeOptimized; observed to 0.2.1
 * and from 0.2.2 on). Pieces begin at characters only; an offer is accepted
 * only if it is higher; a character that no piece of its own length covers
 * may be unknown.
 */
#include <math.h>

#include "model/scores.h"
#include "segment/unknown.h"
#include "segment/walk.h"

static inline bool is_user(const tok_model *m, uint32_t unit)
{
	return m->has_user && m->kind[m->trie.id[unit]] == TOK_KIND_USER;
}

/* What a piece of size bytes that ends at unit adds to a path. */
TK_INLINE double score_of(const tok_model *m, uint32_t unit, size_t size,
			  bool old)
{
	if (!is_user(m, unit))
		return tk_score_float(m->trie.unit[unit].score);
	if (old)
		return (float)size * m->user_score - 0.1;
	return 0.1 * (double)(size - 1);
}

/*
 * A path that ends with unit arrives at slot k. Up to 0.2.1 its value is a
 * double until it is stored, and is compared with what was rounded when it
 * was stored; from 0.2.2 on all is float.
 */
TK_INLINE void offer(const struct tk_viterbi *v, size_t k, float here,
		     double score, uint32_t unit, size_t size, bool old)
{
	double value = old ? score + (double)here
			   : (double)((float)score + here);

	if (!(value > (double)v->best[k].f))
		return;
	v->best[k].f = (float)value;
	v->unit[k] = unit;
	v->size[k] = (uint16_t)size;
}

/* What |value| > TK_REBASE does to all slots ahead that have an offer. */
static inline float rebase(const struct tk_viterbi *v, size_t i, size_t reach)
{
	float here = v->best[i].f;

	if (!(here < -TK_REBASE || here > TK_REBASE))
		return here;
	for (size_t k = i + 1; k <= reach; k++)
		if (v->size[k])
			v->best[k].f -= here;
	v->best[i].f = 0;
	return 0;
}

TK_INLINE size_t relax_as(const struct tk_viterbi *v, const tok_model *m,
			  const uint8_t *text, size_t *start, size_t n,
			  size_t reach, bool old)
{
	size_t i = *start, single = tk_unknown_size(text, i, n);
	float here = old ? v->best[i].f : rebase(v, i, reach);
	bool covered = false;
	uint32_t at = 0;

	*start = i + single;
	for (size_t k = i;
	     (at = tk_trie_next(m->trie.unit, at, text, &k, n));) {
		size_t size = k - i;

		offer(v, k, here, score_of(m, at, size, old), at, size, old);
		covered |= size == single;
		if (k > reach)
			reach = k;
	}
	if (covered)
		return reach;
	/* An unknown character is a float's sum in both. */
	offer(v, i + single, here, m->unknown_score, 0, single, false);
	return i + single > reach ? i + single : reach;
}

TK_INLINE size_t relax(const struct tk_viterbi *v, const void *ctx,
		       const uint8_t *text, size_t *start, size_t n,
		       size_t reach)
{
	return relax_as(v, ctx, text, start, n, reach, false);
}

TK_INLINE size_t relax_old(const struct tk_viterbi *v, const void *ctx,
			   const uint8_t *text, size_t *start, size_t n,
			   size_t reach)
{
	return relax_as(v, ctx, text, start, n, reach, true);
}

static const struct kernel floats = {
	.lowest = {.f = -INFINITY},
	.relax = relax,
};

static const struct kernel floats_old = {
	.lowest = {.f = -INFINITY},
	.relax = relax_old,
};

tok_status tk_viterbi_sp(struct tk_viterbi *v, const tok_model *model,
			 tok_bytes text, union tk_cell *sum, tok_ids *ids)
{
	return walk_text(&floats, v, model, model->trie.id, text, sum, ids);
}

tok_status tk_viterbi_sp_old(struct tk_viterbi *v, const tok_model *model,
			     tok_bytes text, union tk_cell *sum, tok_ids *ids)
{
	return walk_text(&floats_old, v, model, model->trie.id, text, sum, ids);
}

tok_status tk_viterbi_sp_open(struct tk_viterbi *v, const tok_model *model,
			const struct tk_prefix *prefix, union tk_cell sum,
			tok_ids *ids, size_t *done)
{
	return walk_open(&floats, v, model, &model->trie, prefix, sum,
			 ids, done);
}

tok_status tk_viterbi_sp_old_open(struct tk_viterbi *v, const tok_model *model,
			const struct tk_prefix *prefix, union tk_cell sum,
			tok_ids *ids, size_t *done)
{
	return walk_open(&floats_old, v, model, &model->trie, prefix, sum,
			 ids, done);
}

tok_status tk_viterbi_sp_on(struct tk_viterbi *v, const tok_model *model,
			struct tk_walk *w, tok_ids *ids)
{
	return walk_on(&floats, v, model, model->trie.id, w, ids);
}

tok_status tk_viterbi_sp_old_on(struct tk_viterbi *v, const tok_model *model,
			struct tk_walk *w, tok_ids *ids)
{
	return walk_on(&floats_old, v, model, model->trie.id, w, ids);
}
