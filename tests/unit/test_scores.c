/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "unit.h"

#include "model/scores.h"

static void integers_are_multiples_in_range(void **state)
{
	(void)state;
	assert_true(tk_score_valid(TK_INTEGER, 0.0));
	assert_true(tk_score_valid(TK_INTEGER, -1.0 / 65536));
	assert_true(tk_score_valid(TK_INTEGER, -64.0));
	assert_false(tk_score_valid(TK_INTEGER, -64.0 - 1.0 / 65536));
	assert_false(tk_score_valid(TK_INTEGER, 1.0 / 65536));
	assert_false(tk_score_valid(TK_INTEGER, -1.0 / 131072));
	assert_false(tk_score_valid(TK_INTEGER, (double)NAN));
	assert_false(tk_score_valid(TK_INTEGER, (double)-INFINITY));
	assert_int_equal(tk_score_in_trie(TK_INTEGER, -1.5), -98304);
}

static void floats_are_floats(void **state)
{
	const enum tk_arithmetic each[] = {TK_SP_FLOAT, TK_SP_FLOAT_OLD};

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_true(tk_score_valid(each[i], (double)-1.1F));
		assert_false(tk_score_valid(each[i], -1.1));
		assert_true(tk_score_valid(each[i], 3.5));
		assert_true(tk_score_valid(each[i], (double)-0x1p93F));
		assert_false(tk_score_valid(each[i], (double)-0x1p94F));
		assert_false(tk_score_valid(each[i], (double)0x1p94F));
		assert_false(tk_score_valid(each[i], (double)NAN));
		assert_false(tk_score_valid(each[i], (double)INFINITY));
		int32_t bits = tk_score_in_trie(each[i], (double)-1.1F);
		assert_true(tk_score_float(bits) == -1.1F);
	}
}

/* A limit that holds: the sum of very many stays finite. */
static void sums_stay_finite(void **state)
{
	float sum = -0x1p93F * 255.0F * 0x1p24F;

	(void)state;
	for (int i = 0; i < 1 << 26; i++)
		sum += -0x1p93F * 255.0F;
	assert_true(isfinite(sum));
	assert_true(TK_MAX_DOUBLE_SCORE * 0x1p54 < (double)INFINITY);
	assert_true(tk_score_valid(TK_DOUBLE, -TK_MAX_DOUBLE_SCORE));
	assert_false(tk_score_valid(TK_DOUBLE, -1e291));
}

/* The bits of -0.0 are those of "no piece". */
static void negative_zero_is_a_score(void **state)
{
	(void)state;
	assert_true(tk_score_valid(TK_SP_FLOAT, -0.0));
	assert_int_not_equal(tk_score_in_trie(TK_SP_FLOAT, -0.0), TK_NO_PIECE);
	assert_true(tk_score_float(tk_score_in_trie(TK_SP_FLOAT, -0.0)) == 0);
}

static void doubles_are_any(void **state)
{
	(void)state;
	assert_true(tk_score_valid(TK_DOUBLE, -1.1));
	assert_true(tk_score_valid(TK_DOUBLE, 7.25));
	assert_false(tk_score_valid(TK_DOUBLE, (double)NAN));
	assert_false(tk_score_valid(TK_DOUBLE, (double)-INFINITY));
	assert_int_equal(tk_score_in_trie(TK_DOUBLE, -1.1), 0);
	assert_false(tk_score_valid(TK_N_ARITHMETIC, 0.0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(integers_are_multiples_in_range),
		cmocka_unit_test(floats_are_floats),
		cmocka_unit_test(sums_stay_finite),
		cmocka_unit_test(negative_zero_is_a_score),
		cmocka_unit_test(doubles_are_any),
	};
	return cmocka_run_group_tests_name("scores", tests, NULL, NULL);
}
