/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "base/logexp.h"

static void log_is_close_to_libm(void **state)
{
	uint64_t random = 1;

	(void)state;
	assert_true(tk_log(1) == 0.0);
	for (int i = 0; i < 200000; i++) {
		uint64_t n = unit_random(&random) >> unit_below(&random, 64);
		long double exact = logl((long double)(n ? n : 1));
		double got = tk_log(n ? n : 1);

		assert_true(fabsl(got - exact) <= 1e-15L * (1 + exact));
	}
	for (uint64_t n = 1; n < 3000; n++)
		assert_true(tk_log(n) < tk_log(n + 1));
}

static void exp2_is_close_to_libm(void **state)
{
	uint64_t random = 2;
	int64_t e;

	(void)state;
	assert_true(tk_exp2(0.0, &e) == 1.0 && e == 0);
	assert_true(tk_exp2(-3.0, &e) == 1.0 && e == -3);
	for (int i = 0; i < 200000; i++) {
		double x = ((double)(unit_random(&random) >> 11) * 0x1p-53 -
			    0.5) * 2000;
		double m = tk_exp2(x, &e);
		long double exact = exp2l((long double)x - (long double)e);

		assert_true(m >= 1.0 && m < 2.0);
		assert_true(fabsl(m - exact) <= 4e-16L * exact);
	}
}

static double between(uint64_t *random, double low, double high)
{
	double u = (double)(unit_random(random) >> 11) * 0x1p-53;

	return low + u * (high - low);
}

static void assert_close(double got, long double exact, long double most)
{
	assert_true(fabsl(got - exact) <= most * fabsl(exact));
}

static void others_are_close_to_libm(void **state)
{
	uint64_t random = 3;

	(void)state;
	assert_true(tk_log_real(1.0) == 0.0 && tk_log1p(0.0) == 0.0);
	assert_true(tk_exp(0.0) == 1.0 && tk_expm1(0.0) == 0.0);
	assert_true(tk_exp(-1e300) == 0.0 && tk_expm1(-1e300) == -1.0);
	for (int i = 0; i < 100000; i++) {
		double x = ldexp(between(&random, 1, 2),
				 (int)unit_below(&random, 2000) - 1000);
		double near = ldexp(between(&random, -1, 1),
				    -(int)unit_below(&random, 60));
		double wide = between(&random, -700, 700);

		assert_close(tk_log_real(x), logl(x), 1e-15L);
		assert_close(tk_log_real(1.0 + near / 8), logl(1.0 + near / 8),
			     1e-15L);
		assert_close(tk_exp(wide), expl(wide), 1e-13L);
		assert_close(tk_expm1(near), expm1l(near), 1e-15L);
		if (near > -1)
			assert_close(tk_log1p(near), log1pl(near), 3e-15L);
	}
}

/* Bits that every machine must give: written by this code with gcc 12 on
 * x86-64, checked against libm to the last place but one. */
static void golden_bits(void **state)
{
	int64_t e;

	(void)state;
	assert_true(tk_log(10) == 0x1.26bb1bbb55515p+1);
	assert_true(tk_log_real(0.1) == -0x1.26bb1bbb55515p+1);
	assert_true(tk_log1p(-0.1) == -0x1.af8e8210a415dp-4);
	assert_true(tk_exp(-1.7) == 0x1.7622c78a98a08p-3);
	assert_true(tk_expm1(0.1) == 0x1.aec7b35a00d3ap-4);
	assert_true(tk_log(UINT64_MAX) == 0x1.62e42fefa39efp+5);
	assert_true(tk_exp2(0.1, &e) == 0x1.125fbee250664p+0 && e == 0);
	assert_true(tk_exp2(-17.3, &e) == 0x1.9fdf8bcce533ap+0 && e == -18);
}

static void pow2_covers_its_range(void **state)
{
	(void)state;
	assert_true(tk_pow2(0) == 1.0 && tk_pow2(10) == 1024.0);
	assert_true(tk_pow2(1023) == 0x1p1023 && tk_pow2(-1022) == 0x1p-1022);
	assert_true(tk_pow2(-1023) == 0.0 && tk_pow2(INT64_MIN) == 0.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log_is_close_to_libm),
		cmocka_unit_test(exp2_is_close_to_libm),
		cmocka_unit_test(others_are_close_to_libm),
		cmocka_unit_test(golden_bits),
		cmocka_unit_test(pow2_covers_its_range),
	};
	return cmocka_run_group_tests_name("logexp", tests, NULL, NULL);
}
