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

/* Words that a batch of chunks, and their parts, may put down. */
_Static_assert(BATCH * (3 + 3 * TK_KEY_SIZE * (TK_KEY_SIZE + 1) / 4 +
			4 * TK_KEY_SIZE) < TK_CHOICES_GRACE,
	       "what is found for a batch stays");

tok_status tk_sampler_begin(struct tk_sampler *s,
			    const struct tk_tempered *law, size_t cache_size,
			    tok_key key)
{
	s->law = law;
	s->draws = tk_draws_of(key);
	return tk_choices_prepare(&s->choices, 2 * cache_size, law->alpha);
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
		return tk_sample_long(sampler, s->c->model, part, at,
				      s->ids);
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
