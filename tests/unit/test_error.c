/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <errno.h>

#include "base/error.h"

static void every_status_has_words(void **state)
{
	(void)state;
	for (int a = 0; a < TOK_N_STATUS; a++) {
		const char *text = tok_status_text((tok_status)a);

		assert_non_null(text);
		assert_true(*text);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(
				text, tok_status_text((tok_status)b));
	}
	assert_string_equal(tok_status_text(TOK_N_STATUS), "unknown status");
	assert_string_equal(tok_status_text((tok_status)-1), "unknown status");
}

static void says_it_once(void **state)
{
	(void)state;
	tok_error err;

	assert_int_equal(tk_fail(&err, TOK_E_CORRUPT, 77, "%s: byte %d", "m",
				 77),
			 TOK_E_CORRUPT);
	assert_int_equal(err.code, TOK_E_CORRUPT);
	assert_int_equal(err.at, 77);
	assert_string_equal(err.text, "m: byte 77");
	assert_int_equal(tk_fail_status(&err, TOK_E_MEMORY, "reading x"),
			 TOK_E_MEMORY);
	assert_string_equal(err.text, "reading x: out of memory");
}

static void accepts_null(void **state)
{
	(void)state;
	assert_int_equal(tk_fail(NULL, TOK_E_IO, 1, "%d", 1), TOK_E_IO);
	assert_int_equal(tk_fail_errno(NULL, ENOSPC, "x"), TOK_E_SPACE);
	assert_int_equal(tk_fail_status(NULL, TOK_E_LIMIT, "x"), TOK_E_LIMIT);
}

static void knows_errno(void **state)
{
	(void)state;
	tok_error err = {.at = 5};

	assert_int_equal(tk_fail_errno(&err, ENOENT, "cannot open %s", "f"),
			 TOK_E_IO);
	assert_string_equal(err.text,
			    "cannot open f: No such file or directory");
	assert_int_equal(err.at, 0);
	assert_int_equal(tk_fail_errno(&err, EEXIST, "x"), TOK_E_EXISTS);
	assert_int_equal(tk_fail_errno(&err, ENOMEM, "x"), TOK_E_MEMORY);
	assert_int_equal(tk_fail_errno(&err, EDQUOT, "x"), TOK_E_SPACE);
	assert_int_equal(tk_fail_errno(&err, 98765, "x"), TOK_E_IO);
	assert_true(strstr(err.text, "98765") != NULL);
}

/* A path may be longer than the sentence: it is cut, with its NUL. */
static void long_sentences_are_cut(void **state)
{
	(void)state;
	char path[5000];
	tok_error err;

	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	tk_fail(&err, TOK_E_IO, 0, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	tk_fail_errno(&err, ENOENT, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	/* Just enough room for a part of the cause. */
	path[sizeof(err.text) - 6] = 0;
	tk_fail_errno(&err, ENOENT, "%s", path);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_string_equal(err.text + sizeof(err.text) - 6, ": No ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_status_has_words),
		cmocka_unit_test(says_it_once),
		cmocka_unit_test(accepts_null),
		cmocka_unit_test(knows_errno),
		cmocka_unit_test(long_sentences_are_cut),
	};
	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
