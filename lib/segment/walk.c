/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernels' walks share and none is in a hurry for. */
#include "segment/walk.h"

void tk_viterbi_release(struct tk_viterbi *v)
{
	tk_free(v->alloc, v->best, v->cap, sizeof(*v->best));
	tk_free(v->alloc, v->unit, v->cap, sizeof(*v->unit));
	tk_free(v->alloc, v->size, v->cap, sizeof(*v->size));
	*v = (struct tk_viterbi){.alloc = v->alloc};
}

tok_status tk_walk_reserve(struct tk_viterbi *v, size_t need,
			   union tk_cell lowest)
{
	if (need <= v->cap)
		return TOK_OK;

	size_t cap = need < 2 * v->cap ? 2 * v->cap : need;
	struct tk_viterbi to = {.alloc = v->alloc, .cap = cap};
	to.best = tk_new(v->alloc, cap, sizeof(*to.best));
	to.unit = tk_new(v->alloc, cap, sizeof(*to.unit));
	to.size = tk_new_zeroed(v->alloc, cap, sizeof(*to.size));
	if (!to.best || !to.unit || !to.size) {
		tk_viterbi_release(&to);
		return TOK_E_MEMORY;
	}
	if (v->cap) {
		memcpy(to.best, v->best, v->cap * sizeof(*to.best));
		memcpy(to.unit, v->unit, v->cap * sizeof(*to.unit));
		memcpy(to.size, v->size, v->cap * sizeof(*to.size));
	}
	for (size_t i = v->cap; i < cap; i++)
		to.best[i] = lowest;
	tk_viterbi_release(v);
	*v = to;
	return TOK_OK;
}

tok_status tk_walk_emit(const struct tk_viterbi *v, const int32_t *id_of_unit,
			size_t end, tok_ids *ids)
{
	size_t n = 0;

	for (size_t i = end; i; i -= v->size[i])
		n++;
	tok_status st = tk_ids_reserve(ids, n, false);
	if (st)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (size_t i = end; i; i -= v->size[i])
		*--to = id_of_unit[v->unit[i]];
	return TOK_OK;
}

/* Marks a slot in its size, which is below. */
#define LIVE 0x8000U
_Static_assert(TK_MAX_PIECE < LIVE, "a size leaves room for the mark");

/*
 * The last slot that the best paths to all of at .. reach pass. The highest
 * of the slots looked at steps back until one is left; those that meet go on
 * as one, so that few are left soon.
 */
static size_t meeting(struct tk_viterbi *v, const struct walk *w)
{
	size_t n = 0, i;

	for (i = w->at; i <= w->reach; i++)
		if (v->size[i]) {
			v->size[i] |= LIVE;
			n++;
		}
	for (i = w->reach; n > 1 || !(v->size[i] & LIVE); i--) {
		if (!(v->size[i] & LIVE))
			continue;
		v->size[i] ^= LIVE;
		uint16_t *to = &v->size[i - v->size[i]];
		n -= *to >= LIVE;
		*to |= LIVE;
	}
	v->size[i] ^= LIVE;
	return i;
}

tok_status tk_walk_settle(struct tk_viterbi *v, const int32_t *id_of_unit,
			  struct walk *w, union tk_cell lowest, tok_ids *ids)
{
	size_t meet = meeting(v, w);
	tok_status st = tk_walk_emit(v, id_of_unit, meet, ids);

	if (st)
		return st;
	if (!meet) {
		w->settle_at = 2 * w->at;
		return TOK_OK;
	}
	size_t n = w->reach + 1 - meet;
	memmove(v->best, v->best + meet, n * sizeof(*v->best));
	memmove(v->unit, v->unit + meet, n * sizeof(*v->unit));
	memmove(v->size, v->size + meet, n * sizeof(*v->size));
	for (size_t i = n; i <= w->reach; i++) {
		v->best[i] = lowest;
		v->size[i] = 0;
	}
	w->origin += meet;
	w->at -= meet;
	w->reach -= meet;
	w->settle_at = w->at + SETTLE;
	return TOK_OK;
}
