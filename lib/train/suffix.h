/* SPDX-License-Identifier: Apache-2.0 */
/* Places of a corpus in the order of what follows them. */
#ifndef TK_SUFFIX_H
#define TK_SUFFIX_H

#include "train/count.h"

/* A position in the corpus, and the pre-token that it lies in. */
struct tk_place {
	uint32_t at, pre;
};

/* A place while it is sorted. */
struct tk_suffix {
	uint64_t key; /* what follows at the depth being sorted */
	struct tk_place place;
};

struct tk_suffix_order {
	const struct tk_corpus *corpus;
	uint32_t max_piece; /* bytes beyond which all is equal */
	uint64_t min_count; /* rarer groups need no order among themselves */
};

/* Bytes from a place to where a piece that begins there must end. */
static inline uint32_t tk_suffix_extent(const struct tk_suffix_order *o,
					struct tk_place p)
{
	const struct tk_pretoken *pre = &o->corpus->pre[p.pre];
	uint64_t left = pre->at + pre->n - p.at;

	return left < o->max_piece ? (uint32_t)left : o->max_piece;
}

static inline uint64_t tk_suffix_weight(const struct tk_suffix_order *o,
					struct tk_place p)
{
	return o->corpus->pre[p.pre].count;
}

/*
 * Sorts n suffixes that share their first depth bytes. shared[i] becomes the
 * number of bytes that i - 1 and i share, for 0 < i < n; in a group that
 * together occurs less than min_count times it may be too small, but never
 * below what makes it the group.
 */
void tk_suffix_sort(const struct tk_suffix_order *order,
		    struct tk_suffix *suffix, uint8_t *shared, size_t n,
		    uint32_t depth);

#endif
