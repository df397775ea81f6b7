/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "drawing.h"
#include "ref_lattice.h"
#include "sp_toy.h"
#include "toy.h"

enum { DRAWS = 40000 };

/* All paths of a text with their exact probabilities. */
struct law {
	struct ref_lattice_path path[REF_LATTICE_PATHS];
	double p[REF_LATTICE_PATHS];
	unsigned seen[REF_LATTICE_PATHS];
	size_t n;
};

static void law_of(struct law *law, const tok_model *m, tok_bytes text,
		   double alpha)
{
	double total = 0;

	law->n = ref_lattice_paths(m, text, law->path);
	for (size_t i = 0; i < law->n; i++) {
		law->seen[i] = 0;
		law->p[i] = exp(alpha * (law->path[i].score -
					 law->path[0].score));
		total += law->p[i];
	}
	for (size_t i = 0; i < law->n; i++)
		law->p[i] /= total;
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
		double want = law->p[i] * DRAWS;
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

/* False, if there are too few paths to tell anything. */
static bool check_law(const tok_model *m, tok_bytes text, double alpha)
{
	static struct law law;
	struct drawing d;
	tok_ids ids;

	law_of(&law, m, text, alpha);
	if (law.n < 4)
		return false;
	tok_ids_init(&ids, NULL);
	drawing_init(&d, NULL);
	for (uint64_t i = 0; i < DRAWS; i++) {
		tok_key key = {7, 1, i};

		ids.n = 0;
		/* Without kept choices, then with them. */
		assert_ok(drawing_begin(&d, m, alpha, key, i >= DRAWS / 2));
		assert_ok(tk_sample(&d.s, &d.c, text, 0, &ids));
		see(&law, &ids);
	}
	assert_true(chi_square_z(&law) < 5);
	tok_ids_release(&ids);
	drawing_release(&d);
	return true;
}

static const double alphas[] = {0, 0.1, 0.5, 1, 3};

static void draws_from_p_to_the_alpha(void **state)
{
	(void)state;
	for (uint64_t seed = 21; seed < 24; seed++) {
		uint64_t random = seed;
		struct toy toy;
		tok_model *m;

		toy_init(&toy, &random, 14, 2);
		struct tk_spec spec = toy_spec(&toy);
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		for (size_t i = 0; i < 5; i++)
			assert_true(check_law(m, BYTES("abbabaab"), alphas[i]));
		tok_model_free(m);
	}
}

/* Imported models have their own lattice: characters, unknown ones among
 * them, symbols of the user. */
static void draws_on_the_lattice_of_others(void **state)
{
	static const enum tk_arithmetic arithmetic[] = {
		TK_SP_FLOAT_OLD, TK_SP_FLOAT, TK_DOUBLE, TK_HF_DOUBLE};
	static struct sp_toy toy;
	uint8_t text[64];

	(void)state;
	for (unsigned i = 0; i < 16; i++) {
		enum tk_arithmetic a = arithmetic[i % 4];
		uint64_t random = 100 + i;

		sp_toy_init(&toy);
		if (a == TK_DOUBLE)
			sp_toy_fill_bytes(&toy, &random, 4, 16);
		else if (a == TK_HF_DOUBLE)
			sp_toy_fill_hf(&toy, &random, 4, 16);
		else
			sp_toy_fill(&toy, &random, SP_FEW, 4, 16);
		tok_model *m = sp_toy_model(&toy, a, 0);
		size_t n;
		do
			n = sp_toy_text(&random, 4, 8, text);
		while (!check_law(m, (tok_bytes){text, n}, alphas[i / 4]));
		tok_model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_from_p_to_the_alpha),
		cmocka_unit_test(draws_on_the_lattice_of_others),
	};
	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
