/* SPDX-License-Identifier: Apache-2.0 */
/* What the expressions match is compared in tests/peers/test_export.py. */
#include "unit.h"

#include "text/split_regex.h"

static void there_and_back(void **state)
{
	static const tok_split with[] = {TOK_SPLIT_NONE, TOK_SPLIT_SPACE};
	tok_split kind;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *regex = tk_split_regex(with[i]);

		assert_non_null(regex);
		assert_true(tk_split_of_regex(tok_bytes_of(regex), &kind));
		assert_int_equal(kind, with[i]);
	}
	assert_string_not_equal(tk_split_regex(TOK_SPLIT_NONE),
				tk_split_regex(TOK_SPLIT_SPACE));
}

static void others_are_none(void **state)
{
	tok_split kind = TOK_SPLIT_WHOLE;

	(void)state;
	assert_null(tk_split_regex(TOK_SPLIT_WORD));
	assert_null(tk_split_regex(TOK_SPLIT_WHOLE));
	assert_false(tk_split_of_regex(BYTES("[^\\n]+"), &kind));
	assert_false(tk_split_of_regex(BYTES("[^\\n]*\\n+|[^\\n]+ "), &kind));
	assert_false(tk_split_of_regex((tok_bytes){NULL, 0}, &kind));
	assert_int_equal(kind, TOK_SPLIT_WHOLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(others_are_none),
	};
	return cmocka_run_group_tests_name("split_regex", tests, NULL, NULL);
}
