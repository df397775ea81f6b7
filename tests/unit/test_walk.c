/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/walk.h"

static const union tk_cell lowest = {.i = -1};
/* Unit u of a path is the id 100 + u. */
static const int32_t id_of_unit[] = {100, 101, 102, 103, 104};

static void put(struct tk_viterbi *v, size_t slot, int64_t best,
		uint32_t unit, uint16_t size)
{
	v->best[slot].i = best;
	v->unit[slot] = unit;
	v->size[slot] = size;
}

static void reserving_keeps_slots_and_clears_new_ones(void **state)
{
	struct tk_viterbi v = {.alloc = NULL};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 3, lowest));
	assert_int_equal(v.cap, 3);
	put(&v, 2, 7, 4, 2);
	assert_ok(tk_walk_reserve(&v, 2, lowest));
	assert_int_equal(v.cap, 3);
	assert_ok(tk_walk_reserve(&v, 4, lowest));
	assert_int_equal(v.cap, 6);
	assert_int_equal(v.best[2].i, 7);
	assert_int_equal(v.unit[2], 4);
	assert_int_equal(v.size[2], 2);
	for (size_t i = 0; i < 6; i++) {
		assert_true(i == 2 || v.best[i].i == -1);
		assert_true(i == 2 || !v.size[i]);
	}
	tk_viterbi_release(&v);
	assert_int_equal(v.cap, 0);
	tk_viterbi_release(&v);
}

static void emits_a_path_in_order(void **state)
{
	struct tk_viterbi v = {.alloc = NULL};
	const tok_id before = 5;
	tok_ids ids = {0};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 10, lowest));
	put(&v, 2, 0, 1, 2);
	put(&v, 5, 0, 2, 3);
	put(&v, 6, 0, 3, 1);
	assert_ok(tok_ids_append(&ids, &before, 1));
	assert_ok(tk_walk_emit(&v, id_of_unit, 6, &ids));
	assert_int_equal(ids.n, 4);
	for (int i = 1; i < 4; i++)
		assert_int_equal(ids.id[i], 100 + i);
	assert_ok(tk_walk_emit(&v, id_of_unit, 0, &ids));
	assert_int_equal(ids.n, 4);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

/* Paths to 4 and 6 part at 3; slot 5 has no offer. */
static void what_is_shared_is_final(void **state)
{
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_walk w = {.at = 4, .reach = 6, .origin = 10};
	tok_ids ids = {0};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 10, lowest));
	put(&v, 1, 1, 1, 1);
	put(&v, 3, 3, 2, 2);
	put(&v, 4, 4, 3, 1);
	put(&v, 6, 6, 4, 3);
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(ids.n, 2);
	assert_int_equal(ids.id[0], 101);
	assert_int_equal(ids.id[1], 102);
	assert_int_equal(w.origin, 13);
	assert_int_equal(w.at, 1);
	assert_int_equal(w.reach, 3);
	assert_int_equal(v.best[1].i, 4);
	assert_int_equal(v.size[1], 1);
	assert_int_equal(v.size[2], 0);
	assert_int_equal(v.best[3].i, 6);
	assert_int_equal(v.unit[3], 4);
	for (size_t i = 4; i < 10; i++)
		assert_true(!v.size[i] && v.best[i].i == -1);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

static void nothing_shared_is_left(void **state)
{
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_walk w = {.at = 2, .reach = 3, .origin = 10};
	tok_ids ids = {0};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 10, lowest));
	put(&v, 2, 2, 1, 2);
	put(&v, 3, 3, 2, 3);
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(ids.n, 0);
	assert_int_equal(w.origin, 10);
	assert_int_equal(w.at, 2);
	assert_int_equal(w.reach, 3);
	assert_int_equal(v.best[3].i, 3);
	tk_viterbi_release(&v);
}

/* Slot 0 may have the size that it had before the last settling, and a size
 * fills all bits but the mark. */
static void long_pieces_meet(void **state)
{
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_walk w = {.at = 8100, .reach = 16000};
	tok_ids ids = {0};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 16001, lowest));
	put(&v, 0, 0, 1, TK_MAX_PIECE);
	put(&v, 201, 1, 1, 201);
	put(&v, 8100, 2, 2, 7899);
	put(&v, 8200, 3, 3, TK_MAX_PIECE);
	put(&v, 16000, 4, 4, 7900);
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(ids.n, 1);
	assert_int_equal(w.origin, 201);
	assert_int_equal(v.size[0], 201);
	assert_int_equal(v.size[8100 - 201], 7899);
	assert_int_equal(v.size[8200 - 201], TK_MAX_PIECE);
	assert_int_equal(v.size[16000 - 201], 7900);
	/* What is left shares its beginning alone. */
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(ids.n, 1);
	assert_int_equal(v.size[0], 201);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

/* n slots of one path, each reached from two before, so that those with an
 * even number and the others share nothing but slot 0 (and slot 1 comes from
 * there). */
static void put_pairs(struct tk_viterbi *v, size_t n)
{
	put(v, 1, 1, 1, 1);
	for (size_t i = 2; i < n; i++)
		put(v, i, (int64_t)i, 2 + i % 2, 2);
}

/* Path to `end`, with the slots that are left in w. */
static void must_be_pairs(struct tk_viterbi *v, size_t end, size_t n)
{
	tok_ids ids = {0};

	assert_ok(tk_walk_emit(v, id_of_unit, end, &ids));
	assert_int_equal(v->frozen.n, 0);
	assert_int_equal(ids.n, n / 2 + n % 2);
	for (size_t i = 0; i < ids.n; i++)
		assert_int_equal(ids.id[i], n % 2 ? (i ? 103 : 101) : 102);
	tok_ids_release(&ids);
}

/* Of more than 20 slots the front freezes, but for the last ten: twice, and
 * then all is written out as if nothing had been. */
static void the_front_freezes(void **state)
{
	tok_ids ids = {0};

	(void)state;
	for (size_t odd = 0; odd < 2; odd++) {
		struct tk_viterbi v = {.freeze = 20};
		struct tk_walk w = {.at = 30, .reach = 31, .origin = 7};

		assert_ok(tk_walk_reserve(&v, 40, lowest));
		put_pairs(&v, 32);
		assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
		assert_int_equal(v.frozen.n, 20);
		assert_int_equal(w.origin, 27);
		assert_int_equal(w.at, 10);
		assert_int_equal(w.reach, 11);
		assert_int_equal(w.settle_at, 20);
		assert_int_equal(v.size[0], 2);
		assert_int_equal(v.best[10].i, 30);
		assert_true(!v.size[12] && v.best[12].i == -1);
		/* Marks have gone. */
		for (size_t i = 0; i < 12; i++)
			assert_int_equal(v.size[i], 2);

		for (size_t i = 12; i < 30; i++)
			put(&v, i, (int64_t)i, 2 + i % 2, 2);
		w.at = 28;
		w.reach = 29;
		assert_ok(tk_walk_reserve(&v, 50, lowest));
		assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
		assert_int_equal(v.frozen.n, 38);
		assert_int_equal(w.origin, 45);
		assert_int_equal(ids.n, 0);
		must_be_pairs(&v, 10 + odd, 48 + odd);
		tk_viterbi_release(&v);
		assert_int_equal(v.freeze, 20);
	}
}

/* Too few slots, a place inside a character, an unknown character before it or
 * across. */
static void some_do_not_freeze(void **state)
{
	static const struct {
		size_t at, no_path, unknown, n;
	} x[] = {
		{20, 0, 0, 10}, {19, 0, 0, 0},  {20, 10, 0, 9},
		{20, 0, 1, 0},  {20, 0, 10, 0}, {20, 0, 13, 0},
		{20, 0, 14, 10},
	};
	tok_ids ids = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(x) / sizeof(*x); i++) {
		struct tk_viterbi v = {.freeze = 20};
		struct tk_walk w = {.at = x[i].at, .reach = x[i].at + 1};

		assert_ok(tk_walk_reserve(&v, 40, lowest));
		put_pairs(&v, x[i].at + 2);
		if (x[i].no_path) {
			put(&v, x[i].no_path, -1, 9, 0);
			put(&v, x[i].no_path + 2, -1, 2, 4);
		}
		if (x[i].unknown)
			v.unit[x[i].unknown] = 0;
		assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
		assert_int_equal(v.frozen.n, x[i].n);
		assert_int_equal(w.at, x[i].at - x[i].n);
		assert_int_equal(w.settle_at, 2 * w.at);
		tk_viterbi_release(&v);
	}
}

/* Paths that part among what is frozen meet again behind it, at the slot that
 * is the first. */
static void meets_at_the_first_slot(void **state)
{
	struct tk_viterbi v = {.freeze = 20};
	struct tk_walk w = {.at = 30, .reach = 31};
	tok_ids ids = {0};

	(void)state;
	assert_ok(tk_walk_reserve(&v, 40, lowest));
	put_pairs(&v, 32);
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(v.frozen.n, 20);
	put(&v, 10, 1, 1, 10);
	put(&v, 11, 1, 4, 11);
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(v.frozen.n, 0);
	assert_int_equal(ids.n, 10);
	assert_int_equal(w.origin, 20);
	assert_int_equal(w.at, 10);
	/* Slot 0 begins the path now. */
	assert_ok(tk_walk_settle(&v, id_of_unit, &w, lowest, &ids));
	assert_int_equal(ids.n, 10);
	assert_int_equal(w.settle_at, 20);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
}

static tok_status grow(const tok_alloc *alloc, void *ctx)
{
	struct tk_viterbi v = {.alloc = alloc};

	(void)ctx;
	tok_status st = tk_walk_reserve(&v, 10, lowest);
	if (!st) {
		st = tk_walk_reserve(&v, 100, lowest);
		assert_int_equal(v.cap, st ? 10 : 100);
	}
	tk_viterbi_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(grow, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reserving_keeps_slots_and_clears_new_ones),
		cmocka_unit_test(emits_a_path_in_order),
		cmocka_unit_test(what_is_shared_is_final),
		cmocka_unit_test(nothing_shared_is_left),
		cmocka_unit_test(long_pieces_meet),
		cmocka_unit_test(the_front_freezes),
		cmocka_unit_test(some_do_not_freeze),
		cmocka_unit_test(meets_at_the_first_slot),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("walk", tests, NULL, NULL);
}
