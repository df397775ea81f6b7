/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "model/decimal.h"

/* serde_json's f64_from_parts, on the text. */
static double serde(const char *s)
{
	int exponent = 0, negative = *s == '-';
	uint64_t digits = 0;
	double ten = 1;

	for (s += negative; *s && *s != 'e' && *s != '.'; s++)
		digits = 10 * digits + (uint64_t)(*s - '0');
	if (*s == '.')
		for (s++; *s && *s != 'e'; s++, exponent--)
			digits = 10 * digits + (uint64_t)(*s - '0');
	if (*s == 'e')
		exponent += (int)strtol(s + 1, NULL, 10);
	for (int i = 0; i < abs(exponent); i++)
		ten *= 10;
	double value = exponent < 0 ? (double)digits / ten
				    : (double)digits * ten;
	return negative ? -value : value;
}

static size_t n_tried, n_other;

static void check(double x)
{
	char s[TK_DECIMAL];

	tk_decimal(x, s);
	assert_true(strlen(s) < TK_DECIMAL);
	if (strtod(s, NULL) < x || strtod(s, NULL) > x)
		fail_msg("%.17g is written %s", x, s);
	if (fabs(x) < 1e-3 || fabs(x) > 1e10)
		return;
	n_tried++;
	n_other += serde(s) < x || serde(s) > x;
}

static void is_written(double x, const char *want)
{
	char s[TK_DECIMAL];

	tk_decimal(x, s);
	assert_string_equal(s, want);
}

static void is_short(void **state)
{
	(void)state;
	is_written(0, "0.0");
	is_written(-1, "-1.0");
	is_written(-0.5, "-0.5");
	is_written(-12.25, "-12.25");
	is_written(0.1, "0.1");
	is_written(0.00025, "0.00025");
	is_written(-100, "-1e2");
	is_written(1e290, "1e290");
}

/* Scores as they occur: ours, floats, logarithms. */
static void is_exact(void **state)
{
	uint64_t random = 5;

	(void)state;
	for (int i = 0; i < 12000; i++) {
		uint64_t r = unit_random(&random);
		double x = -(double)(r >> 11) * 0x1p-53;

		check(-(double)(r % (1 << 22)) / 65536);
		check((double)(float)(x * 30));
		check(x * 30);
		check(x * 1e-6);
		check(x * 1e6);
		check(x * 1e-200);
		check(x * 1e200);
	}
	check(1 - 0x1p-53);
	check(1 + 0x1p-52);
	check(0x1p-1074);
	assert_true(n_tried > 30000 && n_other < n_tried / 250);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_short),
		cmocka_unit_test(is_exact),
	};
	return cmocka_run_group_tests_name("decimal", tests, NULL, NULL);
}
