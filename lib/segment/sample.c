/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward filtering, backward sampling. In: a pre-token, a key. Out: a path,
 * drawn with probability proportional to the product of its weights
 * w = p^alpha.
 *
 * Let F(k) be the sum, over all ways to segment the text before k, of the
 * products of their weights (filter.h). At k the last piece is (i,k) with
 * probability F(i) w(i,k) / F(k); the product over a path telescopes to its
 * weight over F(n). So the draw is exact.
 *
 * What is drawn at k depends on F and on a random number that belongs to k
 * alone, so it may be drawn when it is needed, or before: in a long chunk,
 * where the paths drawn to all places that a piece may still begin at have
 * met, the path to there is final. The sums start anew at every cut, and
 * otherwise only ever go on: neither caches nor threads nor what was drawn
 * before can change a bit.
 */
#include "segment/sample.h"

#include <string.h>

#include "segment/lattice.h"
#include "segment/recall.h"

/* Slots to go, beside a longest piece, before the paths are looked at. */
enum { SETTLE = 4096 };

/* Words that a batch of chunks, and their parts, may put down. */
_Static_assert(BATCH * (3 + 3 * TK_KEY_SIZE * (TK_KEY_SIZE + 1) / 4 +
			4 * TK_KEY_SIZE) < TK_CHOICES_GRACE,
	       "what is found for a batch stays");

/* A long chunk on its way. */
struct window {
	struct tk_sampler *s;
	struct tk_filter filter;
	uint64_t at;    /* of slot 0 in the document */
	size_t longest; /* piece */
	bool settled;   /* once at least: something is in drawn */
};

tok_status tk_sampler_begin(struct tk_sampler *s,
			    const struct tk_tempered *law, size_t cache_size,
			    tok_key key)
{
	s->law = law;
	s->draws = tk_draws_of(key);
	return tk_choices_prepare(&s->choices, 2 * cache_size, law->alpha);
}

static void release_slots(struct tk_sampler *s)
{
	if (s->slot)
		tk_free(s->alloc, s->slot - s->n_front, s->n_front + s->cap,
			sizeof(*s->slot));
	tk_free(s->alloc, s->place, s->cap, sizeof(*s->place));
	tk_free(s->alloc, s->drawn, s->cap, sizeof(*s->drawn));
	tk_free(s->alloc, s->live, s->cap, sizeof(*s->live));
}

void tk_sampler_release(struct tk_sampler *s)
{
	release_slots(s);
	tk_choices_release(&s->choices);
	*s = (struct tk_sampler){
		.alloc = s->alloc, .choices.alloc = s->choices.alloc};
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
		release_slots(&to);
		return TOK_E_MEMORY;
	}
	if (n) {
		memcpy(to.slot, s->slot, n * sizeof(*to.slot));
		memcpy(to.place, s->place, n * sizeof(*to.place));
		memcpy(to.drawn, s->drawn, n * sizeof(*to.drawn));
	}
	release_slots(s);
	s->slot = to.slot;
	s->n_front = n_front;
	s->place = to.place;
	s->drawn = to.drawn;
	s->live = to.live;
	s->cap = need;
	return TOK_OK;
}

/* What the path to slot k ends with. */
TK_INLINE uint32_t draw(const struct window *w, size_t k)
{
	uint32_t drawn = w->s->drawn[k];

	return drawn ? drawn
		     : tk_filter_choose(&w->filter, k,
					tk_draws_at(&w->s->draws, w->at + k));
}

TK_INLINE size_t size_of(const struct window *w, size_t k, uint32_t drawn)
{
	return drawn == TK_DRAWN_UNKNOWN ? w->s->slot[k].unknown
					 : w->s->law->piece[drawn].size;
}

/* Appends the path drawn to slot end: as it is drawn, from its end on, to
 * where it cannot be longer. */
static tok_status emit(const struct window *w, size_t end, tok_ids *ids)
{
	const struct tk_ending *ending = w->s->law->automaton.ending;
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
static tok_status meeting(struct window *w, size_t *meet)
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
static tok_status settle(struct window *w, tok_ids *ids, size_t *meet)
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
static tok_status fill(struct window *w, size_t stop, bool characters)
{
	struct tk_filter *f = &w->filter;
	bool first = !f->slot;
	tok_status st = reserve(w->s, w->longest, stop + 4,
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

static tok_status sample_long(struct tk_sampler *s, const tok_model *m,
			      tok_bytes chunk, uint64_t at, tok_ids *ids)
{
	struct window w = {.s = s, .at = at, .longest = m->max_piece,
			   .filter = {.law = s->law, .text = chunk}};
	struct tk_filter *f = &w.filter;
	size_t size = SETTLE + w.longest, meet;
	tok_status st;

	while (true) {
		st = fill(&w, f->text.n < size ? f->text.n : size,
			  tk_lattice_of_characters(m));
		if (st || f->next == f->text.n)
			break;
		st = settle(&w, ids, &meet);
		if (st)
			break;
		size = meet ? size : 2 * size;
	}
	if (!st)
		st = f->slot[f->next].m > 0.0 ? emit(&w, f->next, ids)
					      : TOK_E_UNSUPPORTED;
	if (w.settled)
		memset(s->drawn, 0, s->cap * sizeof(*s->drawn));
	return st;
}

/*
 * Appends the path drawn to the end of a short chunk; is there an unknown
 * character in it? Which slots the path passes, nobody can foretell: it is
 * faster to draw at all of them, one independent of the other, than to wait
 * for each to say which is next.
 */
static bool sample_short(struct tk_sampler *s, const struct tk_choices *c,
			 size_t size, uint64_t at, tok_ids *ids)
{
	tok_id path[TK_KEY_SIZE], *to = path + TK_KEY_SIZE;
	uint32_t step[TK_KEY_SIZE + 1];
	bool unknown = false;

	for (size_t k = 1; k <= size; k++)
		if (c->first[k] < c->first[k + 1])
			step[k] = tk_choices_choose(
				c, size, k, tk_draws_at(&s->draws, at + k));
	for (size_t k = size; k; k -= step[k] & 31) {
		*--to = (tok_id)(step[k] >> 5) - 1;
		unknown |= *to < 0;
	}
	size_t n = (size_t)(path + TK_KEY_SIZE - to);
	memcpy(ids->id + ids->n, to, n * sizeof(*to));
	ids->n += n;
	return unknown;
}

/* Keeps the choices in a part between two cuts; NULL if its sums are not of
 * one scale. */
static const struct tk_choices_key *learn(struct tk_sampler *s,
					  const tok_model *m,
					  struct tk_choices_key *set,
					  const struct tk_key *key,
					  size_t size)
{
	struct tk_slot slot[TK_KEY_SIZE + 1];
	int64_t place[TK_KEY_SIZE + 1];
	struct tk_filter f = {
		.law = s->law,
		.text = {(const uint8_t *)key, size},
		.slot = slot,
		.place = place,
	};

	tk_filter_begin(&f);
	tk_filter_run(&f, size, tk_lattice_of_characters(m));
	for (size_t k = 1; k <= size; k++)
		if (!slot[k].even)
			return NULL;
	if (slot[size].m <= 0.0)
		return NULL;
	return tk_choices_put(&s->choices, set, key, &f);
}

/* What is kept of a chunk. */
struct found {
	const struct tk_choices *choices; /* or NULL */
	tok_id only; /* or -1 */
};

/* What is kept of a short part, on its way from memory. */
TK_INLINE struct found find(struct tk_sampler *s, const tok_model *m,
			    struct tk_choices_key *set,
			    const struct tk_key *key, size_t size)
{
	const struct tk_choices_key *x =
		tk_choices_find(&s->choices, set, key, size);

	/* A chunk with a cut in it is never kept: its parts are. */
	if (TK_UNLIKELY(!x) &&
	    tk_cuts_next(m, (tok_bytes){(const uint8_t *)key, size}, 0) == size)
		x = learn(s, m, set, key, size);
	if (!x)
		return (struct found){NULL, -1};
	if (x->only >= 0)
		return (struct found){NULL, x->only};

	const char *line = (const char *)tk_choices_of(&s->choices, x);
	TK_PREFETCH(line);
	TK_PREFETCH(line + 64);
	TK_PREFETCH(line + 128);
	return (struct found){(const struct tk_choices *)line, -1};
}

/* Appends the path drawn to the end of what was found. */
TK_INLINE bool sample_found(struct stretch *s, const struct found *x,
			    size_t size, uint64_t at)
{
	if (x->only < 0)
		return sample_short(s->sampler, x->choices, size, at, s->ids);
	s->ids->id[s->ids->n++] = x->only;
	return false;
}

static tok_status sample_part(struct stretch *s, tok_bytes part, uint64_t at)
{
	struct tk_sampler *sampler = s->sampler;
	struct found x = {NULL, -1};

	if (part.n <= TK_KEY_SIZE && sampler->choices.n_keys) {
		struct tk_key key = tk_key_of(part, part.n);

		x = find(sampler, s->c->model,
			 tk_choices_set(&sampler->choices, &key), &key,
			 part.n);
	}
	if (!x.choices && x.only < 0)
		return sample_long(sampler, s->c->model, part, at, s->ids);
	(void)sample_found(s, &x, part.n, at);
	return TOK_OK;
}

/* What is between the cuts in a chunk, one after the other. */
static tok_status sample_parts(struct stretch *s, tok_bytes chunk,
			       bool *unknown)
{
	size_t before = s->ids->n;
	tok_status st = TOK_OK;

	for (size_t i = 0, end; !st && i < chunk.n; i = end) {
		end = tk_cuts_next(s->c->model, chunk, i);
		st = tk_ids_room(s->ids, TK_KEY_SIZE);
		if (!st)
			st = sample_part(s, (tok_bytes){chunk.p + i, end - i},
					 s->at + i);
	}
	for (size_t i = before; i < s->ids->n; i++)
		*unknown |= s->ids->id[i] < 0;
	return st;
}

tok_status tk_sample_all(struct stretch *s, const struct sought *x, size_t n)
{
	struct found found[BATCH];
	tok_status st = TOK_OK;

	for (size_t i = 0; i < n; i++) {
		found[i] = (struct found){NULL, -1};
		if (TK_LIKELY(x[i].set != NULL))
			found[i] = find(s->sampler, s->c->model, x[i].set,
					&x[i].key, x[i].chunk.n);
	}
	for (size_t i = 0; !st && i < n; i++, x++) {
		const tok_bytes chunk = {x->set ? (const uint8_t *)&x->key
						: x->chunk.p, x->chunk.n};
		size_t before = s->ids->n;
		bool unknown = false;

		st = tk_ids_room(s->ids, TK_KEY_SIZE);
		if (st)
			return st;
		if (TK_LIKELY(found[i].choices || found[i].only >= 0))
			unknown = sample_found(s, &found[i], chunk.n, s->at);
		else
			st = sample_parts(s, chunk, &unknown);
		s->at += chunk.n;
		if (TK_UNLIKELY(unknown) && !st)
			st = tk_recall_unknown(s, chunk, before);
		else
			s->after_unknown = false;
	}
	return st;
}

tok_status tk_sample(struct tk_sampler *sampler, struct tk_chunker *c,
		     tok_bytes text, uint64_t at, tok_ids *ids)
{
	struct stretch s = {.c = c, .ids = ids, .sampler = sampler, .at = at};
	size_t before = ids->n;
	tok_status st = tk_chunks_run(&s, text);

	if (st)
		ids->n = before;
	return st;
}
