/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward filtering, backward sampling. In: a pre-token, a key. Out: a path,
 * drawn with probability proportional to the product of its weights
 * w = p^alpha.
 *
 * Let F(k) be the sum, over all ways to segment the text before k, of the
 * products of their weights: F(0) = 1, F(k) = sum of F(i) w(i,k). At k the
 * last piece is (i,k) with probability F(i) w(i,k) / F(k); the product over a
 * path telescopes to its weight over F(n). So the draw is exact.
 *
 * What is drawn at k depends on F and on a random number that belongs to k
 * alone, so it may be drawn when it is needed, or before: in a long stretch,
 * where the paths drawn to all places that a piece may still begin at have
 * met, the path to there is final. The sums start anew at every static cut,
 * and otherwise only ever go on: neither threads, nor blocks, nor what was
 * drawn before can change a bit. All arithmetic is additions and
 * multiplications of doubles in a written order, longer pieces first.
 */
#include "segment/sample.h"

#include <string.h>

#include "base/buf.h"
#include "base/rng.h"
#include "model/cuts.h"
#include "segment/lattice.h"

/* Slots to go, beside a longest piece, before the paths are looked at. */
enum { SETTLE = 4096 };

/* Drawn: an unknown character. */
#define UNKNOWN UINT32_MAX

/* One chunk on its way. */
struct chunk {
	const struct tk_tempered *law;
	struct tk_slot *slot; /* of origin on */
	tok_bytes text;
	uint64_t at;          /* of text in the document */
	struct tk_stream_key stream;
	size_t origin;        /* position of slot 0 */
	size_t next;          /* slot up to which sums are there */
	uint32_t node;        /* where the automaton is */
	/* The sums of slots from since on are all on this place, or 0. */
	int64_t place;
	size_t since;
};

void tk_sampler_release(struct tk_sampler *s)
{
	tk_free(s->alloc, s->slot, s->cap, sizeof(*s->slot));
	*s = (struct tk_sampler){.alloc = s->alloc};
}

struct tk_stream_key tk_sample_stream(tok_key key)
{
	tk_philox r = tk_philox2x64(key.seed, key.document, key.epoch);

	return (struct tk_stream_key){r.word[0], r.word[1]};
}

/* F(i) w(i,k), wherever it lies. */
static struct tk_huge product(struct tk_huge sum, double m, int64_t e)
{
	if (sum.m <= 0.0)
		return (struct tk_huge){0.0, INT64_MIN};
	return tk_huge_of(sum.m * m, sum.e + e);
}

/* The summands at slot k, one after the other: call with *i = the slot's
 * ending first; false behind the last. */
static bool next_summand(const struct chunk *c, size_t k, uint32_t *i,
			 uint32_t *piece, struct tk_huge *x)
{
	const struct tk_slot *to = &c->slot[k];

	if (*i && *i != UNKNOWN) {
		const struct tk_weighted *p = &c->law->piece[*i];

		*piece = *i;
		*x = product(to[-(ptrdiff_t)p->size].sum, p->m, p->e);
		*i = p->next;
		return true;
	}
	if (!to->unknown || *i == UNKNOWN)
		return false;
	*piece = *i = UNKNOWN;
	*x = product(to[-(ptrdiff_t)to->unknown].sum, c->law->unknown.m,
		     c->law->unknown.e);
	return true;
}

static int64_t highest_place(const struct chunk *c, size_t k)
{
	int64_t highest = INT64_MIN;
	struct tk_huge x;
	uint32_t piece;

	for (uint32_t i = c->slot[k].ending;
	     next_summand(c, k, &i, &piece, &x);)
		if (x.e > highest)
			highest = x.e;
	return highest;
}

/* F(k) where its summands may lie anywhere. */
static struct tk_huge sum_apart(const struct chunk *c, size_t k)
{
	int64_t place = highest_place(c, k);
	struct tk_huge x;
	double sum = 0.0;
	uint32_t piece;

	for (uint32_t i = c->slot[k].ending;
	     next_summand(c, k, &i, &piece, &x);)
		sum += tk_huge_on(x, place);
	return tk_huge_of(sum, place);
}

static void put_sum(struct chunk *c, size_t k, struct tk_huge sum, bool even)
{
	struct tk_slot *to = &c->slot[k];

	to->even = even && sum.e == c->place;
	to->sum = sum;
	if (sum.m > 0.0 && sum.e != c->place) {
		c->place = sum.e;
		c->since = k;
	}
}

/* What pieces cannot begin behind. */
static void put_nothing(struct chunk *c, size_t k)
{
	c->slot[k] = (struct tk_slot){.sum = {0.0, 0}};
}

/* Slot k, behind a character of given size. */
TK_INLINE void filter_one(struct chunk *c, size_t k, size_t size,
			  bool characters)
{
	const struct tk_weighted *piece = c->law->piece;
	struct tk_slot *to = &c->slot[k];
	uint32_t i = c->law->automaton.node[c->node].ending;
	bool covered = !characters;
	size_t reach = i && piece[i].size > size ? piece[i].size : size;
	double sum = 0.0;

	to->ending = i;
	to->drawn = 0;
	to->live = false;
	for (; i; i = piece[i].next) {
		sum += to[-(ptrdiff_t)piece[i].size].sum.m * piece[i].m;
		covered |= piece[i].size == size;
	}
	to->unknown = covered ? 0 : (uint8_t)size;
	if (!covered)
		sum += to[-(ptrdiff_t)size].sum.m * c->law->unknown.m;
	if (TK_LIKELY(c->law->plain && k >= c->since + reach))
		put_sum(c, k, tk_huge_of(sum, c->place), true);
	else
		put_sum(c, k, sum_apart(c, k), false);
}

TK_INLINE void filter(struct chunk *c, size_t stop, bool characters)
{
	const uint8_t *text = c->text.p + c->origin;
	size_t n = c->text.n - c->origin;

	while (c->next < stop) {
		size_t size = characters
				      ? tk_char_size(text + c->next,
						     n - c->next)
				      : 1;

		for (size_t i = 1; i < size; i++) {
			c->node = tk_automaton_step(c->law->automaton.node,
						    c->node, text[c->next++]);
			put_nothing(c, c->next);
		}
		c->node = tk_automaton_step(c->law->automaton.node, c->node,
					    text[c->next++]);
		filter_one(c, c->next, size, characters);
	}
}

/* The first summand at which they exceed u times all of them. */
static uint32_t choose_apart(const struct chunk *c, size_t k, double u)
{
	int64_t place = highest_place(c, k);
	double all = 0.0, sum = 0.0;
	struct tk_huge x;
	uint32_t piece, last = 0;

	for (uint32_t i = c->slot[k].ending;
	     next_summand(c, k, &i, &piece, &x);)
		all += tk_huge_on(x, place);
	for (uint32_t i = c->slot[k].ending;
	     next_summand(c, k, &i, &piece, &x);) {
		double part = tk_huge_on(x, place);

		sum += part;
		if (part > 0.0)
			last = piece;
		if (sum > u * all)
			break;
	}
	return last;
}

static uint32_t choose_even(const struct chunk *c, size_t k, double u)
{
	const struct tk_slot *to = &c->slot[k];
	const double target = u * to->sum.m;
	uint32_t last = 0;
	double sum = 0.0;

	for (uint32_t i = to->ending; i; i = c->law->piece[i].next) {
		const struct tk_weighted *p = &c->law->piece[i];
		double part = to[-(ptrdiff_t)p->size].sum.m * p->m;

		sum += part;
		if (part > 0.0)
			last = i;
		if (sum > target)
			return last;
	}
	/* What was rounded away may leave the last one. */
	return to->unknown ? UNKNOWN : last;
}

/* Draws the last piece of the path to slot k; its size. */
static size_t draw(const struct chunk *c, size_t k)
{
	struct tk_slot *to = &c->slot[k];

	if (!to->drawn) {
		tk_philox r = tk_philox2x64(c->stream.key,
					    c->at + c->origin + k,
					    c->stream.counter);
		double u = tk_unit(r.word[0]);

		to->drawn = to->even ? choose_even(c, k, u)
				     : choose_apart(c, k, u);
	}
	return to->drawn == UNKNOWN ? to->unknown
				    : c->law->piece[to->drawn].size;
}

/* Appends the path drawn to slot end. */
static tok_status emit(const struct chunk *c, size_t end, tok_ids *ids)
{
	size_t n = 0;

	for (size_t k = end; k; k -= draw(c, k))
		n++;
	tok_status st = tk_ids_room(ids, n);
	if (st)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (size_t k = end; k; k -= draw(c, k))
		*--to = c->slot[k].drawn == UNKNOWN
				? -1
				: c->law->piece[c->slot[k].drawn].id;
	return TOK_OK;
}

/*
 * The last slot that the paths drawn to all slots that a piece may still
 * begin at pass. The highest of the slots looked at steps back until one is
 * left; those that meet go on as one.
 */
static tok_status meeting(const struct chunk *c, size_t longest, size_t *meet)
{
	size_t n = 0, i = c->next, k;

	for (k = i > longest ? i - longest : 0; k <= i; k++) {
		c->slot[k].live = c->slot[k].sum.m > 0.0;
		n += c->slot[k].live;
	}
	if (!n)
		return TOK_E_UNSUPPORTED;
	for (; n > 1 || !c->slot[i].live; i--) {
		if (!c->slot[i].live)
			continue;
		c->slot[i].live = false;
		bool *to = &c->slot[i - draw(c, i)].live;
		n -= *to;
		*to = true;
	}
	c->slot[i].live = false;
	*meet = i;
	return TOK_OK;
}

/* Appends what is final and makes slot 0 of where it ends, if anything is. */
static tok_status settle(struct chunk *c, size_t longest, tok_ids *ids,
			 bool *moved)
{
	size_t meet = 0;
	tok_status st = meeting(c, longest, &meet);

	if (!st)
		st = emit(c, meet, ids);
	*moved = meet > 0;
	if (st || !meet)
		return st;
	memmove(c->slot, c->slot + meet,
		(c->next + 1 - meet) * sizeof(*c->slot));
	c->origin += meet;
	c->next -= meet;
	c->since = c->since > meet ? c->since - meet : 0;
	return TOK_OK;
}

static tok_status reserve(struct tk_sampler *s, struct chunk *c, size_t need)
{
	if (!tk_grow(s->alloc, (void **)&s->slot, &s->cap, need,
		     sizeof(*s->slot)))
		return TOK_E_MEMORY;
	c->slot = s->slot;
	return TOK_OK;
}

static tok_status sample_chunk(struct tk_sampler *s, struct chunk *c,
			       const tok_model *m, tok_ids *ids)
{
	bool characters = tk_lattice_of_characters(m), moved = true;
	size_t window = SETTLE + m->max_piece;

	for (;;) {
		size_t left = c->text.n - c->origin;
		size_t stop = left < window ? left : window;
		/* A character may reach beyond. */
		tok_status st = reserve(s, c, stop + 5);

		if (st)
			return st;
		if (!c->origin && !c->next)
			c->slot[0] = (struct tk_slot){.sum = {1.0, 0}};
		if (characters)
			filter(c, stop, true);
		else
			filter(c, stop, false);
		if (c->next == left)
			return c->slot[left].sum.m > 0.0 ? emit(c, left, ids)
							 : TOK_E_UNSUPPORTED;
		st = settle(c, m->max_piece, ids, &moved);
		if (st)
			return st;
		if (!moved)
			window *= 2;
	}
}

tok_status tk_sample(struct tk_sampler *s, const struct tk_tempered *law,
		     const tok_model *model, tok_bytes text, uint64_t at,
		     struct tk_stream_key stream, tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st = TOK_OK;

	for (size_t i = 0, end; !st && i < text.n; i = end) {
		end = tk_cuts_next(model, text, i);
		struct chunk c = {
			.law = law,
			.text = {text.p + i, end - i},
			.at = at + i,
			.stream = stream,
		};
		st = sample_chunk(s, &c, model, ids);
	}
	if (st)
		ids->n = before;
	return st;
}
