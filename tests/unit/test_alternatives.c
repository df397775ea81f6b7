/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "hf_toy.h"
#include "lattice_toy.h"
#include "tok/alternatives.h"
#include "toy.h"

enum { DRAWS = 20000 };

static tok_encoder *encoder(const tok_model *m, const tok_alloc *alloc)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

static tok_ids path_of(const tok_paths *paths, size_t i)
{
	uint64_t begin = i ? paths->flat.end[i - 1] : 0;

	return (tok_ids){.id = paths->flat.ids.id + begin,
			 .n = (size_t)(paths->flat.end[i] - begin)};
}

static bool same(const tok_ids *a, const tok_ids *b)
{
	return a->n == b->n &&
	       (!a->n || !memcmp(a->id, b->id, a->n * sizeof(*a->id)));
}

/* A model of ours that splits at words, with eos. */
static tok_model *words(void)
{
	static const tok_control eos = {"eos", "</s>"};
	uint64_t random = 5;
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &random, 16, 2);
	struct tk_spec spec = toy_spec(&toy);
	spec.split = TOK_SPLIT_WORD;
	spec.control = &eos;
	spec.n_controls = 1;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

/* The best is what tok_encode gives, with our own models whatever the text. */
static void the_first_is_the_best(void **state)
{
	tok_model *m = words();
	uint64_t random = 8;
	tok_encoder_options o;
	tok_encoder *e;
	tok_paths paths;
	tok_ids best;

	(void)state;
	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_eos = 1;
	o.spans = TOK_SPANS_COVER;
	assert_ok(tok_encoder_new(m, &o, &e));
	tok_paths_init(&paths, NULL);
	tok_ids_init(&best, NULL);
	for (size_t i = 0; i < 200; i++) {
		uint8_t text[300];
		tok_bytes s = {text, unit_below(&random, sizeof(text))};

		for (size_t k = 0; k < s.n; k++)
			text[k] = (uint8_t)"ab "[unit_below(&random, 3)];
		best.n = 0;
		assert_ok(tok_encode(e, s, &best));
		assert_ok(tok_nbest(e, s, 10, &paths));
		assert_in_range(paths.flat.n, s.n < 50 ? 1 : 10, 10);
		tok_ids first = path_of(&paths, 0);
		assert_true(same(&first, &best));
		assert_memory_equal(paths.flat.ids.span, best.span,
				    best.n * sizeof(*best.span));
		for (size_t k = 0; k < paths.flat.n; k++) {
			tok_ids path = path_of(&paths, k);
			double sum = 0;

			for (size_t j = 0; j + 1 < path.n; j++)
				sum += m->score[path.id[j]];
			assert_true(sum == paths.score[k]);
		}
	}
	tok_ids_release(&best);
	tok_paths_release(&paths);
	tok_encoder_free(e);
	tok_model_free(m);
}

static void is_drawn_from(const struct lattice_toy *toy, tok_encoder *e,
			  const tok_paths *best, double alpha)
{
	double p[8], total = 0, chi = 0;
	unsigned seen[8] = {0};
	tok_ids ids;

	for (size_t i = 0; i < best->flat.n; i++)
		total += p[i] = exp(alpha * (best->score[i] - best->score[0]));
	tok_ids_init(&ids, NULL);
	for (uint64_t k = 0; k < DRAWS; k++) {
		size_t i = 0;

		ids.n = 0;
		assert_ok(tok_sample_nbest(e, toy->text, best->flat.n, alpha,
					   (tok_key){3, 0, k}, &ids));
		for (; i < best->flat.n; i++) {
			tok_ids path = path_of(best, i);
			if (same(&path, &ids))
				break;
		}
		assert_true(i < best->flat.n);
		seen[i]++;
	}
	for (size_t i = 0; i < best->flat.n; i++)
		chi += pow(seen[i] - p[i] / total * DRAWS, 2) /
		       (p[i] / total * DRAWS);
	/* Seven degrees of freedom at most. */
	assert_true(chi < 40);
	tok_ids_release(&ids);
}

static void draws_among_the_best(void **state)
{
	static const double alphas[] = {0, 0.3, 1};
	static struct lattice_toy toy;
	tok_paths best;

	(void)state;
	tok_paths_init(&best, NULL);
	for (uint64_t i = 0; i < 3; i++) {
		lattice_toy_init(&toy, i ? TK_DOUBLE : TK_INTEGER, 9 + i);
		tok_encoder *e = encoder(toy.model, NULL);

		assert_ok(tok_nbest(e, toy.text, 8, &best));
		is_drawn_from(&toy, e, &best, alphas[i]);
		tok_encoder_free(e);
		lattice_toy_release(&toy);
	}
	tok_paths_release(&best);
}

static void one_or_infinity_is_the_best(void **state)
{
	tok_model *m = words();
	tok_encoder *e = encoder(m, NULL);
	tok_bytes text = BYTES("abab baab abba");
	tok_ids best, drawn;
	double nats = 1;

	(void)state;
	tok_ids_init(&best, NULL);
	tok_ids_init(&drawn, NULL);
	assert_ok(tok_encode(e, text, &best));
	assert_ok(tok_sample_nbest(e, text, 1, 0.1, (tok_key){1, 2, 3},
				   &drawn));
	assert_true(same(&best, &drawn));
	drawn.n = 0;
	assert_ok(tok_sample_nbest(e, text, 64, INFINITY, (tok_key){1, 2, 3},
				   &drawn));
	assert_true(same(&best, &drawn));
	assert_ok(tok_entropy(e, text, INFINITY, &nats));
	assert_true(nats == 0.0);
	tok_ids_release(&best);
	tok_ids_release(&drawn);
	tok_encoder_free(e);
	tok_model_free(m);
}

/* Log probabilities are those of the law; with the best one in front, the
 * others are drawn without it. */
static void draws_distinct_ones(void **state)
{
	static struct lattice_toy toy;
	tok_paths paths, best;

	(void)state;
	tok_paths_init(&paths, NULL);
	tok_paths_init(&best, NULL);
	for (uint64_t i = 0; i < 100; i++) {
		lattice_toy_init(&toy, i % 2 ? TK_DOUBLE : TK_INTEGER, 90 + i);
		tok_encoder *e = encoder(toy.model, NULL);
		int with_best = i / 2 % 2;
		double sum = 0;

		assert_ok(tok_nbest(e, toy.text, 1, &best));
		assert_ok(tok_sample_wor(e, toy.text, 0.5, 4, with_best,
					 (tok_key){0, 0, i}, &paths));
		assert_int_equal(paths.flat.n, 4);
		for (size_t k = 0; k < 4; k++) {
			tok_ids path = path_of(&paths, k);
			tok_ids first = path_of(&best, 0);

			lattice_toy_find(&toy, path.id, path.n);
			assert_true(paths.log_inclusion[k] <= 0);
			if (k == 3 && toy.n_paths > 8)
				assert_true(paths.log_inclusion[k] < 0);
			if (with_best)
				assert_int_equal(!k, same(&path, &first));
			sum += exp(paths.score[k]);
		}
		assert_true(!with_best || paths.log_inclusion[0] == 0.0);
		assert_true(sum < 1 + 1e-12 && sum > 0);
		assert_ok(tok_sample_wor(e, toy.text, 0.5, 1024, with_best,
					 (tok_key){0, 0, i}, &paths));
		assert_int_equal(paths.flat.n, toy.n_paths > 1024
						       ? 1024
						       : toy.n_paths);
		tok_encoder_free(e);
		lattice_toy_release(&toy);
	}
	tok_paths_release(&paths);
	tok_paths_release(&best);
}

/* All paths of all kinds of models; one drawn among them is one of them. */
static void goes_by_the_rules_of_all(void **state)
{
	static struct lattice_toy toy;
	tok_paths paths;
	tok_ids drawn;

	(void)state;
	tok_paths_init(&paths, NULL);
	tok_ids_init(&drawn, NULL);
	for (uint64_t i = 0; i < 100; i++) {
		double sum = 0, highest = -INFINITY;
		bool found = false;

		lattice_toy_init(&toy, lattice_toy_arithmetics[i % 5], 700 + i);
		size_t want = toy.n_paths < 1024 ? toy.n_paths : 1024;
		tok_encoder *e = encoder(toy.model, NULL);

		for (size_t k = 0; k < toy.n_paths; k++)
			highest = fmax(highest, toy.path[k].score);
		assert_ok(tok_nbest(e, toy.text, 1024, &paths));
		assert_int_equal(paths.flat.n, want);
		assert_true(fabs(paths.score[0] - highest) < 1e-9);
		drawn.n = 0;
		assert_ok(tok_sample_nbest(e, toy.text, 1024, 0.1,
					   (tok_key){1, 2, i}, &drawn));
		for (size_t k = 0; k < want; k++) {
			tok_ids path = path_of(&paths, k);

			found |= same(&path, &drawn);
		}
		assert_true(found);
		assert_ok(tok_sample_wor(e, toy.text, 0.1, 1024, 0,
					 (tok_key){1, 2, i}, &paths));
		assert_int_equal(paths.flat.n, want);
		for (size_t k = 0; k < want; k++)
			sum += exp(paths.score[k]);
		assert_true(want < toy.n_paths || fabs(sum - 1) < 1e-9);
		tok_encoder_free(e);
		lattice_toy_release(&toy);
	}
	tok_ids_release(&drawn);
	tok_paths_release(&paths);
}

static void expect(const tok_paths *paths, const tok_id *want, size_t n)
{
	tok_ids path = path_of(paths, 0);
	tok_ids ids = {.id = (tok_id *)(uintptr_t)want, .n = n};

	assert_true(same(&path, &ids));
}

/* Added tokens and unknown characters go the way of tok_encode. */
static void keeps_what_stands_beside_the_lattice(void **state)
{
	static const struct hf_toy toy = {
		.added = "[{\"id\":6,\"content\":\"[X]\",\"single_word\":false,"
			 "\"lstrip\":false,\"rstrip\":false,"
			 "\"normalized\":false,\"special\":true}]",
	};
	static const tok_id want[] = {3, 0, 6, 1};
	tok_model *m = hf_toy_load(&toy);
	tok_encoder *e = encoder(m, NULL);
	tok_paths paths;
	double nats;

	(void)state;
	tok_paths_init(&paths, NULL);
	assert_ok(tok_nbest(e, BYTES("abcc[X]a"), 10, &paths));
	/* "ab" or "a", "b". */
	assert_int_equal(paths.flat.n, 2);
	expect(&paths, want, 4);
	assert_ok(tok_nbest(e, BYTES(""), 10, &paths));
	assert_int_equal(paths.flat.n, 1);
	assert_int_equal(paths.flat.end[0], 0);
	assert_true(paths.score[0] == 0.0);
	assert_ok(tok_entropy(e, BYTES("abcc[X]a"), 0, &nats));
	assert_true(fabs(nats - log(2)) < 1e-15);
	tok_paths_release(&paths);
	tok_encoder_free(e);
	tok_model_free(m);
}

static void wrong_numbers_are_refused(void **state)
{
	tok_model *m = words();
	tok_encoder *e = encoder(m, NULL);
	tok_bytes text = BYTES("ab");
	tok_key key = {0, 0, 0};
	tok_paths p;
	tok_ids ids;
	double nats = 7;

	(void)state;
	tok_paths_init(&p, NULL);
	tok_ids_init(&ids, NULL);
	for (size_t n = 0; n <= TOK_MAX_PATHS + 1; n += TOK_MAX_PATHS + 1) {
		assert_int_equal(tok_nbest(e, text, n, &p), TOK_E_ARGUMENT);
		assert_int_equal(tok_sample_nbest(e, text, n, 1, key, &ids),
				 TOK_E_ARGUMENT);
		assert_int_equal(
			tok_sample_nbest(e, text, n, INFINITY, key, &ids),
			TOK_E_ARGUMENT);
		assert_int_equal(tok_sample_wor(e, text, 1, n, 0, key, &p),
				 TOK_E_ARGUMENT);
	}
	static const double alpha[] = {-1, 1e7, NAN, -INFINITY};
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(
			tok_sample_nbest(e, text, 2, alpha[i], key, &ids),
			TOK_E_ARGUMENT);
		assert_int_equal(
			tok_sample_wor(e, text, alpha[i], 2, 0, key, &p),
			TOK_E_ARGUMENT);
		assert_int_equal(tok_entropy(e, text, alpha[i], &nats),
				 TOK_E_ARGUMENT);
	}
	assert_int_equal(tok_sample_wor(e, text, INFINITY, 2, 0, key, &p),
			 TOK_E_ARGUMENT);
	assert_true(nats == 7 && ids.n == 0 && p.flat.n == 0);
	tok_ids_release(&ids);
	tok_paths_release(&p);
	tok_encoder_free(e);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_bytes text = BYTES("abab baab abba");
	tok_key key = {1, 2, 3};
	tok_encoder *e;
	tok_encoder_options o;
	tok_paths p;
	tok_ids ids;
	double nats;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (st)
		return st;
	tok_paths_init(&p, alloc);
	tok_ids_init(&ids, alloc);
	st = tok_nbest(e, text, 9, &p);
	if (!st)
		st = tok_sample_nbest(e, text, 9, 0.5, key, &ids);
	if (!st)
		st = tok_sample_wor(e, text, 0.5, 9, 1, key, &p);
	if (!st)
		st = tok_entropy(e, text, 0.5, &nats);
	tok_ids_release(&ids);
	tok_paths_release(&p);
	tok_encoder_free(e);
	return st;
}

static void fails_without_memory(void **state)
{
	tok_model *m = words();

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_the_best),
		cmocka_unit_test(draws_among_the_best),
		cmocka_unit_test(one_or_infinity_is_the_best),
		cmocka_unit_test(draws_distinct_ones),
		cmocka_unit_test(goes_by_the_rules_of_all),
		cmocka_unit_test(keeps_what_stands_beside_the_lattice),
		cmocka_unit_test(wrong_numbers_are_refused),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("alternatives", tests, NULL, NULL);
}
