/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "pack/rows.h"

static const tok_id ids[100] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void parts_are_cut_from_the_front(void **state)
{
	struct tk_part part = {ids, 3, 0, 12};
	struct tk_part head = tk_part_cut(&part, 5);

	(void)state;
	assert_int_equal(head.n, 5);
	assert_int_equal(head.begin, 0);
	assert_int_equal(part.n, 7);
	assert_int_equal(part.begin, 5);
	assert_int_equal(part.id[0], 6);
	assert_int_equal(part.document, 3);
}

static void full_rows_and_a_rest(void **state)
{
	struct unit_alloc u;
	unit_alloc_init(&u);
	struct tk_rows rows = {.alloc = &u.alloc, .row_len = 5, .n_keep = 1};
	struct tk_part part = {ids, 0, 0, 12};

	(void)state;
	assert_ok(tk_rows_reserve(&rows, 2, 2));
	assert_int_equal(rows.n_spare, 3);
	tk_rows_fill(&rows, 2, &part);
	assert_int_equal(part.n, 2);
	struct tk_row *rest = tk_rows_take(&rows);
	tk_rows_put(rest, part);
	tk_rows_push(&rows, rest);
	for (uint64_t i = 0; i < 3; i++) {
		struct tk_row *row = tk_rows_shift(&rows);
		assert_int_equal(row->opened, i);
		assert_int_equal(row->id[0], 1 + 5 * i);
		assert_int_equal(row->origin[0].begin, 5 * i);
		tk_rows_recycle(&rows, row);
	}
	assert_null(tk_rows_shift(&rows));
	assert_int_equal(rows.n_spare, 1);
	tk_rows_release(&rows);
	unit_alloc_check(&u);
}

static void many_sequences(void **state)
{
	struct unit_alloc u;
	unit_alloc_init(&u);
	struct tk_rows rows = {.alloc = &u.alloc, .row_len = 100, .n_keep = 1};

	(void)state;
	assert_ok(tk_rows_reserve(&rows, 0, 1));
	struct tk_row *row = tk_rows_take(&rows);
	for (size_t i = 0; i < 100; i++) {
		assert_ok(tk_rows_widen(&rows, row, 1));
		tk_rows_put(row, (struct tk_part){ids + i, i, 2 * i, 1});
	}
	for (size_t i = 0; i < 100; i++) {
		assert_int_equal(row->id[i], ids[i]);
		assert_int_equal(row->length[i], 1);
		assert_int_equal(row->origin[i].document, i);
		assert_int_equal(row->origin[i].begin, 2 * i);
	}
	tk_rows_free(&rows, row);
	tk_rows_release(&rows);
	unit_alloc_check(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_cut_from_the_front),
		cmocka_unit_test(full_rows_and_a_rest),
		cmocka_unit_test(many_sequences),
	};
	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
