/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "segment/sample.h"
#include "toy.h"

enum { MAX_PATHS = 4096, DRAWS = 40000 };

/* All paths of a text with their exact probabilities. */
struct law {
	struct ref_path path[MAX_PATHS];
	double p[MAX_PATHS], alpha, total;
	unsigned seen[MAX_PATHS];
	size_t n;
};

static void add_path(void *ctx, const struct ref_path *path)
{
	struct law *law = ctx;

	assert_true(law->n < MAX_PATHS);
	law->path[law->n] = *path;
	law->p[law->n] = exp(law->alpha * (double)path->score / 65536.0);
	law->total += law->p[law->n];
	law->seen[law->n++] = 0;
}

static void see(struct law *law, const tok_ids *ids)
{
	for (size_t i = 0; i < law->n; i++)
		if (law->path[i].n == ids->n &&
		    !memcmp(law->path[i].id, ids->id,
			    ids->n * sizeof(*ids->id))) {
			law->seen[i]++;
			return;
		}
	fail_msg("a path that is none");
}

/* Pearson's chi-square over the paths expected ten times or more, the others
 * in one class; its distance from the mean in standard deviations. */
static double chi_square_z(const struct law *law)
{
	double chi = 0, rest_want = 0, rest_seen = 0;
	int classes = 0;

	for (size_t i = 0; i < law->n; i++) {
		double want = law->p[i] / law->total * DRAWS;
		if (want < 10) {
			rest_want += want;
			rest_seen += law->seen[i];
			continue;
		}
		chi += (law->seen[i] - want) * (law->seen[i] - want) / want;
		classes++;
	}
	if (rest_want > 5) {
		chi += (rest_seen - rest_want) * (rest_seen - rest_want) /
		       rest_want;
		classes++;
	}
	if (classes < 2)
		return 0;
	return (chi - (classes - 1)) / sqrt(2.0 * (classes - 1));
}

static void check_law(double alpha, uint64_t seed)
{
	static struct ref_piece piece[256 + TOY_MAX];
	static struct law law;
	uint64_t random = seed;
	struct toy toy;
	tok_model *m;
	struct tk_sampler s = {.alloc = NULL};
	tok_bytes text = BYTES("abbabaab");
	tok_ids ids;

	toy_init(&toy, &random, 14, 2);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	toy_reference(m, piece);
	law.n = 0;
	law.total = 0;
	law.alpha = alpha;
	ref_each_path(piece, 256 + toy.n, text, add_path, &law);
	assert_true(law.n > 4);

	tok_ids_init(&ids, NULL);
	assert_ok(tk_sampler_prepare(&s, m, alpha));
	for (uint64_t i = 0; i < DRAWS; i++) {
		tok_key key = {7, 1, i};

		ids.n = 0;
		assert_ok(tk_sample(&s, m, text, 0, tk_sample_stream(key),
				    &ids));
		see(&law, &ids);
	}
	assert_true(chi_square_z(&law) < 5);
	tok_ids_release(&ids);
	tk_sampler_release(&s);
	tok_model_free(m);
}

static void draws_from_p_to_the_alpha(void **state)
{
	static const double alpha[] = {0, 0.1, 0.5, 1, 3};

	(void)state;
	for (size_t i = 0; i < 5; i++)
		for (uint64_t seed = 21; seed < 24; seed++)
			check_law(alpha[i], seed);
}

struct text_job {
	const tok_model *model;
	tok_bytes text;
	double alpha;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct text_job *job = ctx;
	struct tk_sampler s = {.alloc = alloc};
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tk_sampler_prepare(&s, job->model, job->alpha);
	if (!st)
		st = tk_sample(&s, job->model, job->text, 0,
			       tk_sample_stream((tok_key){1, 2, 3}), &ids);
	if (!st) {
		size_t size = 0;

		for (size_t i = 0; i < ids.n; i++)
			size += tk_model_bytes(job->model, ids.id[i]).n;
		assert_int_equal(size, job->text.n);
	}
	tok_ids_release(&ids);
	tk_sampler_release(&s);
	return st;
}

/* A run of one letter is one chunk: its sums leave the range of doubles many
 * times over, for every alpha. */
static void long_chunks_do_not_underflow(void **state)
{
	enum { SIZE = 1 << 20 };
	uint64_t random = 31;
	struct toy toy;
	tok_model *m;
	uint8_t *text = malloc(SIZE);
	static const double alpha[] = {0, 0.1, 1, 40, TK_MAX_ALPHA};

	(void)state;
	assert_non_null(text);
	memset(text, 'a', SIZE);
	toy_init(&toy, &random, 3, 1);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	for (size_t i = 0; i < 5; i++) {
		struct text_job job = {m, {text, SIZE}, alpha[i]};
		assert_ok(run(NULL, &job));
	}
	struct text_job small = {m, {text, 3000}, 0.1};
	unit_fail_each(run, &small);
	tok_model_free(m);
	free(text);
}

static void wrong_alphas_are_refused(void **state)
{
	uint64_t random = 32;
	struct toy toy;
	tok_model *m;
	struct tk_sampler s = {.alloc = NULL};

	(void)state;
	toy_init(&toy, &random, 3, 1);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	assert_int_equal(tk_sampler_prepare(&s, m, -0.1), TOK_E_ARGUMENT);
	assert_int_equal(tk_sampler_prepare(&s, m, NAN), TOK_E_ARGUMENT);
	assert_int_equal(tk_sampler_prepare(&s, m, 1e7), TOK_E_ARGUMENT);
	tk_sampler_release(&s);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_from_p_to_the_alpha),
		cmocka_unit_test(long_chunks_do_not_underflow),
		cmocka_unit_test(wrong_alphas_are_refused),
	};
	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
