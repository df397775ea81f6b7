/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log and exp2 that give the same bits on every machine: additions,
 * multiplications and divisions of IEEE doubles in a fixed order, nothing
 * from libm, nothing fused.
 */
#ifndef TK_LOGEXP_H
#define TK_LOGEXP_H

#include <stdint.h>

/* Natural logarithm of n > 0; relative error below 2^-50. */
double tk_log(uint64_t n);

/* Natural logarithm of a normal x > 0; error below 2^-50 of its size or, near
 * x = 1, of the distance from there. */
double tk_log_real(double x);

/* ln(1 + x) for x > -1, as precise near 0. */
double tk_log1p(double x);

/* e^x for x < 709; 0 below -708. Relative error below 2^-50 (1 + |x|). */
double tk_exp(double x);

/* e^x - 1 for x < 709, as precise near 0. */
double tk_expm1(double x);

/* 2^x for |x| < 2^62 as m * 2^*e with 1 <= m < 2; relative error below
 * 2^-50 beside that of x itself. */
double tk_exp2(double x, int64_t *e);

/* 2^e as a double for -1022 <= e <= 1023; 0 below that range. e <= 1023. */
static inline double tk_pow2(int64_t e)
{
	union {
		uint64_t bits;
		double value;
	} u;

	u.bits = e < -1022 ? 0 : (uint64_t)(e + 1023) << 52;
	return u.value;
}

#define TK_LN2 0x1.62e42fefa39efp-1
#define TK_LOG2E 0x1.71547652b82fep+0

#endif
