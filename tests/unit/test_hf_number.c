/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>
#include <stdio.h>

#include "model/hf_number.h"

static void check(const char *text, double want)
{
	double got = 123;

	if (!tk_hf_number(tok_bytes_of(text), &got) || got != want ||
	    signbit(got) != signbit(want))
		fail_msg("%s is %.17g, not %.17g", text, got, want);
}

/* What tokenizers 0.23.3 has in its vocabulary: each one unit in the last
 * place beside the nearest double. */
static void one_unit_beside(void **state)
{
	static const struct {
		const char *text;
		double value;
	} known[] = {
		{"-0.046727118698941527697", -0.046727118698941535},
		{"-0.11902055707377501", -0.119020557073775},
		{"-3.443818130530119425714", -3.44381813053012},
		{"-46293.898887057985120919", -46293.89888705798},
		{"-7.41026222564135217", -7.410262225641351},
		{"-19.453949319036038", -19.45394931903604},
		{"-9.61247338738859724572", -9.612473387388595},
		{"-6.27268449898288388e-06", -6.272684498982885e-06},
		{"-0.053761487325957535433", -0.05376148732595754},
		{"-5.619308138656952778", -5.619308138656952},
		{"-3403.572785499276051269", -3403.5727854992765},
		{"-2.78928728958388622981724e-05", -2.7892872895838866e-05},
		{"-0.36664983147212027", -0.3666498314721202},
		{"-1.5334873844396291", -1.5334873844396293},
		{"-0.316626744992636322", -0.3166267449926364},
		{"-9.006253096194894748865306e-05", -9.006253096194896e-05},
		{"-2.67196912132539265983", -2.671969121325393},
		{"-5.6871244706262400470", -5.687124470626241},
		{"-2.633020640547046654", -2.633020640547046},
		{"-2.990553006641497369", -2.990553006641498},
		{"-31462.7043506306654", -31462.70435063066},
		{"-0.9151097423673099", -0.91510974236731},
		{"-0.0009331754994554420203", -0.0009331754994554419},
		{"-0.0001222888693709454238124634", -0.00012228886937094545},
		{"0.000000000000000000000000000001", 9.999999999999999e-31},
		{"100000000000000000000000.5", 1e+23},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		double nearest = strtod(known[i].text, NULL);

		check(known[i].text, known[i].value);
		assert_true(nearest != known[i].value);
		assert_true(nextafter(nearest, known[i].value) ==
			    known[i].value);
	}
}

/* The same peer; here it has the nearest one. */
static void as_others(void **state)
{
	static const struct {
		const char *text;
		double value;
	} known[] = {
		{"0", 0.0},
		{"-0", -0.0},
		{"-0.0", -0.0},
		{"1", 1.0},
		{"-1", -1.0},
		{"0.1", 0.1},
		{"-11.5", -11.5},
		{"1e2", 100.0},
		{"1E+2", 100.0},
		{"1e-2", 0.01},
		{"123456789012345678", 1.2345678901234568e+17},
		{"18446744073709551615", 1.8446744073709552e+19},
		{"18446744073709551616", 1.8446744073709552e+19},
		{"184467440737095516150", 1.844674407370955e+20},
		{"123456789012345678901234567890", 1.2345678901234568e+29},
		{"0.12345678901234567890123456789", 0.12345678901234568},
		{"1.7976931348623157e308", 1.7976931348623157e+308},
		{"1e-310", 1e-310},
		{"1e-400", 0.0},
		{"0e999999999", 0.0},
		{"0.0e-999999999", 0.0},
		{"1e-99999999999999999999", 0.0},
		{"4.9e-324", 5e-324},
		{"-12345.678901234567890123", -12345.678901234567},
		{"9007199254740993", 9007199254740992.0},
		{"0.1e309", 1e+308},
		{"17976931348623157e292", 1.7976931348623157e+308},
		{"1844674407370955161.6", 1.8446744073709553e+18},
		{"1844674407370955161.5", 1.8446744073709553e+18},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		check(known[i].text, known[i].value);
}

static void out_of_range(void **state)
{
	static const char *const large[] = {"1e309",  "-1e400",
					    "1e999999999999", "2e308",
					    "1797693134862315700e291",
					    "1e308000"};
	double d;

	(void)state;
	for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
		assert_false(tk_hf_number(tok_bytes_of(large[i]), &d));
}

static void no_numbers(void **state)
{
	static const char *const bad[] = {"",	 "-",	"+1",  ".5",   "1.",
					  "1e",	 "1e+", "e5",  "1.e5", "1 ",
					  "0x1", "nan", "inf", "--1",  "1..2",
					  "1e5.5"};
	double d;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(tk_hf_number(tok_bytes_of(bad[i]), &d));
	assert_false(tk_hf_number(BYTES("1\0"), &d));
}

/* Up to 15 digits and small powers nothing is rounded twice. */
static void short_numbers_are_the_nearest(void **state)
{
	uint64_t random = 131;
	char text[64];

	(void)state;
	for (int i = 0; i < 100000; i++) {
		uint64_t digits = unit_random(&random) % 1000000000000000;
		int places = (int)unit_below(&random, 16);

		(void)snprintf(text, sizeof(text), "-%llu.%0*llu",
			       (unsigned long long)(digits % 100000),
			       places % 10 + 1,
			       (unsigned long long)(digits % 10));
		check(text, strtod(text, NULL));
		(void)snprintf(text, sizeof(text), "%llue-%d",
			       (unsigned long long)digits, places);
		check(text, strtod(text, NULL));
	}
}

/* Any digits: at most two roundings, so near the nearest one. */
static void long_numbers_are_near(void **state)
{
	uint64_t random = 132;
	size_t n_differ = 0;
	char text[64];
	double got;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		(void)snprintf(text, sizeof(text), "-%d.%016llu",
			       (int)unit_below(&random, 20),
			       (unsigned long long)(unit_random(&random) %
						    10000000000000000));
		double want = strtod(text, NULL);
		assert_true(tk_hf_number(tok_bytes_of(text), &got));
		n_differ += got != want;
		assert_true(fabs(got - want) <= fabs(want) * 0x1p-51);
	}
	assert_in_range(n_differ, 100, 49999);
}

static void takes_numbers_one_by_one(void **state)
{
	tok_bytes rest = BYTES("[[\"a\\\"1\\\\\", -1.5e+3 ], [\"2\",0],"
			       "[\"\\u0033\" ,\n7.25], [\"x\", null]]");
	static const char *const want[] = {"-1.5e+3", "0", "7.25"};
	tok_bytes number;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		assert_true(tk_hf_next_number(&rest, &number));
		assert_int_equal(number.n, strlen(want[i]));
		assert_memory_equal(number.p, want[i], number.n);
	}
	assert_false(tk_hf_next_number(&rest, &number) &&
		     tk_hf_next_number(&rest, &number));
	rest = BYTES("");
	assert_false(tk_hf_next_number(&rest, &number));
	rest = BYTES("\"open");
	assert_false(tk_hf_next_number(&rest, &number));
	rest = BYTES("\"open\\");
	assert_false(tk_hf_next_number(&rest, &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_unit_beside),
		cmocka_unit_test(as_others),
		cmocka_unit_test(out_of_range),
		cmocka_unit_test(no_numbers),
		cmocka_unit_test(short_numbers_are_the_nearest),
		cmocka_unit_test(long_numbers_are_near),
		cmocka_unit_test(takes_numbers_one_by_one),
	};
	return cmocka_run_group_tests_name("hf_number", tests, NULL, NULL);
}
