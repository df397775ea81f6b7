/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The path of a long chunk. In: a chunk between two cuts. Out: a path, drawn
 * as sample.c says, window by window.
 *
 * What is drawn at a slot depends on the sums and on a random number that
 * belongs to the slot alone, so it may be drawn when it is needed, or before:
 * where the paths drawn to all slots that a piece may still begin at have met,
 * the path to there is final. Where windows end cannot change a bit.
 */
#include "segment/sample.h"

#include <string.h>

#include "base/buf.h"
#include "segment/lattice.h"

/* Slots to go, beside a longest piece, before the paths are looked at. */
enum { SETTLE = 4096 };

void tk_sample_long_release(struct tk_sampler *s)
{
	if (s->slot)
		tk_free(s->alloc, s->slot - s->n_front, s->n_front + s->cap,
			sizeof(*s->slot));
	tk_free(s->alloc, s->place, s->cap, sizeof(*s->place));
	tk_free(s->alloc, s->drawn, s->cap, sizeof(*s->drawn));
	tk_free(s->alloc, s->live, s->cap, sizeof(*s->live));
}

/* Room for this many slots, keeping the first n. */
static tok_status reserve(struct tk_sampler *s, size_t n_front, size_t need,
			  size_t n)
{
	if (need <= s->cap && n_front <= s->n_front)
		return TOK_OK;

	struct tk_sampler to = {
		.alloc = s->alloc, .cap = need, .n_front = n_front};
	to.slot = tk_new_zeroed(s->alloc, n_front + need, sizeof(*to.slot));
	if (to.slot)
		to.slot += n_front;
	to.place = tk_new(s->alloc, need, sizeof(*to.place));
	to.drawn = tk_new_zeroed(s->alloc, need, sizeof(*to.drawn));
	to.live = tk_new_zeroed(s->alloc, need, sizeof(*to.live));
	if (!to.slot || !to.place || !to.drawn || !to.live) {
		tk_sample_long_release(&to);
		return TOK_E_MEMORY;
	}
	if (n) {
		memcpy(to.slot, s->slot, n * sizeof(*to.slot));
		memcpy(to.place, s->place, n * sizeof(*to.place));
		memcpy(to.drawn, s->drawn, n * sizeof(*to.drawn));
	}
	tk_sample_long_release(s);
	s->slot = to.slot;
	s->n_front = n_front;
	s->place = to.place;
	s->drawn = to.drawn;
	s->live = to.live;
	s->cap = need;
	return TOK_OK;
}

/* What the path to slot k ends with. */
TK_INLINE uint32_t draw(const struct tk_window *w, size_t k)
{
	uint32_t drawn = w->s->drawn[k];

	return drawn ? drawn
		     : tk_filter_choose(&w->filter, k,
					tk_draws_at(&w->s->draws, w->at + k));
}

TK_INLINE size_t size_of(const struct tk_window *w, size_t k, uint32_t drawn)
{
	return drawn == TK_DRAWN_UNKNOWN ? w->s->slot[k].unknown
					 : w->s->law->piece[drawn].size;
}

/* Appends the path drawn to slot end: as it is drawn, from its end on, to
 * where it cannot be longer. */
static tok_status emit(const struct tk_window *w, size_t end, tok_ids *ids)
{
	const struct tk_ending *ending = w->s->law->ending;
	tok_status st = tk_ids_room(ids, end);

	if (st)
		return st;
	tok_id *first = ids->id + ids->n, *to = first + end;
	for (size_t k = end; k;) {
		uint32_t drawn = draw(w, k);

		*--to = drawn == TK_DRAWN_UNKNOWN ? -1 : ending[drawn].id;
		k -= size_of(w, k, drawn);
	}
	size_t n = (size_t)(first + end - to);
	memmove(first, to, n * sizeof(*to));
	ids->n += n;
	return TOK_OK;
}

/*
 * The last slot that the paths drawn to all slots that a piece may still
 * begin at pass. The highest of the slots looked at steps back until one is
 * left; those that meet go on as one.
 */
static tok_status meeting(struct tk_window *w, size_t *meet)
{
	bool *live = w->s->live;
	size_t n = 0, i = w->filter.next, k;

	for (k = i > w->longest ? i - w->longest : 0; k <= i; k++) {
		live[k] = w->s->slot[k].m > 0.0;
		n += live[k];
	}
	if (!n)
		return TOK_E_UNSUPPORTED;
	for (; n > 1 || !live[i]; i--) {
		if (!live[i])
			continue;
		live[i] = false;
		w->s->drawn[i] = draw(w, i);
		k = i - size_of(w, i, w->s->drawn[i]);
		n -= live[k];
		live[k] = true;
	}
	live[i] = false;
	*meet = i;
	return TOK_OK;
}

/* Appends what is final and makes slot 0 of where it ends, *meet. */
static tok_status settle(struct tk_window *w, tok_ids *ids, size_t *meet)
{
	struct tk_sampler *s = w->s;
	struct tk_filter *f = &w->filter;
	w->settled = true;
	tok_status st = meeting(w, meet);
	if (!st)
		st = emit(w, *meet, ids);
	if (st || !*meet)
		return st;
	size_t n = f->next + 1 - *meet;
	memmove(s->slot, s->slot + *meet, n * sizeof(*s->slot));
	memmove(s->place, s->place + *meet, n * sizeof(*s->place));
	memmove(s->drawn, s->drawn + *meet, n * sizeof(*s->drawn));
	memset(s->drawn + n, 0, *meet * sizeof(*s->drawn));
	f->text.p += *meet;
	f->text.n -= *meet;
	f->next -= *meet;
	f->since = f->since > *meet ? f->since - *meet : 0;
	w->at += *meet;
	return TOK_OK;
}

/* Slots up to stop, or a little more where a character reaches beyond. */
static tok_status fill(struct tk_window *w, size_t stop, bool characters)
{
	struct tk_filter *f = &w->filter;
	bool first = !f->slot;
	tok_status st = reserve(w->s, w->longest, w->size + 4,
				first ? 0 : f->next + 1);

	if (st)
		return st;
	f->slot = w->s->slot;
	f->place = w->s->place;
	if (first)
		tk_filter_begin(f);
	tk_filter_run(f, stop, characters);
	return TOK_OK;
}

/* No further: there may be many more from a long chunk before. */
void tk_window_drop(const struct tk_window *w)
{
	if (w->settled)
		memset(w->s->drawn, 0,
		       (w->filter.next + 1) * sizeof(*w->s->drawn));
}

void tk_window_begin(struct tk_window *w, struct tk_sampler *s,
		     const tok_model *m, uint64_t at)
{
	*w = (struct tk_window){.s = s, .at = at, .longest = m->max_piece,
				.size = SETTLE + m->max_piece,
				.filter.law = s->law};
}

tok_status tk_window_on(struct tk_window *w, const tok_model *m,
			tok_bytes text, size_t open, tok_ids *ids,
			size_t *done)
{
	struct tk_filter *f = &w->filter;
	tok_status st = TOK_OK;
	size_t meet;

	f->text = text;
	*done = 0;
	while (!st && f->next < open - *done) {
		size_t left = open - *done;

		st = fill(w, left < w->size ? left : w->size,
			  tk_lattice_of_characters(m));
		/* What is left to the end is written out there. */
		if (st || f->next < w->size || f->next == f->text.n)
			continue;
		st = settle(w, ids, &meet);
		if (st)
			break;
		*done += meet;
		w->size *= meet ? 1 : 2;
	}
	if (st)
		tk_window_drop(w);
	return st;
}

tok_status tk_window_end(struct tk_window *w, tok_ids *ids)
{
	const struct tk_filter *f = &w->filter;
	tok_status st = TOK_OK;

	if (f->next)
		st = f->slot[f->next].m > 0.0 ? emit(w, f->next, ids)
					      : TOK_E_UNSUPPORTED;
	tk_window_drop(w);
	return st;
}

tok_status tk_sample_long(struct tk_sampler *s, const tok_model *m,
			  tok_bytes chunk, uint64_t at, tok_ids *ids)
{
	struct tk_window w;
	size_t done;

	tk_window_begin(&w, s, m, at);
	tok_status st = tk_window_on(&w, m, chunk, chunk.n, ids, &done);
	return st ? st : tk_window_end(&w, ids);
}
