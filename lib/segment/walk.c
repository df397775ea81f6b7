/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernels' walks share and none is in a hurry for. */
#include "segment/walk.h"

#include "model/cuts.h"

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
	if (st || !n)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (size_t i = end; i; i -= v->size[i])
		*--to = id_of_unit[v->unit[i]];
	return TOK_OK;
}

bool tk_walk_is_live(const struct tk_unit *unit, tok_bytes rest,
		     const struct tk_prefix *p)
{
	const tok_bytes next = p->next;
	uint32_t at = 0;

	/* A character that is not whole may be unknown. */
	if (p->characters && tk_char_size(rest.p, 4) > rest.n)
		return true;
	for (size_t i = 0; i < rest.n; i++)
		if (!(at = tk_trie_step(unit, at, rest.p[i])))
			return false;
	for (size_t i = 0; i < next.n; i++) {
		if (!(at = tk_trie_step(unit, at, next.p[i])))
			return false;
		if (unit[at].score != TK_NO_PIECE)
			return true;
	}
	for (unsigned c = 0; c < 256 && !next.n; c++)
		if (tk_trie_step(unit, at, (uint8_t)c))
			return true;
	return next.n > 0;
}

/*
 * The highest of the marked slots steps back until one is left; those that
 * meet go on as one, so that few are left soon.
 */
size_t tk_walk_meet(struct tk_viterbi *v, size_t last, size_t n)
{
	size_t i;

	for (i = last; n > 1 || !(v->size[i] & LIVE); i--) {
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

/* The last slot that the best paths to all of at .. reach pass. */
static size_t meeting(struct tk_viterbi *v, const struct tk_walk *w)
{
	size_t n = 0;

	for (size_t i = w->at; i <= w->reach; i++)
		if (v->size[i]) {
			v->size[i] |= LIVE;
			n++;
		}
	return tk_walk_meet(v, w->reach, n);
}

tok_status tk_walk_settle(struct tk_viterbi *v, const int32_t *id_of_unit,
			  struct tk_walk *w, union tk_cell lowest, tok_ids *ids)
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
