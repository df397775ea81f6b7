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

/* Beyond this, from 0.2.2 on, values are taken off what is ahead. */
#define REBASE 100000.0F

static inline bool is_user(const tok_model *m, uint32_t unit)
{
	return m->has_user && m->kind[m->trie.id[unit]] == TOK_KIND_USER;
}

static inline void take(const struct tk_viterbi *v, size_t k, float value,
			uint32_t unit, size_t size)
{
	v->best[k].f = value;
	v->unit[k] = unit;
	v->size[k] = (uint8_t)size;
}

static inline size_t offer_unknown(const struct tk_viterbi *v,
				   const tok_model *m, size_t i, size_t size,
				   float here, size_t reach)
{
	float value = m->unknown_score + here;
	size_t k = i + size;

	if (value > v->best[k].f)
		take(v, k, value, 0, size);
	return k > reach ? k : reach;
}

/* What |value| > REBASE does to all slots ahead that have an offer. */
static inline float rebase(const struct tk_viterbi *v, size_t i, size_t reach)
{
	float here = v->best[i].f;

	if (!(here < -REBASE || here > REBASE))
		return here;
	for (size_t k = i + 1; k <= reach; k++)
		if (v->size[k])
			v->best[k].f -= here;
	v->best[i].f = 0;
	return 0;
}

TK_INLINE size_t relax(const struct tk_viterbi *v, const void *ctx,
		       const uint8_t *text, size_t *start, size_t n,
		       size_t reach)
{
	const tok_model *m = ctx;
	const struct tk_unit *unit = m->trie.unit;
	size_t i = *start, single = tk_unknown_size(text, i, n);
	float here = rebase(v, i, reach);
	bool covered = false;
	uint32_t at = 0;

	*start = i + single;
	for (size_t k = i; (at = tk_trie_next(unit, at, text, &k, n));) {
		size_t size = k - i;
		float score = is_user(m, at)
				      ? (float)(0.1 * (double)(size - 1))
				      : tk_score_float(unit[at].score);
		float value = score + here;
		if (value > v->best[k].f)
			take(v, k, value, at, size);
		covered |= size == single;
		if (k > reach)
			reach = k;
	}
	return covered ? reach : offer_unknown(v, m, i, single, here, reach);
}

/* Up to 0.2.1 an offer is a double until it is stored, and is compared with
 * what was rounded when it was stored. */
TK_INLINE size_t relax_old(const struct tk_viterbi *v, const void *ctx,
			   const uint8_t *text, size_t *start, size_t n,
			   size_t reach)
{
	const tok_model *m = ctx;
	const struct tk_unit *unit = m->trie.unit;
	size_t i = *start, single = tk_unknown_size(text, i, n);
	float here = v->best[i].f;
	bool covered = false;
	uint32_t at = 0;

	*start = i + single;
	for (size_t k = i; (at = tk_trie_next(unit, at, text, &k, n));) {
		size_t size = k - i;
		float most = (float)size * m->user_score;
		double score = is_user(m, at)
				       ? (double)most - 0.1
				       : tk_score_float(unit[at].score);
		double value = score + (double)here;
		if (value > (double)v->best[k].f)
			take(v, k, (float)value, at, size);
		covered |= size == single;
		if (k > reach)
			reach = k;
	}
	return covered ? reach : offer_unknown(v, m, i, single, here, reach);
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
			 tok_bytes text, tok_ids *ids)
{
	return walk_text(&floats, v, model, model->trie.id, text, ids);
}

tok_status tk_viterbi_sp_old(struct tk_viterbi *v, const tok_model *model,
			     tok_bytes text, tok_ids *ids)
{
	return walk_text(&floats_old, v, model, model->trie.id, text, ids);
}
