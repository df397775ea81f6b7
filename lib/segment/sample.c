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
_Static_assert(BATCH * (2 * (3 + 3 * TK_KEY_SIZE * (TK_KEY_SIZE + 1) / 4) +
			3 * TK_KEY_SIZE) < TK_CHOICES_GRACE,
	       "what is found for a batch stays");

/* A long chunk on its way. */
struct window {
	struct tk_sampler *s;
	struct tk_filter filter;
	uint64_t at;    /* of slot 0 in the document */
	size_t longest; /* piece */
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

/* Draws what the path to slot k ends with; its size. */
static size_t draw(struct window *w, size_t k)
{
	uint32_t *drawn = &w->s->drawn[k];

	if (!*drawn)
		*drawn = tk_filter_choose(
			&w->filter, k, tk_draws_at(&w->s->draws, w->at + k));
	return *drawn == TK_DRAWN_UNKNOWN ? w->s->slot[k].unknown
					  : w->s->law->piece[*drawn].size;
}

static tok_id id_of(const struct tk_tempered *law, uint32_t drawn)
{
	return drawn == TK_DRAWN_UNKNOWN ? -1 : law->automaton.ending[drawn].id;
}

/* Appends the path drawn to slot end. */
static tok_status emit(struct window *w, size_t end, tok_ids *ids)
{
	size_t n = 0;

	for (size_t k = end; k; k -= draw(w, k))
		n++;
	tok_status st = tk_ids_room(ids, n);
	if (st)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (size_t k = end; k; k -= draw(w, k))
		*--to = id_of(w->s->law, w->s->drawn[k]);
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
		k = i - draw(w, i);
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

static tok_status sample_long(struct tk_sampler *s, const tok_model *m,
			      tok_bytes chunk, uint64_t at, tok_ids *ids)
{
	struct window w = {.s = s, .at = at, .longest = m->max_piece};
	struct tk_filter *f = &w.filter;
	bool characters = tk_lattice_of_characters(m);
	size_t size = SETTLE + w.longest;

	f->law = s->law;
	f->text = chunk;
	for (bool first = true;; first = false) {
		size_t stop = f->text.n < size ? f->text.n : size, meet;
		/* A character may reach beyond. */
		tok_status st = reserve(s, w.longest, stop + 4,
					first ? 0 : f->next + 1);

		if (st)
			return st;
		f->slot = s->slot;
		f->place = s->place;
		if (first)
			tk_filter_begin(f);
		tk_filter_run(f, stop, characters);
		if (f->next < f->text.n) {
			st = settle(&w, ids, &meet);
			size = meet ? size : 2 * size;
		} else {
			st = s->slot[f->next].m > 0.0
				     ? emit(&w, f->next, ids)
				     : TOK_E_UNSUPPORTED;
			memset(s->drawn, 0, (f->next + 1) * sizeof(*s->drawn));
			return st;
		}
		if (st)
			return st;
	}
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

/* Adds the choices in a part between two cuts, if its sums are of one
 * scale. */
static bool learn_part(const struct tk_sampler *s, const tok_model *m,
		       tok_bytes part, struct tk_choices_draft *draft)
{
	struct tk_slot slot[TK_KEY_SIZE + 1];
	int64_t place[TK_KEY_SIZE + 1];
	struct tk_filter f = {
		.law = s->law, .text = part, .slot = slot, .place = place};

	tk_filter_begin(&f);
	tk_filter_run(&f, part.n, tk_lattice_of_characters(m));
	for (size_t k = 1; k <= part.n; k++)
		if (!slot[k].even)
			return false;
	if (slot[part.n].m <= 0.0)
		return false;
	tk_choices_add(draft, &f);
	return true;
}

/* Adds a part that may be known by itself, or will be. */
static bool find_part(struct tk_sampler *s, const tok_model *m,
		      tok_bytes part, struct tk_choices_draft *draft)
{
	struct tk_key key = tk_key_of(part, part.n);
	struct tk_choices_key *set = tk_choices_set(&s->choices, &key);
	const struct tk_choices_key *c =
		tk_choices_find(&s->choices, set, &key, part.n);
	struct tk_choices_draft own;

	if (c && tk_choices_has(&s->choices, c)) {
		tk_choices_join(draft, tk_choices_of(&s->choices, c), part.n);
		return true;
	}
	own.size = own.n = 0;
	if (!learn_part(s, m, part, &own))
		return false;
	c = tk_choices_put(&s->choices, set, &key, &own);
	tk_choices_join(draft, tk_choices_of(&s->choices, c), part.n);
	return true;
}

/* Keeps the choices in a short chunk; NULL if they cannot be. */
static const struct tk_choices_key *learn(struct tk_sampler *s,
					  const tok_model *m,
					  const struct sought *x)
{
	const tok_bytes chunk = {(const uint8_t *)&x->key, x->chunk.n};
	size_t end = tk_cuts_next(m, chunk, 0), at = 0;
	struct tk_choices_draft draft;
	bool all = true;

	draft.size = draft.n = 0;
	if (end == chunk.n)
		all = learn_part(s, m, chunk, &draft);
	for (; all && draft.size < chunk.n; at = end) {
		end = tk_cuts_next(m, chunk, at);
		all = find_part(s, m, (tok_bytes){chunk.p + at, end - at},
				&draft);
	}
	return all ? tk_choices_put(&s->choices, x->set, &x->key, &draft)
		   : NULL;
}

/* One after the other, between the cuts in it. */
static tok_status sample_parts(struct stretch *s, tok_bytes chunk,
			       bool *unknown)
{
	const tok_model *m = s->c->model;
	size_t before = s->ids->n;
	tok_status st = TOK_OK;

	for (size_t i = 0, end; !st && i < chunk.n; i = end) {
		end = tk_cuts_next(m, chunk, i);
		st = sample_long(s->sampler, m,
				 (tok_bytes){chunk.p + i, end - i}, s->at + i,
				 s->ids);
	}
	for (size_t i = before; i < s->ids->n; i++)
		*unknown |= s->ids->id[i] < 0;
	return st;
}

/* What is kept of a chunk. */
struct found {
	const struct tk_choices *choices; /* or NULL */
	tok_id only; /* or -1 */
};

/* What is kept of the chunks of a batch, on its way from memory. */
static void find_all(struct stretch *s, const struct sought *x, size_t n,
		     struct found *found)
{
	struct tk_sampler *sampler = s->sampler;

	for (size_t i = 0; i < n; i++) {
		const struct tk_choices_key *key = NULL;

		found[i] = (struct found){NULL, -1};
		if (TK_LIKELY(x[i].set != NULL))
			key = tk_choices_find(&sampler->choices, x[i].set,
					      &x[i].key, x[i].chunk.n);
		if (TK_UNLIKELY(!key && x[i].set))
			key = learn(sampler, s->c->model, &x[i]);
		if (!key)
			continue;
		found[i].only = key->only;
		if (key->only >= 0)
			continue;
		const char *line = (const char *)tk_choices_of(
			&sampler->choices, key);
		found[i].choices = (const struct tk_choices *)line;
		TK_PREFETCH(line);
		TK_PREFETCH(line + 64);
		TK_PREFETCH(line + 128);
	}
}

tok_status tk_sample_all(struct stretch *s, const struct sought *x, size_t n)
{
	struct found found[BATCH];
	tok_status st = TOK_OK;

	find_all(s, x, n, found);
	for (size_t i = 0; !st && i < n; i++, x++) {
		const tok_bytes chunk = {x->set ? (const uint8_t *)&x->key
						: x->chunk.p, x->chunk.n};
		size_t before = s->ids->n;
		bool unknown = false;

		st = tk_ids_room(s->ids, TK_KEY_SIZE);
		if (st)
			return st;
		if (found[i].only >= 0)
			s->ids->id[s->ids->n++] = found[i].only;
		else if (TK_LIKELY(found[i].choices != NULL))
			unknown = sample_short(s->sampler, found[i].choices,
					       chunk.n, s->at, s->ids);
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
