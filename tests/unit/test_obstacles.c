/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/obstacles.h"

static void none_is_no_obstacle(void **state)
{
	const struct tk_tally nobody = {0};
	struct tk_obstacles o = {0};

	(void)state;
	tk_obstacle_ids(&o, true, &nobody, "piece", "singing");
	assert_false(o.any);
	assert_ok(tk_obstacles_end(&o, "a song", false, NULL));
}

static void all_are_listed(void **state)
{
	struct tk_tally one = {0}, two = {0};
	struct tk_obstacles o = {0};
	tok_error err;

	(void)state;
	tk_tally(&one, 7);
	tk_tally(&two, 8);
	tk_tally(&two, 9);
	tk_obstacle_ids(&o, false, &one, "piece", "singing");
	tk_obstacle_ids(&o, false, &two, "piece", "dancing");
	assert_ok(tk_obstacles_end(&o, "a song", true, NULL));
	assert_int_equal(tk_obstacles_end(&o, "a song", false, &err),
			 TOK_E_MISMATCH);
	assert_string_equal(err.text,
			    "as a song it would give other ids to some "
			    "texts, for: a piece singing (id 7); 2 pieces "
			    "dancing (the first is id 8)");
	tk_obstacle(&o, true, "a %s", "key");
	assert_int_equal(tk_obstacles_end(&o, "a song", true, &err),
			 TOK_E_UNSUPPORTED);
	assert_non_null(strstr(err.text, "dancing (the first is id 8); a key"));
}

static void a_long_list_is_cut(void **state)
{
	struct tk_obstacles o = {0};

	(void)state;
	for (int i = 0; i < 200; i++)
		tk_obstacle(&o, i == 150, "number %d", i);
	assert_true(o.never);
	assert_true(strlen(o.text) < sizeof(o.text));
	assert_int_equal(tk_obstacles_end(&o, "a song", true, NULL),
			 TOK_E_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none_is_no_obstacle),
		cmocka_unit_test(all_are_listed),
		cmocka_unit_test(a_long_list_is_cut),
	};
	return cmocka_run_group_tests_name("obstacles", tests, NULL, NULL);
}
