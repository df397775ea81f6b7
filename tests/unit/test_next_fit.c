/* SPDX-License-Identifier: Apache-2.0 */
#include "rows_text.h"

static char text[1000];

static void plan(const size_t *length, size_t n)
{
	rows_text(TOK_METHOD_NEXT_FIT, 10, 64, length, n, text, sizeof(text));
}

static void what_does_not_fit_closes_the_row(void **state)
{
	(void)state;
	plan(LENGTHS(4, 5, 2, 8, 1));
	assert_string_equal(text, "0:4 1:5 | 2:2 3:8 | 4:1");
}

static void order_is_kept_through_long_ones(void **state)
{
	(void)state;
	plan(LENGTHS(3, 23, 7, 10, 0, 1));
	assert_string_equal(text,
			    "0:3 | 1:10 | 1:10 | 1:3 2:7 | 3:10 | 5:1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_closes_the_row),
		cmocka_unit_test(order_is_kept_through_long_ones),
	};
	return cmocka_run_group_tests_name("next_fit", tests, NULL, NULL);
}
