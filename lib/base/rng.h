/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Randomness as a pure function of its key: Philox2x64-10 (Salmon et al.
 * 2011, "Parallel random numbers: as easy as 1, 2, 3").
 */
#ifndef TK_RNG_H
#define TK_RNG_H

#include <stdint.h>

typedef struct tk_philox {
	uint64_t word[2];
} tk_philox;

/* The block of 128 random bits at a counter of two words under a key. */
tk_philox tk_philox2x64(uint64_t key, uint64_t counter0, uint64_t counter1);

/* The 53 high bits of a word as a double in [0, 1). */
static inline double tk_unit(uint64_t word)
{
	return (double)(word >> 11) * 0x1p-53;
}

#endif
