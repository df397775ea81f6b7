/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "lattice_toy.h"

/* How many paths lead to the end, and the highest sum of scores among them. */
static size_t count(const struct tk_trellis *t, double *highest)
{
	static size_t n[200];
	static double best[200];

	assert_true(t->n < 200);
	n[0] = 1;
	best[0] = 0;
	for (size_t k = 1; k <= t->n; k++) {
		uint32_t before = UINT32_MAX;

		n[k] = 0;
		best[k] = -INFINITY;
		for (struct tk_step_back x = {0, 0};
		     tk_trellis_next(t, k, &x);) {
			double score = best[k - x.size] +
				       tk_trellis_score(t, x);

			assert_true(x.size < before);
			assert_int_equal(tk_trellis_id(t, x) < 0, !x.ending);
			before = x.size;
			n[k] += n[k - x.size];
			best[k] = score > best[k] ? score : best[k];
		}
	}
	*highest = best[t->n];
	return n[t->n];
}

/* As many paths as there are, and no piece across the stretches of a
 * document. */
static void holds_all_paths(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		double highest, want = -INFINITY;

		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], i);
		for (size_t k = 0; k < toy.n_paths; k++)
			want = fmax(want, toy.path[k].score);
		assert_int_equal(count(&toy.trellis, &highest), toy.n_paths);
		assert_true(fabs(highest - want) < 1e-9);
		assert_ok(tk_trellis_add(&toy.trellis, toy.text));
		assert_int_equal(count(&toy.trellis, &highest),
				 toy.n_paths * toy.n_paths);
		assert_ok(tk_trellis_begin(&toy.trellis, toy.model,
					   &toy.endings));
		assert_int_equal(count(&toy.trellis, &highest), 1);
		lattice_toy_release(&toy);
	}
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct lattice_toy *toy = ctx;
	struct tk_endings e = {.alloc = alloc};
	struct tk_trellis t = {.alloc = alloc};
	tok_status st = tk_endings_prepare(&e, toy->model);

	if (!st)
		st = tk_trellis_begin(&t, toy->model, &e);
	for (size_t i = 0; !st && i < 100; i++)
		st = tk_trellis_add(&t, toy->text);
	tk_trellis_release(&t);
	tk_endings_release(&e);
	return st;
}

static void fails_without_memory(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	lattice_toy_init(&toy, TK_SP_FLOAT, 1);
	unit_fail_each(run, &toy);
	assert_int_equal(tk_trellis_add(&toy.trellis,
					(tok_bytes){toy.bytes, UINT32_MAX}),
			 TOK_E_LIMIT);
	lattice_toy_release(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_all_paths),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("trellis", tests, NULL, NULL);
}
