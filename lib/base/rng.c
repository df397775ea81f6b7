/* SPDX-License-Identifier: Apache-2.0 */
/* Philox2x64-10: ten rounds of multiply, swap and add key. No state. */
#include "base/rng.h"

#include "base/compiler.h"

#define MULTIPLIER UINT64_C(0xD2B74407B1CE6E93)
#define WEYL UINT64_C(0x9E3779B97F4A7C15)

static inline uint64_t mul_high(uint64_t a, uint64_t b)
{
#ifdef TK_MUL_HIGH
	return TK_MUL_HIGH(a, b);
#else
	uint64_t a0 = (uint32_t)a, a1 = a >> 32;
	uint64_t b0 = (uint32_t)b, b1 = b >> 32;
	uint64_t mid = a1 * b0 + (a0 * b0 >> 32);
	uint64_t low = a0 * b1 + (uint32_t)mid;

	return a1 * b1 + (mid >> 32) + (low >> 32);
#endif
}

tk_philox tk_philox2x64(uint64_t key, uint64_t counter0, uint64_t counter1)
{
	for (int round = 0; round < 10; round++) {
		uint64_t high = mul_high(MULTIPLIER, counter0);
		uint64_t low = MULTIPLIER * counter0;

		counter0 = high ^ key ^ counter1;
		counter1 = low;
		key += WEYL;
	}
	return (tk_philox){{counter0, counter1}};
}
