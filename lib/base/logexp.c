/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ln n = k ln 2 + 2 artanh((m - 1) / (m + 1)) for n = m 2^k with m near 1,
 * and 2^f = exp(f ln 2) for |f| <= 1/2, both by their Taylor series to the
 * term below 2^-60.
 */
#include "base/logexp.h"

#include <float.h>

#if FLT_EVAL_METHOD != 0
#error "doubles are not evaluated as doubles here: ids would differ"
#endif

double tk_log(uint64_t n)
{
	int k = 63;
	uint64_t bits = n;

	while (!(bits >> 63)) {
		bits <<= 1;
		k--;
	}
	/* m in [1, 2), then in [0.75, 1.5), exact to 53 bits. */
	double m = (double)(bits >> 11) * 0x1p-52;
	if (m >= 1.5) {
		m *= 0.5;
		k++;
	}
	double z = (m - 1.0) / (m + 1.0), z2 = z * z, sum = 0.0;
	for (int i = 25; i >= 1; i -= 2)
		sum = sum * z2 + 1.0 / i;
	return (double)k * TK_LN2 + 2.0 * (z * sum);
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
