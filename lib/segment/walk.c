/* SPDX-License-Identifier: Apache-2.0 */
/* What the kernels' walks share and none is in a hurry for. */
#include "segment/walk.h"

#include "model/cuts.h"

/* Of so many slots, the front half freezes. The rest is several times the
 * longest piece: where paths meet after all, they hardly need more. */
enum { FREEZE = 1 << 16 };

static void release_slots(struct tk_viterbi *v)
{
	tk_free(v->alloc, v->best, v->cap, sizeof(*v->best));
	tk_free(v->alloc, v->unit, v->cap, sizeof(*v->unit));
	tk_free(v->alloc, v->size, v->cap, sizeof(*v->size));
}

void tk_viterbi_release(struct tk_viterbi *v)
{
	release_slots(v);
	tk_frozen_release(&v->frozen, v->alloc);
	*v = (struct tk_viterbi){.alloc = v->alloc, .freeze = v->freeze};
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
		release_slots(&to);
		return TOK_E_MEMORY;
	}
	if (v->cap) {
		memcpy(to.best, v->best, v->cap * sizeof(*to.best));
		memcpy(to.unit, v->unit, v->cap * sizeof(*to.unit));
		memcpy(to.size, v->size, v->cap * sizeof(*to.size));
	}
	for (size_t i = v->cap; i < cap; i++)
		to.best[i] = lowest;
	release_slots(v);
	v->best = to.best;
	v->unit = to.unit;
	v->size = to.size;
	v->cap = cap;
	return TOK_OK;
}

/* A path on its way back. */
struct way {
	const struct tk_viterbi *v;
	struct tk_frozen_reader frozen;
	size_t at; /* counted from the first frozen slot */
};

static struct way way_from(const struct tk_viterbi *v, size_t end)
{
	return (struct way){v, tk_frozen_read(&v->frozen), v->frozen.n + end};
}

/* One step; its unit. */
static uint32_t step_back(struct way *way)
{
	size_t n = way->v->frozen.n;

	if (way->at >= n) {
		size_t i = way->at - n;

		way->at -= way->v->size[i];
		return way->v->unit[i];
	}
	uint64_t back = tk_frozen_at(&way->frozen, way->at);
	way->at -= (uint16_t)back;
	return (uint32_t)(back >> 16);
}

static tok_status emit_frozen(struct tk_viterbi *v, const int32_t *id_of_unit,
			      size_t end, tok_ids *ids)
{
	struct way way = way_from(v, end);
	size_t n;

	for (n = 0; way.at; n++)
		(void)step_back(&way);
	tok_status st = tk_ids_reserve(ids, n, false);
	if (st)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (way = way_from(v, end); way.at;)
		*--to = id_of_unit[step_back(&way)];
	tk_frozen_release(&v->frozen, v->alloc);
	return TOK_OK;
}

tok_status tk_walk_emit(struct tk_viterbi *v, const int32_t *id_of_unit,
			size_t end, tok_ids *ids)
{
	size_t n = 0;

	if (TK_UNLIKELY(v->frozen.n > 0))
		return emit_frozen(v, id_of_unit, end, ids);
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
 * meet go on as one, so that few are left soon. One that steps over slot 0
 * goes on among what is frozen.
 */
size_t tk_walk_meet(struct tk_viterbi *v, size_t last, size_t n)
{
	size_t i;

	for (i = last; n > 1 || !(v->size[i] & LIVE); i--) {
		if (!(v->size[i] & LIVE))
			continue;
		v->size[i] ^= LIVE;
		if (v->size[i] > i) {
			while (i--)
				v->size[i] &= (uint16_t)~LIVE;
			return TK_NO_MEETING;
		}
		uint16_t *to = &v->size[i - v->size[i]];
		n -= *to >= LIVE;
		*to |= LIVE;
	}
	v->size[i] ^= LIVE;
	return i;
}

/* The last slot that the best paths to all of at .. reach pass, if that tells
 * anything new. */
static size_t meeting(struct tk_viterbi *v, const struct tk_walk *w)
{
	size_t n = 0;

	for (size_t i = w->at; i <= w->reach; i++)
		if (v->size[i]) {
			v->size[i] |= LIVE;
			n++;
		}
	size_t meet = tk_walk_meet(v, w->reach, n);
	return meet || v->frozen.n ? meet : TK_NO_MEETING;
}

/* The first n slots go. */
static void move_down(struct tk_viterbi *v, struct tk_walk *w, size_t n,
		      union tk_cell lowest)
{
	size_t left = w->reach + 1 - n;

	memmove(v->best, v->best + n, left * sizeof(*v->best));
	memmove(v->unit, v->unit + n, left * sizeof(*v->unit));
	memmove(v->size, v->size + n, left * sizeof(*v->size));
	for (size_t i = left; i <= w->reach; i++) {
		v->best[i] = lowest;
		v->size[i] = 0;
	}
	w->origin += n;
	w->at -= n;
	w->reach -= n;
}

/* How many slots are to freeze: up to one where a piece ends. None, if an
 * unknown character ends before that or goes on there: its bytes are still
 * needed for its ids. */
static size_t n_to_freeze(const struct tk_viterbi *v, const struct tk_walk *w)
{
	size_t most = v->freeze ? v->freeze : FREEZE, n;

	if (w->at < most)
		return 0;
	for (n = w->at - most / 2; n && !v->size[n];)
		n--;
	for (size_t i = 1; i < n + 4 && i <= w->reach; i++)
		if (v->size[i] && !v->unit[i])
			return 0;
	return n;
}

tok_status tk_walk_settle(struct tk_viterbi *v, const int32_t *id_of_unit,
			  struct tk_walk *w, union tk_cell lowest, tok_ids *ids)
{
	size_t meet = meeting(v, w);
	tok_status st = TOK_OK;

	if (meet != TK_NO_MEETING) {
		st = tk_walk_emit(v, id_of_unit, meet, ids);
		if (st)
			return st;
		move_down(v, w, meet, lowest);
	}
	size_t n = n_to_freeze(v, w);
	if (n) {
		st = tk_frozen_add(&v->frozen, v->alloc, v->unit, v->size, n);
		move_down(v, w, n, lowest);
	}
	w->settle_at = meet == TK_NO_MEETING ? 2 * w->at : w->at + SETTLE;
	return st;
}
