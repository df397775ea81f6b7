/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a chunk, weights w = p^alpha. Out: F(0) = 1, F(k) = the sum over the
 * pieces (i,k) of F(i) w(i,k). Longer pieces are added first; what is added
 * has one scale, or is brought to that of the highest summand. Where a slot's
 * sum leaves the bounds of its place (see huge.h), those that follow are on
 * the next one.
 */
#include "segment/filter.h"

#include "model/cuts.h"

/* Summands that most slots have. */
enum { AT_ONCE = 4 };

void tk_filter_begin(struct tk_filter *f)
{
	f->slot[0] = (struct tk_slot){.m = 1.0, .even = true};
	f->place[0] = 0;
}

/* F(i) w(i,k), wherever it lies. */
static struct tk_huge product(const struct tk_filter *f, size_t i, double m,
			      int64_t e)
{
	if (f->slot[i].m <= 0.0)
		return (struct tk_huge){0.0, INT64_MIN};
	return tk_huge_of(f->slot[i].m * m, f->place[i] + e);
}

/* Steps through the summands of slot k. Set i to its ending. */
struct summand {
	uint32_t i;     /* the next one */
	uint32_t piece; /* this one */
	struct tk_huge x;
};

static bool next_summand(const struct tk_filter *f, size_t k,
			 struct summand *s)
{
	const struct tk_tempered *law = f->law;

	s->piece = s->i;
	if (s->i && s->i != TK_DRAWN_UNKNOWN) {
		const struct tk_weighted *p = &law->piece[s->i];

		s->x = product(f, k - p->size, p->m, law->place[s->i]);
		s->i = p->next;
		if (!s->i && f->slot[k].unknown)
			s->i = TK_DRAWN_UNKNOWN;
		return true;
	}
	if (!s->i)
		return false;
	s->x = product(f, k - f->slot[k].unknown, law->unknown.m,
		       law->unknown.e);
	s->i = 0;
	return true;
}

static struct summand first_summand(const struct tk_filter *f, size_t k)
{
	const struct tk_slot *to = &f->slot[k];

	return (struct summand){
		.i = to->ending || !to->unknown ? to->ending
						: TK_DRAWN_UNKNOWN};
}

static int64_t highest_place(const struct tk_filter *f, size_t k)
{
	int64_t highest = INT64_MIN;

	for (struct summand s = first_summand(f, k); next_summand(f, k, &s);)
		if (s.x.e > highest)
			highest = s.x.e;
	return highest;
}

static double sum_on(const struct tk_filter *f, size_t k, int64_t place)
{
	double sum = 0.0;

	for (struct summand s = first_summand(f, k); next_summand(f, k, &s);)
		sum += tk_huge_on(s.x, place);
	return sum;
}

static void put_sum(struct tk_filter *f, size_t k, struct tk_huge sum,
		    bool even)
{
	f->slot[k].m = sum.m;
	f->slot[k].even = even;
	f->place[k] = sum.e;
	if (sum.m > 0.0 && sum.e != f->now) {
		f->now = sum.e;
		f->since = k;
	}
}

/* Slot k where its summands may lie anywhere. */
static void put_apart(struct tk_filter *f, size_t k)
{
	int64_t place = highest_place(f, k);

	put_sum(f, k, tk_huge_of(sum_on(f, k, place), place), false);
}

/* Slot k, behind a character of given size. */
TK_INLINE void fill(struct tk_filter *f, size_t k, size_t size,
		    bool characters)
{
	const struct tk_weighted *piece = f->law->piece;
	struct tk_slot *to = &f->slot[k];
	uint32_t i = f->law->node[f->node].ending;
	bool covered = !characters;
	size_t reach = i && piece[i].size > size ? piece[i].size : size;
	double sum = 0.0;

	to->ending = i;
	/* Behind the last is one that weighs nothing: so far it is cheaper to
	 * add that than to ask. */
	for (unsigned n = 0; n < AT_ONCE; n++, i = piece[i].next) {
		sum += to[-(ptrdiff_t)piece[i].size].m * piece[i].m;
		covered |= piece[i].m > 0.0 && piece[i].size == size;
	}
	for (; i; i = piece[i].next) {
		sum += to[-(ptrdiff_t)piece[i].size].m * piece[i].m;
		covered |= piece[i].size == size;
	}
	to->unknown = covered ? 0 : (uint8_t)size;
	if (!covered)
		sum += to[-(ptrdiff_t)size].m * f->law->unknown.m;
	if (TK_LIKELY(f->law->plain && k >= f->since + reach &&
		      sum < 0x1p256 && sum >= 0x1p-256)) {
		to->m = sum;
		to->even = true;
		f->place[k] = f->now;
		return;
	}
	put_apart(f, k);
}

TK_INLINE void run(struct tk_filter *f, size_t stop, bool characters)
{
	const struct tk_node *node = f->law->node;
	const uint8_t *text = f->text.p;
	size_t k = f->next;

	while (k < stop) {
		size_t size = 1;

		if (characters)
			size = tk_char_size(text + k, f->text.n - k);
		f->node = tk_automaton_step(node, f->node, text[k++]);
		for (size_t i = 1; i < size; i++) {
			/* No piece may begin inside a character. */
			f->slot[k] = (struct tk_slot){.even = true};
			f->place[k] = INT64_MIN;
			f->node = tk_automaton_step(node, f->node, text[k++]);
		}
		fill(f, k, size, characters);
	}
	f->next = k;
}

void tk_filter_run(struct tk_filter *f, size_t stop, bool characters)
{
	if (characters)
		run(f, stop, true);
	else
		run(f, stop, false);
}

uint32_t tk_filter_choose_apart(const struct tk_filter *f, size_t k, double u)
{
	int64_t place = highest_place(f, k);
	double target = u * sum_on(f, k, place), sum = 0.0;
	uint32_t last = TK_DRAWN_UNKNOWN;

	for (struct summand s = first_summand(f, k); next_summand(f, k, &s);) {
		double part = tk_huge_on(s.x, place);

		sum += part;
		if (part > 0.0)
			last = s.piece;
		if (sum > target)
			break;
	}
	return last;
}
