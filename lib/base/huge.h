/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers m * 2^(512 e), for products of very many weights: a double with a
 * place on a scale that has no end. Those on one place are added and
 * multiplied as doubles, at a double's speed; 0 is on any place.
 */
#ifndef TK_HUGE_H
#define TK_HUGE_H

#include <stdint.h>

#define TK_HUGE_UP 0x1p512
#define TK_HUGE_DOWN 0x1p-512

struct tk_huge {
	double m; /* 0, or from 2^-256 to below 2^256 */
	int64_t e;
};

/* x as a double where 0 is on place e; nothing where it is far below, for
 * e is never below its own place. */
static inline double tk_huge_on(struct tk_huge x, int64_t e)
{
	return x.e == e ? x.m : x.e == e - 1 ? x.m * TK_HUGE_DOWN : 0.0;
}

/* The same number with m in its bounds, m being no further off than a product
 * of two such and a sum of some thousands of those. */
static inline struct tk_huge tk_huge_of(double m, int64_t e)
{
	if (m >= 0x1p256)
		return (struct tk_huge){m * TK_HUGE_DOWN, e + 1};
	if (m < 0x1p-256 && m > 0.0)
		return (struct tk_huge){m * TK_HUGE_UP, e - 1};
	return (struct tk_huge){m, e};
}

#endif
