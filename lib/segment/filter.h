/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forward filtering: at each position of a chunk, the sum of the weights of
 * all paths to it, and, by what it is made of, which piece a path drawn to it
 * ends with.
 */
#ifndef TK_FILTER_H
#define TK_FILTER_H

#include <stdbool.h>

#include "segment/tempered.h"

/* What a path drawn to a slot ends with, if not with a piece. */
#define TK_DRAWN_UNKNOWN UINT32_MAX

/* A position. Its sum is m * 2^(512 place): place is kept beside it. */
struct tk_slot {
	double m;
	uint32_t ending; /* the longest piece that ends here, or 0 */
	uint8_t unknown; /* bytes of the character that ends here, if it may
			    be unknown; else 0 */
	bool even;       /* all summands were on the sum's own place */
};

/* A chunk on its way. Set law, text, slot and place; the rest is 0. */
struct tk_filter {
	const struct tk_tempered *law;
	tok_bytes text;       /* from slot 0 on */
	struct tk_slot *slot; /* of text.n + 1, as far as they are needed */
	int64_t *place;       /* of each slot's sum */
	size_t next;          /* the slot up to which sums are there */
	/* The sums of slots from since on are all on this place, or 0. */
	int64_t now;
	size_t since;
	uint32_t node;        /* where the automaton is */
};

/* Slot 0: the empty path. */
void tk_filter_begin(struct tk_filter *f);

/* Fills slots up to stop, and up to 3 more if a character ends there: then
 * next is at a character's end. Pieces begin at characters if so asked (see
 * tk_lattice_of_characters), else at bytes. */
void tk_filter_run(struct tk_filter *f, size_t stop, bool characters);

/* What tk_filter_choose says where the sum is not even, or where rounding has
 * left nothing above u of all. */
uint32_t tk_filter_choose_apart(const struct tk_filter *f, size_t k, double u);

/* The last summand of slot k, from the longest piece on, at which they exceed
 * u times all of them: an index of law->piece, or TK_DRAWN_UNKNOWN. The slot's
 * sum is not 0. */
TK_INLINE uint32_t tk_filter_choose(const struct tk_filter *f, size_t k,
				    double u)
{
	const struct tk_weighted *piece = f->law->piece;
	const struct tk_slot *to = &f->slot[k];
	const double target = u * to->m;
	double sum = 0.0;

	if (TK_UNLIKELY(!to->even))
		return tk_filter_choose_apart(f, k, u);
	for (uint32_t i = to->ending; i; i = piece[i].next) {
		sum += to[-(ptrdiff_t)piece[i].size].m * piece[i].m;
		if (sum > target)
			return i;
	}
	if (to->unknown && f->law->unknown.m > 0.0)
		return TK_DRAWN_UNKNOWN;
	return tk_filter_choose_apart(f, k, u);
}

#endif
