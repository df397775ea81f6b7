/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The random numbers of a document: one for each position of its clean text,
 * a pure function of the document's key and the position.
 * lib/model/FORMAT.md has the definition.
 */
#ifndef TK_DRAWS_H
#define TK_DRAWS_H

#include "base/compiler.h"
#include "base/rng.h"
#include "tok/segment.h"

struct tk_draws {
	uint64_t a, b; /* of the document */
};

/* A block of Philox under the document's key. */
struct tk_draws tk_draws_of(tok_key key);

/*
 * The number of a position, in [0, 1): SplitMix64 (Steele, Lea, Flood 2014)
 * at its position-th step from a, with b between its multiplications, so that
 * the numbers of two documents are never the same ones further on.
 */
TK_INLINE double tk_draws_at(const struct tk_draws *d, uint64_t at)
{
	uint64_t z = d->a + at * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9) ^ d->b;
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return tk_unit(z ^ z >> 31);
}

#endif
