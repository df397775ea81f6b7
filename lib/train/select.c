/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Selection by partition (Hoare 1961). In: candidates in any order. Out: the
 * set of the n_wanted best by a total order, hence always the same set.
 */
#include "train/select.h"

#include <stdbool.h>

#include "base/bytes.h"
#include "base/memory.h"

void tk_candidates_init(struct tk_candidates *c, size_t n_wanted,
			const tok_alloc *alloc)
{
	*c = (struct tk_candidates){.alloc = alloc, .n_wanted = n_wanted};
}

void tk_candidates_release(struct tk_candidates *c)
{
	tk_free(c->alloc, c->at, c->cap, sizeof(*c->at));
	tk_candidates_init(c, c->n_wanted, c->alloc);
}

static bool better(const struct tk_candidate *a, const struct tk_candidate *b)
{
	if (a->worth != b->worth)
		return a->worth > b->worth;
	if (a->bytes.n != b->bytes.n)
		return a->bytes.n > b->bytes.n;
	return tk_bytes_cmp(a->bytes, b->bytes) < 0;
}

static void swap(struct tk_candidate *a, struct tk_candidate *b)
{
	struct tk_candidate t = *a;

	*a = *b;
	*b = t;
}

/* The median of three, so that sorted input is no worst case. */
static struct tk_candidate pivot_of(const struct tk_candidate *at,
				    size_t begin, size_t end)
{
	const struct tk_candidate *a = &at[begin], *c = &at[end - 1];
	const struct tk_candidate *b = &at[begin + (end - begin) / 2];

	if (better(b, a)) {
		const struct tk_candidate *t = a;

		a = b;
		b = t;
	}
	if (better(c, a))
		return *a;
	return better(c, b) ? *c : *b;
}

void tk_candidates_select(struct tk_candidates *c)
{
	size_t begin = 0, end = c->n, want = c->n_wanted;

	if (c->n <= want)
		return;
	while (end - begin > 1) {
		struct tk_candidate pivot = pivot_of(c->at, begin, end);
		size_t low = begin, i = begin, high = end;

		/* [begin, low) is better, [low, i) equal, [high, end) worse. */
		while (i < high) {
			if (better(&c->at[i], &pivot))
				swap(&c->at[low++], &c->at[i++]);
			else if (better(&pivot, &c->at[i]))
				swap(&c->at[i], &c->at[--high]);
			else
				i++;
		}
		if (want < low)
			end = low;
		else if (want > high)
			begin = high;
		else
			break;
	}
	c->n = want;
}

tok_status tk_candidates_add(struct tk_candidates *c,
			     struct tk_candidate candidate)
{
	if (c->n >= 4 * c->n_wanted)
		tk_candidates_select(c);
	if (!tk_grow(c->alloc, (void **)&c->at, &c->cap, c->n + 1,
		     sizeof(*c->at)))
		return TOK_E_MEMORY;
	c->at[c->n++] = candidate;
	return TOK_OK;
}

tok_status tk_candidates_join(struct tk_candidates *c,
			      const struct tk_candidates *from)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < from->n; i++)
		st = tk_candidates_add(c, from->at[i]);
	return st;
}
