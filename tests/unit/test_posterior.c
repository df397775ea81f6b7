/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "lattice_toy.h"
#include "segment/posterior.h"
#include "segment/tempered.h"

static const double alphas[] = {0, 0.1, 0.5, 1, 3};

static double entropy_of(const struct lattice_toy *toy, double alpha)
{
	double highest = -INFINITY, total = 0, sum = 0;

	for (size_t i = 0; i < toy->n_paths; i++)
		highest = fmax(highest, alpha * toy->path[i].score);
	for (size_t i = 0; i < toy->n_paths; i++)
		total += exp(alpha * toy->path[i].score - highest);
	for (size_t i = 0; i < toy->n_paths; i++) {
		double nats = alpha * toy->path[i].score - highest - log(total);

		sum -= exp(nats) * nats;
	}
	return sum;
}

static void entropies_are_those_of_all_paths(void **state)
{
	static struct lattice_toy toy;
	struct tk_posterior p = {.alloc = NULL};

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		double alpha = alphas[i / 5 % 5], nats;

		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 300 + i);
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, alpha)));
		assert_ok(tk_posterior_entropy(&p, &toy.trellis, &nats));
		assert_true(fabs(nats - entropy_of(&toy, alpha)) < 1e-10);
		tk_posterior_release(&p);
		lattice_toy_release(&toy);
	}
}

/* What a path's steps have is what the path has; all paths together have
 * all. */
static void probabilities_add_up(void **state)
{
	static struct lattice_toy toy;
	struct tk_posterior p = {.alloc = NULL};

	(void)state;
	for (uint64_t i = 0; i < 25; i++) {
		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 400 + i);
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, 0.5)));
		for (size_t k = 1; k <= toy.trellis.n; k++) {
			double sum = 0;

			for (struct tk_step_back x = {0, 0};
			     tk_trellis_next(&toy.trellis, k, &x);)
				sum += exp(tk_posterior_log(&p, k, x));
			if (p.sum[k].m > 0)
				assert_true(fabs(sum - 1) < 1e-12);
		}
		tk_posterior_release(&p);
		lattice_toy_release(&toy);
	}
}

/* A run of n letters with the pieces a and aa has Fibonacci's number of
 * segmentations: all alike at alpha 0. Long ones leave a double's range, in
 * which the closed form is a line. */
static void runs_have_closed_forms(void **state)
{
	static uint8_t text[1 << 17];
	static struct lattice_toy toy;
	struct tk_posterior p = {.alloc = NULL};
	const double phi = (1 + sqrt(5)) / 2;
	size_t n = sizeof(text);
	double nats;

	(void)state;
	memset(text, 'a', n);
	for (uint64_t seed = 1;; seed++) {
		lattice_toy_init(&toy, TK_INTEGER, seed);
		if (tok_model_find(toy.model, BYTES("aa")) >= 0 &&
		    tok_model_find(toy.model, BYTES("aaa")) < 0 &&
		    tok_model_find(toy.model, BYTES("aaaa")) < 0 &&
		    tok_model_find(toy.model, BYTES("aaaaa")) < 0)
			break;
		lattice_toy_release(&toy);
	}
	static const double fibonacci[] = {1, 1, 2, 3, 5, 8, 13, 21, 34, 55};
	for (size_t i = 0; i < 10; i++) {
		assert_ok(tk_trellis_begin(&toy.trellis, toy.model,
					   &toy.endings));
		assert_ok(tk_trellis_add(&toy.trellis, (tok_bytes){text, i}));
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, 0)));
		assert_ok(tk_posterior_entropy(&p, &toy.trellis, &nats));
		assert_true(fabs(nats - log(fibonacci[i])) < 1e-14);
	}
	assert_ok(tk_trellis_begin(&toy.trellis, toy.model, &toy.endings));
	assert_ok(tk_trellis_add(&toy.trellis, (tok_bytes){text, n}));
	assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, 0)));
	assert_ok(tk_posterior_entropy(&p, &toy.trellis, &nats));
	double want = ((double)n + 1) * log(phi) - log(5) / 2;
	assert_true(fabs(nats - want) < 1e-9 * want);
	assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, TK_MAX_ALPHA)));
	assert_ok(tk_posterior_entropy(&p, &toy.trellis, &nats));
	assert_true(nats >= 0 && nats < want);
	tk_posterior_release(&p);
	lattice_toy_release(&toy);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct lattice_toy *toy = ctx;
	struct tk_posterior p = {.alloc = alloc};
	double nats;
	tok_status st = tk_posterior_sum(&p, &toy->trellis, &toy->law);

	if (!st)
		st = tk_posterior_entropy(&p, &toy->trellis, &nats);
	tk_posterior_release(&p);
	return st;
}

static void fails_without_memory(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	lattice_toy_init(&toy, TK_SP_FLOAT, 4);
	(void)lattice_toy_law(&toy, 0.5);
	unit_fail_each(run, &toy);
	lattice_toy_release(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entropies_are_those_of_all_paths),
		cmocka_unit_test(probabilities_add_up),
		cmocka_unit_test(runs_have_closed_forms),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("posterior", tests, NULL, NULL);
}
