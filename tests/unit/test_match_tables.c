/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/pool.h"
#include "segment/match_tables.h"
#include "toy.h"

enum { N_TASKS = 64 };

struct asked {
	struct tk_match_tables *tables;
	const tok_model *model;
	const struct tk_matches *before[N_TASKS], *behind[N_TASKS];
	tok_status status[N_TASKS];
};

static void ask(void *ctx, size_t task, unsigned worker)
{
	struct asked *a = ctx;

	(void)worker;
	a->before[task] = tk_match_tables_get(a->tables);
	a->status[task] = tk_match_tables_make(a->tables, a->model);
	a->behind[task] = tk_match_tables_get(a->tables);
}

/* One makes them, all that have some have the same. */
static void threads_share_them(void **state)
{
	tok_model *m = toy_model(&(uint64_t){81}, 40, 4);
	tok_pool *pool;

	(void)state;
	assert_ok(tok_pool_new(3, NULL, &pool));
	for (int round = 0; round < 50; round++) {
		struct unit_alloc u;

		unit_alloc_init(&u);
		struct tk_match_tables t = {.alloc = &u.alloc};
		struct asked a = {.tables = &t, .model = m};

		tk_pool_run(pool, N_TASKS, ask, &a);
		const struct tk_matches *made = tk_match_tables_get(&t);
		assert_non_null(made);
		assert_true(made->n_states > 0);
		for (int i = 0; i < N_TASKS; i++) {
			assert_ok(a.status[i]);
			assert_true(!a.before[i] || a.before[i] == made);
			assert_true(!a.behind[i] || a.behind[i] == made);
		}
		tk_match_tables_release(&t);
		assert_null(tk_match_tables_get(&t));
		unit_alloc_check(&u);
	}
	tok_pool_free(pool);
	tok_model_free(m);
}

/* A byte 257 times. */
static tok_model *model_of_a_long_piece(void)
{
	static uint8_t letters[257];
	const struct tk_piece piece = {{letters, sizeof(letters)}, -65536};
	int32_t byte_score[256] = {0};
	const struct tk_spec spec = {.byte_score = byte_score,
				     .piece = &piece, .n_pieces = 1};
	tok_model *m;

	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void some_models_have_none(void **state)
{
	tok_model *m = model_of_a_long_piece();
	struct tk_match_tables t = {.alloc = NULL};

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_ok(tk_match_tables_make(&t, m));
		assert_null(tk_match_tables_get(&t));
	}
	tk_match_tables_release(&t);
	tok_model_free(m);
}

static tok_status make(const tok_alloc *alloc, void *ctx)
{
	struct tk_match_tables t = {.alloc = alloc};
	tok_status st = tk_match_tables_make(&t, ctx);

	assert_int_equal(!st, tk_match_tables_get(&t) != NULL);
	/* What failed may be had when there is memory again. */
	t.alloc = NULL;
	assert_ok(tk_match_tables_make(&t, ctx));
	assert_non_null(tk_match_tables_get(&t));
	tk_match_tables_release(&t);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = toy_model(&(uint64_t){82}, 20, 3);

	(void)state;
	unit_fail_each(make, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_share_them),
		cmocka_unit_test(some_models_have_none),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("match tables", tests, NULL, NULL);
}
