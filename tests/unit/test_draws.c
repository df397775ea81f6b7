/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/draws.h"

/* What FORMAT.md defines; the numbers are those of another program that
 * follows it. */
static void numbers_are_those_of_the_definition(void **state)
{
	static const struct {
		tok_key key;
		uint64_t at;
		double u;
	} want[] = {
		{{0, 0, 0}, 0, 0x1.993582423a566p-2},
		{{0, 0, 0}, 1, 0x1.92c501890c0e6p-1},
		{{7, 1, 0}, 3, 0x1.b2ce296da3eccp-2},
		{{7, 1, 1}, 3, 0x1.9114320ec09c5p-1},
		{{7, 2, 1}, 3, 0x1.3dad8ab9d98bcp-1},
		{{UINT64_C(18446744073709551615), 5, UINT64_C(9223372036854775808)},
		 UINT64_C(1099511627776), 0x1.0e4db8be92866p-1},
		{{1, UINT64_C(18446744073709551615), 12345},
		 UINT64_C(18446744073709551615), 0x1.550938d1353ccp-3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct tk_draws d = tk_draws_of(want[i].key);

		assert_true(tk_draws_at(&d, want[i].at) == want[i].u);
	}
}

/* Pairs of numbers fall evenly into a square of 16 by 16: those of neighbours,
 * of a position of neighbouring documents, of following epochs. */
static double chi_square(const unsigned cell[256], unsigned n)
{
	double chi = 0, want = n / 256.0;

	for (size_t i = 0; i < 256; i++)
		chi += (cell[i] - want) * (cell[i] - want) / want;
	return chi;
}

static void neighbours_are_independent(void **state)
{
	enum { N = 1 << 16 };
	static const struct {
		uint64_t at;
		tok_key key;
	} next[] = {
		{1, {0, 0, 0}}, {2, {0, 0, 0}}, {3, {0, 0, 0}},
		{16, {0, 0, 0}}, {0, {0, 0, 1}}, {0, {0, 1, 0}},
		{0, {1, 0, 0}}, {1, {0, 0, 1}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(next) / sizeof(*next); i++) {
		unsigned cell[256] = {0};

		for (uint64_t k = 0; k < N; k++) {
			tok_key key = {5, 2, k / 64}, other = key;
			struct tk_draws d = tk_draws_of(key);

			other.seed += next[i].key.seed;
			other.epoch += next[i].key.epoch;
			other.document += 64 * next[i].key.document;
			struct tk_draws e = tk_draws_of(other);
			double a = tk_draws_at(&d, k % 64);
			double b = tk_draws_at(&e, k % 64 + next[i].at);
			assert_true(a >= 0 && a < 1);
			cell[(size_t)(a * 16) * 16 + (size_t)(b * 16)]++;
		}
		/* 255 degrees of freedom: mean 255, deviation 22.6. */
		double chi = chi_square(cell, N);
		assert_true(chi > 160 && chi < 370);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_the_definition),
		cmocka_unit_test(neighbours_are_independent),
	};
	return cmocka_run_group_tests_name("draws", tests, NULL, NULL);
}
