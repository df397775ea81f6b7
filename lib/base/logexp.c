/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ln n = k ln 2 + 2 artanh((m - 1) / (m + 1)) for n = m 2^k with m near 1,
 * and 2^f = exp(f ln 2) for |f| <= 1/2, both by their Taylor series to the
 * term below 2^-60. The others stand on these.
 */
#include "base/logexp.h"

#include <float.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0
#error "doubles are not evaluated as doubles here: ids would differ"
#endif

/* For |z| <= 1/5. */
static double twice_artanh(double z)
{
	double z2 = z * z, sum = 0.0;

	for (int i = 25; i >= 1; i -= 2)
		sum = sum * z2 + 1.0 / i;
	return 2.0 * (z * sum);
}

/* ln(m 2^k) for m in [1, 2). */
static double log_of(double m, int k)
{
	if (m >= 1.5) {
		m *= 0.5;
		k++;
	}
	return (double)k * TK_LN2 + twice_artanh((m - 1.0) / (m + 1.0));
}

double tk_log(uint64_t n)
{
	int k = 63;
	uint64_t bits = n;

	while (!(bits >> 63)) {
		bits <<= 1;
		k--;
	}
	/* Exact to 53 bits. */
	return log_of((double)(bits >> 11) * 0x1p-52, k);
}

double tk_log_real(double x)
{
	uint64_t bits;
	double m;

	memcpy(&bits, &x, sizeof(bits));
	int k = (int)(bits >> 52) - 1023;
	bits = (bits & (UINT64_MAX >> 12)) | UINT64_C(1023) << 52;
	memcpy(&m, &bits, sizeof(m));
	return log_of(m, k);
}

double tk_log1p(double x)
{
	if (x >= -0.25 && x <= 0.25)
		return twice_artanh(x / (2.0 + x));
	return tk_log_real(1.0 + x);
}

double tk_exp(double x)
{
	int64_t e;

	if (x < -708.0)
		return 0.0;
	double m = tk_exp2(x * TK_LOG2E, &e);
	return m * tk_pow2(e);
}

double tk_expm1(double x)
{
	double sum = 1.0;

	if (x < -0.5 || x > 0.5)
		return tk_exp(x) - 1.0;
	for (int i = 18; i >= 2; i--)
		sum = 1.0 + sum * x / i;
	return x * sum;
}

double tk_exp2(double x, int64_t *e)
{
	int64_t k = (int64_t)x;

	if ((double)k > x)
		k--;
	double f = x - (double)k; /* [0, 1) */
	int up = f > 0.5;
	double y = (up ? f - 1.0 : f) * TK_LN2, sum = 1.0;
	for (int i = 16; i >= 1; i--)
		sum = 1.0 + sum * y / i;
	k += up;
	if (sum < 1.0) {
		sum *= 2.0;
		k--;
	} else if (sum >= 2.0) {
		sum *= 0.5;
		k++;
	}
	*e = k;
	return sum;
}
