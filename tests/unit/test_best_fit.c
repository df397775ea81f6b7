/* SPDX-License-Identifier: Apache-2.0 */
#include "rows_text.h"

static char text[1000];

static void plan(uint32_t row_len, uint32_t open, const size_t *length,
		 size_t n)
{
	rows_text(TOK_METHOD_BEST_FIT, row_len, open, length, n, text,
		  sizeof(text));
}

static void the_fullest_row_with_room(void **state)
{
	(void)state;
	/* Rows of 7 and 5; 3 fits both, and fills the fuller one. */
	plan(10, 4, LENGTHS(7, 5, 3));
	assert_string_equal(text, "0:7 2:3 | 1:5");
	/* 4 fits the row of 5 only. */
	plan(10, 4, LENGTHS(7, 5, 4));
	assert_string_equal(text, "0:7 | 1:5 2:4");
}

static void the_oldest_among_equals(void **state)
{
	(void)state;
	plan(10, 4, LENGTHS(6, 6, 6, 2, 2));
	assert_string_equal(text, "0:6 3:2 4:2 | 1:6 | 2:6");
}

static void where_none_has_room_the_fullest_leaves(void **state)
{
	(void)state;
	plan(10, 2, LENGTHS(6, 7, 8, 4));
	assert_string_equal(text, "1:7 | 0:6 3:4 | 2:8");
	plan(10, 2, LENGTHS(6, 6, 6));
	assert_string_equal(text, "0:6 | 1:6 | 2:6");
}

static void a_whole_row_pushes_none_out(void **state)
{
	(void)state;
	plan(10, 1, LENGTHS(4, 10, 6));
	assert_string_equal(text, "1:10 | 0:4 2:6");
	plan(10, 1, LENGTHS(4, 26));
	assert_string_equal(text, "1:10 | 1:10 | 0:4 1:6");
}

static void rows_of_one(void **state)
{
	(void)state;
	plan(1, 3, LENGTHS(1, 0, 2));
	assert_string_equal(text, "0:1 | 2:1 | 2:1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_fullest_row_with_room),
		cmocka_unit_test(the_oldest_among_equals),
		cmocka_unit_test(where_none_has_room_the_fullest_leaves),
		cmocka_unit_test(a_whole_row_pushes_none_out),
		cmocka_unit_test(rows_of_one),
	};
	return cmocka_run_group_tests_name("best_fit", tests, NULL, NULL);
}
