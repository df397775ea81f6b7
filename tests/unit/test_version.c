/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdio.h>

static void is_three_numbers(void **state)
{
	(void)state;
	int major, minor, patch, end = 0;

	assert_int_equal(sscanf(tok_version(), "%d.%d.%d%n", &major, &minor,
				&patch, &end),
			 3);
	assert_int_equal(tok_version()[end], 0);
}

static void bytes_of_a_string(void **state)
{
	(void)state;
	const char *s = "a\xff";

	assert_ptr_equal(tok_bytes_of(s).p, s);
	assert_int_equal(tok_bytes_of(s).n, 2);
	assert_int_equal(tok_bytes_of("").n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_three_numbers),
		cmocka_unit_test(bytes_of_a_string),
	};
	return cmocka_run_group_tests_name("version", tests, NULL, NULL);
}
