/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "tok/pack.h"

static const tok_id ids_a[] = {11, 12, 13, 21};
static const int32_t len_a[] = {3, 1};
static const tok_id ids_b[] = {31, 32};
static const int32_t len_b[] = {2};
static const tok_row rows[] = {
	{ids_a, 4, len_a, NULL, 2},
	{ids_b, 2, len_b, NULL, 1},
};

#define assert_array(got, ...) \
	assert_memory_equal(got, ((const int32_t[]){__VA_ARGS__}), \
			    sizeof((const int32_t[]){__VA_ARGS__}))

static void two_rows(void **state)
{
	tok_batch b;

	(void)state;
	tok_batch_init(&b, NULL);
	assert_ok(tok_batch_view(rows, 2, &b));
	assert_int_equal(b.total, 6);
	assert_int_equal(b.n_seqs, 3);
	assert_int_equal(b.max_seqlen, 3);
	assert_array(b.input_ids, 11, 12, 13, 21, 31, 32);
	assert_array(b.position_ids, 0, 1, 2, 0, 0, 1);
	assert_array(b.labels, -100, 12, 13, -100, -100, 32);
	assert_array(b.cu_seqlens, 0, 3, 4, 6);
	assert_array(b.seq_idx, 0, 0, 0, 1, 2, 2);
	/* A smaller one in the same arrays. */
	assert_ok(tok_batch_view(rows + 1, 1, &b));
	assert_int_equal(b.total, 2);
	assert_int_equal(b.max_seqlen, 2);
	assert_array(b.cu_seqlens, 0, 2);
	tok_batch_release(&b);
	tok_batch_release(NULL);
}

static void no_rows(void **state)
{
	tok_batch b;

	(void)state;
	tok_batch_init(&b, NULL);
	assert_ok(tok_batch_view(NULL, 0, &b));
	assert_int_equal(b.total, 0);
	assert_int_equal(b.n_seqs, 0);
	assert_array(b.cu_seqlens, 0);
	tok_batch_release(&b);
}

static void wrong_rows_leave_it_empty(void **state)
{
	const int32_t short_sum[] = {3}, zero[] = {4, 0}, negative[] = {5, -1};
	const tok_row wrong[] = {
		{ids_a, 4, short_sum, NULL, 1},
		{ids_a, 4, zero, NULL, 2},
		{ids_a, 4, negative, NULL, 2},
		{ids_a, 4, NULL, NULL, 0},
	};
	tok_batch b;

	(void)state;
	tok_batch_init(&b, NULL);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_ok(tok_batch_view(rows, 2, &b));
		assert_int_equal(tok_batch_view(&wrong[i], 1, &b),
				 TOK_E_ARGUMENT);
		assert_int_equal(b.total, 0);
		assert_null(b.input_ids);
	}
}

/* 2^31 tokens are refused before any is touched. */
static void more_than_int32_is_refused(void **state)
{
	const int32_t half[] = {1 << 30};
	const tok_row big[] = {
		{ids_a, (size_t)1 << 30, half, NULL, 1},
		{ids_a, (size_t)1 << 30, half, NULL, 1},
	};
	tok_batch b;

	(void)state;
	tok_batch_init(&b, NULL);
	assert_int_equal(tok_batch_view(big, 2, &b), TOK_E_LIMIT);
}

static tok_status view(const tok_alloc *alloc, void *ctx)
{
	tok_batch b;

	(void)ctx;
	tok_batch_init(&b, alloc);
	tok_status st = tok_batch_view(rows + 1, 1, &b);
	if (!st)
		st = tok_batch_view(rows, 2, &b);
	if (st)
		assert_int_equal(b.total, 0);
	tok_batch_release(&b);
	return st;
}

static void failing_memory(void **state)
{
	(void)state;
	unit_fail_each(view, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_rows),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(wrong_rows_leave_it_empty),
		cmocka_unit_test(more_than_int32_is_refused),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}
