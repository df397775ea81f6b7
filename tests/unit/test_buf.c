/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"

static void appends(void **state)
{
	(void)state;
	tok_buf buf = {0};

	assert_ok(tk_buf_append(&buf, "ab\0c", 4));
	assert_ok(tk_buf_text(&buf, "de"));
	assert_int_equal(buf.n, 6);
	assert_memory_equal(buf.p, "ab\0cde", 6);
	tok_buf_release(&buf);
	assert_null(buf.p);
	assert_int_equal(buf.n + buf.cap, 0);
}

static void appends_nothing(void **state)
{
	(void)state;
	tok_buf buf = {0};

	assert_ok(tk_buf_append(&buf, NULL, 0));
	assert_ok(tk_buf_text(&buf, ""));
	assert_int_equal(buf.n, 0);
	tok_buf_release(&buf);
	tok_buf_release(NULL);
	tok_ids_release(NULL);
}

static void keeps_what_was_there(void **state)
{
	(void)state;
	struct unit_alloc u;
	tok_buf buf;

	unit_alloc_init(&u);
	tok_buf_init(&buf, &u.alloc);
	for (unsigned i = 0; i < 100000; i++)
		assert_ok(tk_buf_append(&buf, &(uint8_t){(uint8_t)i}, 1));
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(buf.p[i], (uint8_t)i);
	/* Growing by half: a few dozen requests, not thousands. */
	assert_true(u.n_requests < 40);
	tok_buf_release(&buf);
	unit_alloc_check(&u);
}

static void reserves_no_more_than_there_is(void **state)
{
	(void)state;
	tok_buf buf = {0};

	assert_ok(tk_buf_text(&buf, "kept"));
	assert_int_equal(tk_buf_reserve(&buf, SIZE_MAX), TOK_E_MEMORY);
	assert_int_equal(tk_buf_reserve(&buf, SIZE_MAX - 3), TOK_E_MEMORY);
	assert_int_equal(buf.n, 4);
	assert_memory_equal(buf.p, "kept", 4);
	tok_buf_release(&buf);
}

static void ids_overflow(void **state)
{
	(void)state;
	tok_ids ids = {0};

	assert_ok(tok_ids_append(&ids, (tok_id[]){1, 2}, 2));
	assert_int_equal(tk_ids_reserve(&ids, SIZE_MAX, false), TOK_E_MEMORY);
	assert_int_equal(tk_ids_reserve(&ids, SIZE_MAX / 4, false),
			 TOK_E_MEMORY);
	assert_int_equal(tk_ids_reserve(&ids, SIZE_MAX / 16, true),
			 TOK_E_MEMORY);
	assert_int_equal(ids.n, 2);
	assert_int_equal(ids.id[1], 2);
	tok_ids_release(&ids);
}

static void ids_append(void **state)
{
	(void)state;
	tok_ids ids = {0};

	for (tok_id i = 0; i < 5000; i++)
		assert_ok(tok_ids_append(&ids, &i, 1));
	assert_ok(tok_ids_append(&ids, NULL, 0));
	assert_int_equal(ids.n, 5000);
	assert_null(ids.span);
	for (tok_id i = 0; i < 5000; i++)
		assert_int_equal(ids.id[i], i);
	tok_ids_release(&ids);
}

/* Spans may be asked for late: ids before them get empty ones. */
static void spans_follow(void **state)
{
	(void)state;
	tok_ids ids = {0};

	assert_ok(tok_ids_append(&ids, (tok_id[]){7, 8}, 2));
	assert_ok(tk_ids_put(&ids, 9, 5, 6));
	assert_null(ids.span);
	assert_ok(tk_ids_reserve(&ids, 1, true));
	assert_non_null(ids.span);
	for (size_t i = 0; i < 3; i++)
		assert_true(ids.span[i].begin == 0 && ids.span[i].end == 0);
	for (uint64_t i = 3; i < 2000; i++) {
		if (i % 2) {
			assert_ok(tk_ids_put(&ids, (tok_id)i, i, i + 1));
			continue;
		}
		assert_ok(tk_ids_reserve(&ids, 1, true));
		ids.id[ids.n] = (tok_id)i;
		ids.span[ids.n++] = (tok_span){i, i + 1};
	}
	assert_ok(tok_ids_append(&ids, (tok_id[]){1}, 1));
	assert_true(ids.span[2000].begin == 0 && ids.span[2000].end == 0);
	for (uint64_t i = 3; i < 2000; i++) {
		assert_int_equal(ids.id[i], i);
		assert_true(ids.span[i].begin == i && ids.span[i].end == i + 1);
	}
	assert_int_equal(ids.id[2], 9);
	tok_ids_release(&ids);
}

static tok_status fill(const tok_alloc *alloc, void *ctx)
{
	tok_buf buf;
	tok_ids ids;
	tok_status st = TOK_OK;

	(void)ctx;
	tok_buf_init(&buf, alloc);
	tok_ids_init(&ids, alloc);
	for (int i = 0; !st && i < 40; i++) {
		size_t before = ids.n;

		st = tk_buf_text(&buf, "some bytes");
		if (!st)
			st = tk_ids_reserve(&ids, 3, i > 5);
		if (!st)
			st = tok_ids_append(&ids, (tok_id[]){i, i, i}, 3);
		if (st)
			assert_int_equal(ids.n, before);
		for (size_t k = 0; k < ids.n; k++)
			assert_int_equal(ids.id[k], k / 3);
	}
	tok_ids_release(&ids);
	tok_buf_release(&buf);
	return st;
}

static void fails_cleanly(void **state)
{
	(void)state;
	unit_fail_each(fill, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(appends),
		cmocka_unit_test(appends_nothing),
		cmocka_unit_test(keeps_what_was_there),
		cmocka_unit_test(reserves_no_more_than_there_is),
		cmocka_unit_test(ids_overflow),
		cmocka_unit_test(ids_append),
		cmocka_unit_test(spans_follow),
		cmocka_unit_test(fails_cleanly),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
