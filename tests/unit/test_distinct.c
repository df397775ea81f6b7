/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "lattice_toy.h"
#include "segment/distinct.h"

enum { DRAWS = 40000, PAIR_PATHS = 14 };

static double law[REF_LATTICE_PATHS];

static void law_of(const struct lattice_toy *toy, double alpha)
{
	double total = 0;

	for (size_t i = 0; i < toy->n_paths; i++) {
		law[i] = exp(alpha * (toy->path[i].score - toy->path[0].score));
		total += law[i];
	}
	for (size_t i = 0; i < toy->n_paths; i++)
		law[i] /= total;
}

static size_t path_of(const struct lattice_toy *toy,
		      const struct tk_distinct *d, size_t i)
{
	tok_ids ids;

	tok_ids_init(&ids, NULL);
	assert_ok(tk_distinct_path(d, i, &ids));
	size_t found = lattice_toy_find(toy, ids.id, ids.n);
	assert_true(fabs(d->beam[i].log_p - log(law[found])) < 1e-9);
	tok_ids_release(&ids);
	return found;
}

/* Of ordered pairs: the first by the law, the second by what is left of it;
 * the distance of chi-square from its mean in standard deviations. */
static double pairs_z(const struct lattice_toy *toy,
		      const struct tk_posterior *p, struct tk_distinct *d,
		      uint64_t seed)
{
	static unsigned seen[PAIR_PATHS][PAIR_PATHS];
	double chi = 0, rest = 0, rest_seen = 0;
	int classes = 0;

	memset(seen, 0, sizeof(seen));
	for (uint64_t i = 0; i < DRAWS; i++) {
		tok_key key = {seed, 0, i};

		assert_ok(tk_distinct_draw(d, &toy->trellis, p, key, 2));
		assert_int_equal(d->n, 2);
		assert_true(d->beam[0].perturbed > d->beam[1].perturbed);
		seen[path_of(toy, d, 0)][path_of(toy, d, 1)]++;
	}
	for (size_t i = 0; i < toy->n_paths * toy->n_paths; i++) {
		size_t a = i / toy->n_paths, b = i % toy->n_paths;
		double want = law[a] * law[b] / (1 - law[a]) * DRAWS;

		if (a == b) {
			assert_int_equal(seen[a][b], 0);
		} else if (want < 10) {
			rest += want;
			rest_seen += seen[a][b];
		} else {
			chi += pow(seen[a][b] - want, 2) / want;
			classes++;
		}
	}
	if (rest > 5) {
		chi += pow(rest_seen - rest, 2) / rest;
		classes++;
	}
	assert_true(classes > 2);
	return (chi - (classes - 1)) / sqrt(2.0 * (classes - 1));
}

static void pairs_are_drawn_without_replacement(void **state)
{
	static const double alphas[] = {0, 0.2, 0.5, 1, 0.1};
	static struct lattice_toy toy;
	struct tk_posterior p = {.alloc = NULL};
	struct tk_distinct d = {.alloc = NULL};
	uint64_t seed = 0;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		for (;; lattice_toy_release(&toy)) {
			lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5],
					 ++seed);
			if (toy.n_paths <= PAIR_PATHS)
				break;
		}
		law_of(&toy, alphas[(i + i / 5) % 5]);
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, alphas[(i + i / 5) % 5])));
		assert_true(pairs_z(&toy, &p, &d, i) < 5);
		tk_posterior_release(&p);
		lattice_toy_release(&toy);
	}
	tk_distinct_release(&d);
}

/* Horvitz and Thompson: the mean of sum of f p / inclusion over samples is
 * the expectation of f, here of 1 and of the number of pieces. */
static void inclusion_makes_estimates_unbiased(void **state)
{
	enum { RUNS = 4000, K = 3 };
	static struct lattice_toy toy;
	struct tk_posterior p = {.alloc = NULL};
	struct tk_distinct d = {.alloc = NULL};

	(void)state;
	for (uint64_t i = 0; i < 10; i++) {
		double want = 0, sum = 0, squares = 0;

		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 30 + i);
		law_of(&toy, 0.4);
		for (size_t k = 0; k < toy.n_paths; k++)
			want += law[k] * (double)toy.path[k].n;
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, 0.4)));
		for (uint64_t run = 0; run < RUNS; run++) {
			double estimate = 0;

			assert_ok(tk_distinct_draw(&d, &toy.trellis, &p,
						   (tok_key){5, i, run},
						   K + 1));
			for (size_t k = 0; k < K && k < d.n; k++) {
				size_t x = path_of(&toy, &d, k);
				double inclusion = d.n <= K ? 0 :
					tk_distinct_inclusion(
						d.beam[k].log_p,
						d.beam[K].perturbed);

				estimate += law[x] / exp(inclusion) *
					    (double)toy.path[x].n;
			}
			sum += estimate;
			squares += estimate * estimate;
		}
		double mean = sum / RUNS;
		double error = sqrt(fmax(0, squares / RUNS - mean * mean) /
				    RUNS);
		assert_true(fabs(mean - want) < 5 * error + 1e-9);
		tk_posterior_release(&p);
		lattice_toy_release(&toy);
	}
	tk_distinct_release(&d);
}

/* More than there are: all of them, each once; asked for fewer, those that
 * come first are the same. */
static void all_are_drawn_in_the_end(void **state)
{
	static struct lattice_toy toy;
	static bool seen[REF_LATTICE_PATHS];
	struct tk_posterior p = {.alloc = NULL};
	struct tk_distinct d = {.alloc = NULL};

	(void)state;
	for (uint64_t i = 0; i < 50; i++) {
		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 60 + i);
		law_of(&toy, 0.7);
		assert_ok(tk_posterior_sum(&p, &toy.trellis,
				   lattice_toy_law(&toy, 0.7)));
		assert_ok(tk_distinct_draw(&d, &toy.trellis, &p,
					   (tok_key){1, 2, i},
					   toy.n_paths + 1));
		assert_int_equal(d.n, toy.n_paths);
		memset(seen, 0, sizeof(seen));
		for (size_t k = 0; k < d.n; k++) {
			size_t x = path_of(&toy, &d, k);

			assert_false(seen[x]);
			seen[x] = true;
		}
		tk_posterior_release(&p);
		lattice_toy_release(&toy);
	}
	tk_distinct_release(&d);
}

static void inclusion_is_as_in_libm(void **state)
{
	(void)state;
	for (double x = -60; x < 4; x += 0.37) {
		double want = log(-expm1(-exp(x)));

		assert_true(fabs(tk_distinct_inclusion(x, 0) - want) < 1e-11);
	}
	assert_true(fabs(tk_distinct_inclusion(-2000, -1000) + 1000) < 1e-9);
	assert_true(fabs(tk_distinct_inclusion(0, -2000)) < 1e-15);
}

/* Rising, also at the ends of what a number may be. */
static void noise_is_as_in_libm(void **state)
{
	static const double unit[] = {0, 0x1p-53, 0.3, 0.75, 1 - 0x1p-30,
				      1 - 0x1p-52, 1 - 0x1p-53};
	double before = -INFINITY;

	(void)state;
	for (size_t i = 0; i < sizeof(unit) / sizeof(*unit); i++) {
		double u = fmin(unit[i] + 0x1p-54, 1 - 0x1p-53);
		double noise = tk_distinct_gumbel(unit[i]);

		assert_true(fabs(noise + log(-log(u))) < 1e-12);
		assert_true(noise >= before);
		before = noise;
	}
	assert_true(fabs(before - 53 * log(2)) < 1e-12);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct lattice_toy *toy = ctx;
	struct tk_posterior p = {.alloc = NULL};
	struct tk_distinct d = {.alloc = alloc};
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	assert_ok(tk_posterior_sum(&p, &toy->trellis, &toy->law));
	tok_status st = tk_distinct_draw(&d, &toy->trellis, &p,
					 (tok_key){1, 2, 3}, 20);
	for (size_t i = 0; !st && i < d.n; i++)
		st = tk_distinct_path(&d, i, &ids);
	tok_ids_release(&ids);
	tk_distinct_release(&d);
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
		cmocka_unit_test(pairs_are_drawn_without_replacement),
		cmocka_unit_test(inclusion_makes_estimates_unbiased),
		cmocka_unit_test(all_are_drawn_in_the_end),
		cmocka_unit_test(inclusion_is_as_in_libm),
		cmocka_unit_test(noise_is_as_in_libm),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("distinct", tests, NULL, NULL);
}
