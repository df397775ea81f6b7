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
 * The sums start anew at every cut, and otherwise only ever go on, and each
 * position has a random number of its own: neither caches nor threads nor what
 * was drawn before can change a bit.
 */
#include "segment/sample.h"

#include <string.h>

#include "segment/lattice.h"
#include "segment/recall.h"

/* In a row; a chunk may be as many as it has bytes. */
enum { ITEMS = 2 * TK_CHUNK_SIZE };

/* The words that all of a row may put down. */
_Static_assert(ITEMS * (3 + 3 * TK_CHUNK_SIZE * (TK_CHUNK_SIZE + 1) / 4) <
		       TK_CHOICES_GRACE,
	       "what is found for a row stays");

tok_status tk_sampler_begin(struct tk_sampler *s,
			    const struct tk_tempered *law, size_t cache_size,
			    tok_key key)
{
	s->law = law;
	s->draws = tk_draws_of(key);
	return tk_choices_prepare(&s->choices, cache_size, law->alpha);
}

void tk_sampler_release(struct tk_sampler *s)
{
	tk_sample_long_release(s);
	tk_choices_release(&s->choices);
	*s = (struct tk_sampler){
		.alloc = s->alloc, .choices.alloc = s->choices.alloc};
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
	tok_id path[TK_CHUNK_SIZE], *to = path + TK_CHUNK_SIZE;
	uint32_t step[TK_CHUNK_SIZE + 1];
	bool unknown = false;

	for (size_t k = 1; k <= size; k++)
		if (c->first[k] < c->first[k + 1])
			step[k] = tk_choices_choose(
				c, size, k, tk_draws_at(&s->draws, at + k));
	for (size_t k = size; k; k -= step[k] & 31) {
		*--to = (tok_id)(step[k] >> 5) - 1;
		unknown |= *to < 0;
	}
	size_t n = (size_t)(path + TK_CHUNK_SIZE - to);
	memcpy(ids->id + ids->n, to, n * sizeof(*to));
	ids->n += n;
	return unknown;
}

/* Keeps the choices in a part between two cuts; NULL if its sums are not of
 * one scale. */
static const struct tk_choices_key *learn(struct tk_sampler *s,
					  const tok_model *m,
					  struct tk_choices_key *set,
					  const struct tk_key *key)
{
	uint8_t room[TK_CHUNK_ROOM];
	struct tk_slot slot[TK_CHUNK_SIZE + 1];
	int64_t place[TK_CHUNK_SIZE + 1];
	struct tk_filter f = {
		.law = s->law,
		.text = tk_key_text(key, room),
		.slot = slot,
		.place = place,
	};
	const size_t size = f.text.n;

	tk_filter_begin(&f);
	tk_filter_run(&f, size, tk_lattice_of_characters(m));
	for (size_t k = 1; k <= size; k++)
		if (!slot[k].even)
			return NULL;
	if (slot[size].m <= 0.0)
		return NULL;
	return tk_choices_put(&s->choices, set, key, &f);
}

/* What is drawn at once: a chunk, or a part of one that has cuts in it. */
struct item {
	struct tk_choices_key *set; /* where to look for it; NULL: nowhere, or
				       it is found */
	const struct tk_choices *choices; /* or NULL */
	tok_id only;                      /* or -1 */
	struct tk_key key;
	tok_bytes text; /* p: NULL if there is a key */
};

/* One row of items on its way: found first, so that what is kept of one comes
 * from memory while others are looked for. */
struct row {
	struct stretch *s;
	struct item item[ITEMS];
	size_t n;
};

/* Sets what is kept of an item, if anything is. */
TK_INLINE void take(const struct row *r, struct item *x,
		    const struct tk_choices_key *kept)
{
	x->set = NULL;
	if (!kept)
		return;
	x->only = kept->only;
	if (x->only >= 0)
		return;

	const char *line = (const char *)tk_choices_of(
		&r->s->sampler->choices, kept);
	x->choices = (const struct tk_choices *)line;
	TK_PREFETCH(line);
	TK_PREFETCH(line + 64);
	TK_PREFETCH(line + 128);
}

static void take_or_learn(const struct row *r, struct item *x)
{
	struct tk_sampler *s = r->s->sampler;
	struct tk_choices_key *set = x->set;
	const struct tk_choices_key *kept =
		tk_choices_find(&s->choices, set, &x->key, x->text.n);

	if (TK_UNLIKELY(!kept))
		kept = learn(s, r->s->c->model, set, &x->key);
	take(r, x, kept);
}

static tok_bytes text_of(const struct item *x, uint8_t room[TK_CHUNK_ROOM])
{
	return x->text.p ? x->text : tk_key_text(&x->key, room);
}

/* Appends the path drawn through an item that is not one id; there is room for
 * those of a key. */
static tok_status draw_item(struct stretch *s, const struct item *x)
{
	uint8_t room[TK_CHUNK_ROOM];
	size_t before = s->ids->n;
	tok_status st = TOK_OK;
	bool unknown = false;

	if (TK_LIKELY(x->choices != NULL))
		unknown = sample_short(s->sampler, x->choices, x->text.n,
				       s->at, s->ids);
	else
		st = tk_sample_long(s->sampler, s->c->model, text_of(x, room),
				    s->at, s->ids);
	for (size_t i = before; !x->choices && i < s->ids->n; i++)
		unknown |= s->ids->id[i] < 0;
	s->after_unknown = unknown && s->after_unknown;
	if (!unknown || st)
		return st;
	return tk_recall_unknown(s, text_of(x, room), before);
}

/* The same of all items, in order. */
static tok_status draw_row(struct row *r)
{
	struct stretch *s = r->s;
	tok_status st = TOK_OK;

	for (size_t i = 0; i < r->n; i++)
		if (r->item[i].set)
			take_or_learn(r, &r->item[i]);
	for (size_t i = 0; !st && i < r->n; i++) {
		const struct item *x = &r->item[i];

		st = tk_ids_room(s->ids, TK_CHUNK_SIZE);
		if (!st && x->only < 0)
			st = draw_item(s, x);
		else if (!st) {
			s->ids->id[s->ids->n++] = x->only;
			s->after_unknown = false;
		}
		s->at += x->text.n;
	}
	r->n = 0;
	return st;
}

/* A chunk that is not kept: it is new, or has cuts in it and is never kept, but
 * its parts are. */
static void add_parts(struct row *r, const struct tk_key *whole)
{
	const struct tk_choices_table *t = &r->s->sampler->choices;
	uint8_t room[TK_CHUNK_ROOM];
	tok_bytes chunk = tk_key_text(whole, room);

	for (size_t i = 0, end; i < chunk.n; i = end) {
		end = tk_cuts_next(r->s->c->model, chunk, i);
		struct item *x = &r->item[r->n++];

		*x = (struct item){.only = -1, .text = {NULL, end - i}};
		x->key = key_of_part(chunk, i, end);
		x->set = tk_choices_set(t, &x->key);
		TK_PREFETCH(x->set);
	}
}

TK_INLINE void add(struct row *r, const struct sought *sought)
{
	const struct tk_choices_table *t = &r->s->sampler->choices;

	if (TK_UNLIKELY(!sought->set)) {
		r->item[r->n++] = (struct item){
			.only = -1, .text = sought->chunk};
		return;
	}
	size_t size = tk_key_chunk_size(&sought->key);
	const struct tk_choices_key *kept =
		tk_choices_find(t, sought->set, &sought->key, size);
	if (TK_UNLIKELY(!kept)) {
		add_parts(r, &sought->key);
		return;
	}
	struct item *x = &r->item[r->n++];
	x->text = (tok_bytes){NULL, size};
	take(r, x, kept);
	if (x->only < 0)
		x->key = sought->key;
}

tok_status tk_sample_all(struct stretch *s, const struct sought *x, size_t n)
{
	struct row row;
	tok_status st = TOK_OK;

	row.s = s;
	row.n = 0;
	for (size_t i = 0; !st && i < n; i++) {
		add(&row, &x[i]);
		if (row.n > ITEMS - TK_CHUNK_SIZE)
			st = draw_row(&row);
	}
	return st ? st : draw_row(&row);
}

tok_status tk_sample(struct tk_sampler *sampler, struct tk_chunker *c,
		     tok_bytes text, uint64_t at, tok_ids *ids)
{
	struct stretch s = {.c = c, .ids = ids, .sampler = sampler, .at = at};

	return tk_chunks_sum(&s, text);
}
