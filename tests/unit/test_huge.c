/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/huge.h"

static void keeps_its_bounds_and_its_value(void **state)
{
	static const struct {
		double m, want;
		int64_t e;
	} x[] = {
		{1, 1, 0}, {0, 0, 0}, {0x1p256, 0x1p-256, 1},
		{0x1.8p511, 0x1.8p-1, 1}, {0x1p-256, 0x1p-256, 0},
		{0x1p-257, 0x1p255, -1}, {0x1p-512, 1, -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(x) / sizeof(*x); i++) {
		struct tk_huge h = tk_huge_of(x[i].m, 7);

		assert_true(h.m == x[i].want);
		assert_int_equal(h.e, 7 + x[i].e);
	}
}

static void is_seen_from_a_higher_place(void **state)
{
	struct tk_huge x = {3.0, -4};

	(void)state;
	assert_true(tk_huge_on(x, -4) == 3.0);
	assert_true(tk_huge_on(x, -3) == 3.0 * 0x1p-512);
	assert_true(tk_huge_on(x, -2) == 0.0);
	assert_true(tk_huge_on(x, INT64_MAX) == 0.0);
	x.e = INT64_MIN;
	assert_true(tk_huge_on(x, INT64_MIN) == 3.0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_its_bounds_and_its_value),
		cmocka_unit_test(is_seen_from_a_higher_place),
	};
	return cmocka_run_group_tests_name("huge", tests, NULL, NULL);
}
