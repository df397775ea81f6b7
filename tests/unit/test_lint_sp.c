/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "model/lint.h"
#include "sentencepiece_write.h"

struct seen {
	char all[4000];
	size_t n;
};

static void see(void *ctx, const tok_finding *f)
{
	struct seen *s = ctx;
	size_t n = strlen(s->all);

	assert_true(f->is_error);
	s->n++;
	(void)snprintf(s->all + n, sizeof(s->all) - n, "%ld %s\n",
		       (long)f->id, f->text);
}

static void finds_all_and_not_the_first(void **state)
{
	struct seen seen = {{0}, 0};
	struct tk_lint lint = {.see = see, .ctx = &seen};
	uint8_t long_one[8000];
	tok_buf file = {0};

	(void)state;
	memset(long_one, 'x', sizeof(long_one));
	put_piece(&file, BYTES("a"), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("a"), NAN, TK_SP_NORMAL);
	put_piece(&file, BYTES("a"), -1, TK_SP_CONTROL);
	put_piece(&file, BYTES("a"), -1, TK_SP_USER_DEFINED);
	put_piece(&file, BYTES(""), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES(""), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("b\0"), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("c"), -INFINITY, TK_SP_NORMAL);
	put_piece(&file, BYTES("d"), -1, 9);
	put_piece(&file, (tok_bytes){long_one, 8000}, -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("e"), 1e30f, TK_SP_NORMAL);
	put_piece(&file, BYTES("<0x41>"), 0, TK_SP_BYTE);
	assert_ok(tk_lint_sp(&lint, (tok_bytes){file.p, file.n}, "x", NULL));
	assert_string_equal(seen.all,
			    "1 has a score that is not finite\n"
			    "4 is empty\n"
			    "5 is empty\n"
			    "6 has a NUL byte\n"
			    "7 has a score that is not finite\n"
			    "8 is of the unknown type 9\n"
			    "9 has 8,000 bytes or more\n"
			    "10 has a score of 1e+30, tok takes 1e+28\n"
			    "11 is a byte, but the model has no byte "
			    "fallback\n"
			    "1 is there twice, first as id 0\n"
			    "3 is there twice, first as id 0\n"
			    "-1 no piece of type UNKNOWN\n");
	assert_int_equal(lint.n_errors, seen.n);
	tok_buf_release(&file);
}

static void finds_nothing_in_good_ones(void **state)
{
	struct seen seen = {{0}, 0};
	struct tk_lint lint = {.see = see, .ctx = &seen};
	tok_buf file = {0};

	(void)state;
	put_full(&file);
	assert_ok(tk_lint_sp(&lint, (tok_bytes){file.p, file.n}, "x", NULL));
	put_byte_pieces(&file, 256);
	put_piece(&file, BYTES("\0"), 0, TK_SP_NORMAL);
	put_trainer_flag(&file, 35, 1);
	assert_ok(tk_lint_sp(&lint, (tok_bytes){file.p, file.n}, "x", NULL));
	assert_int_equal(seen.n, 0);
	tok_buf_release(&file);
}

static void says_what_is_no_model(void **state)
{
	struct seen seen = {{0}, 0};
	struct tk_lint lint = {.see = see, .ctx = &seen};
	tok_buf file = {0};

	(void)state;
	assert_int_equal(tk_lint_sp(&lint, BYTES("\n\377"), "x", NULL),
			 TOK_E_FORMAT);
	put_least(&file);
	put_trainer_flag(&file, 3, 2);
	assert_int_equal(tk_lint_sp(&lint, (tok_bytes){file.p, file.n}, "x",
				    NULL), TOK_E_UNSUPPORTED);
	tok_buf_release(&file);
}

static void see_nothing(void *ctx, const tok_finding *f)
{
	(void)ctx;
	(void)f;
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *file = ctx;
	struct tk_lint lint = {.see = see_nothing, .alloc = alloc};

	return tk_lint_sp(&lint, (tok_bytes){file->p, file->n}, "x", NULL);
}

static void survives_failing_allocations(void **state)
{
	tok_buf file = {0};

	(void)state;
	put_full(&file);
	unit_fail_each(run, &file);
	tok_buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_all_and_not_the_first),
		cmocka_unit_test(finds_nothing_in_good_ones),
		cmocka_unit_test(says_what_is_no_model),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("lint_sp", tests, NULL, NULL);
}
