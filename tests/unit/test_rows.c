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

/* Tokens that wait are the first of what is placed next: of full rows, and
 * of what is behind them. */
static void what_waits_comes_first(void **state)
{
	struct unit_alloc u;
	unit_alloc_init(&u);
	struct tk_rows rows = {.alloc = &u.alloc, .row_len = 5, .n_keep = 1};
	struct tk_part part = {ids, 7, 0, 12};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct tk_part head = tk_part_cut(&part, 2);
		assert_ok(tk_rows_reserve(&rows, 0,
					  tk_rows_pending(&rows, &head)));
		tk_rows_hold(&rows, head);
	}
	assert_int_equal(tk_rows_pending(&rows, &part), 12);
	assert_ok(tk_rows_reserve(&rows, 2, 2));
	tk_rows_fill(&rows, 2, &part);
	assert_null(rows.begun);
	tk_rows_hold(&rows, part);
	struct tk_part none = {NULL, 7, 12, 0};
	assert_int_equal(tk_rows_pending(&rows, &none), 2);
	assert_ok(tk_rows_reserve(&rows, 0, 2));
	struct tk_row *row = tk_rows_take(&rows);
	tk_rows_place(&rows, row, none);
	tk_rows_push(&rows, row);
	for (uint64_t i = 0; i < 3; i++) {
		row = tk_rows_shift(&rows);
		assert_int_equal(row->n_ids, i < 2 ? 5 : 2);
		assert_int_equal(row->n_seqs, 1);
		assert_int_equal(row->length[0], row->n_ids);
		assert_int_equal(row->origin[0].begin, 5 * i);
		assert_int_equal(row->id[0], 1 + 5 * i);
		tk_rows_recycle(&rows, row);
	}
	tk_rows_release(&rows);
	unit_alloc_check(&u);
}

static void what_waits_joins_a_row_or_is_forgotten(void **state)
{
	struct unit_alloc u;
	unit_alloc_init(&u);
	struct tk_rows rows = {.alloc = &u.alloc, .row_len = 9, .n_keep = 2};

	(void)state;
	assert_ok(tk_rows_reserve(&rows, 0, 9));
	struct tk_row *open = tk_rows_take(&rows);
	tk_rows_put(open, (struct tk_part){ids, 0, 0, 4});
	for (int i = 0; i < 2; i++) {
		assert_ok(tk_rows_reserve(&rows, 0, 2));
		tk_rows_hold(&rows, (struct tk_part){ids + 4, 1, 0, 2});
		if (i)
			tk_rows_forget(&rows);
		else
			tk_rows_place(&rows, open,
				      (struct tk_part){ids + 6, 1, 2, 3});
		assert_null(rows.begun);
		assert_int_equal(rows.n_spare, 1);
	}
	assert_int_equal(open->n_seqs, 2);
	assert_int_equal(open->length[1], 5);
	for (size_t i = 0; i < 9; i++)
		assert_int_equal(open->id[i], ids[i]);
	tk_rows_free(&rows, open);
	tk_rows_release(&rows);
	unit_alloc_check(&u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_cut_from_the_front),
		cmocka_unit_test(full_rows_and_a_rest),
		cmocka_unit_test(many_sequences),
		cmocka_unit_test(what_waits_comes_first),
		cmocka_unit_test(what_waits_joins_a_row_or_is_forgotten),
	};
	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
