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

/*
 * The last slot that the best paths to all of at .. reach pass. The highest
 * of the slots looked at steps back until one is left; those that meet go on
 * as one, so that few are left soon.
 */
static size_t meeting(const struct tk_viterbi *v, const struct walk *w)
{
	size_t live[TK_MAX_PIECE + 8] = {0}, n = 0;

	for (size_t i = w->at; i <= w->reach; i++)
		if (v->size[i])
			live[n++] = i;
	/* In rising order: the last is the highest. */
	while (n > 1) {
		size_t to = live[n - 1] - v->size[live[n - 1]], k = n - 1;

		while (k && live[k - 1] > to)
			k--;
		if (k && live[k - 1] == to) {
			n--;
			continue;
		}
		memmove(live + k + 1, live + k, (n - 1 - k) * sizeof(*live));
		live[k] = to;
	}
	return live[0];
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
