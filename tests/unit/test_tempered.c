/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "segment/tempered.h"
#include "toy.h"

static void assert_near(double have, double want, double most)
{
	assert_true(fabs(have - want) <= most);
}

static void weights_are_p_to_the_alpha(void **state)
{
	static const double alpha[] = {0, 0.1, 1, 100, TK_MAX_ALPHA};
	struct tk_endings e = {.alloc = NULL};
	struct tk_tempered t = {.alloc = NULL};
	uint64_t random = 3;
	struct toy toy;
	tok_model *m;

	(void)state;
	toy_init(&toy, &random, 14, 2);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	assert_ok(tk_endings_prepare(&e, m));
	for (size_t k = 0; k < 5; k++) {
		assert_ok(tk_tempered_prepare(&t, &e, alpha[k]));
		assert_int_equal(t.plain, alpha[k] < 10);
		assert_int_equal(e.automaton.n_endings, 256 + toy.n);
		for (uint32_t i = 1; i <= e.automaton.n_endings; i++) {
			const struct tk_weighted *x = &t.piece[i];
			double want = alpha[k] * tok_model_score(
				m, e.automaton.ending[i].id);
			double have = log(x->m) + 512 * log(2) * t.place[i];

			assert_true(x->m >= 0x1p-256 && x->m < 0x1p256);
			assert_near(have, want,
					    1e-12 + 1e-14 * fabs(want));
		}
	}
	tk_tempered_release(&t);
	tk_endings_release(&e);
	tok_model_free(m);
}

static void places_have_512_bits(void **state)
{
	static const struct {
		double bits, m;
		int64_t e;
	} want[] = {
		{0, 1, 0}, {255, 0x1p255, 0}, {256, 0x1p-256, 1},
		{-256, 0x1p-256, 0}, {-257, 0x1p255, -1},
		{512, 1, 1}, {-512, 1, -1}, {-768, 0x1p-256, -1},
		{-769, 0x1p255, -2},
		{1e300, 1, INT64_C(1) << 30}, {-1e300, 1, -(INT64_C(1) << 30)},
		{INFINITY, 1, INT64_C(1) << 30},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		struct tk_huge x = tk_tempered_weight(want[i].bits);

		assert_true(x.m == want[i].m);
		assert_int_equal(x.e, want[i].e);
	}
}

static void wrong_alphas_are_refused(void **state)
{
	tok_model *m = toy_model(&(uint64_t){32}, 3, 1);
	struct tk_endings e = {.alloc = NULL};
	struct tk_tempered t = {.alloc = NULL};

	(void)state;
	assert_ok(tk_endings_prepare(&e, m));
	assert_int_equal(tk_tempered_prepare(&t, &e, -0.1), TOK_E_ARGUMENT);
	assert_int_equal(tk_tempered_prepare(&t, &e, NAN), TOK_E_ARGUMENT);
	assert_int_equal(tk_tempered_prepare(&t, &e, 1e7), TOK_E_ARGUMENT);
	assert_int_equal(tk_tempered_prepare(&t, &e, INFINITY),
			 TOK_E_ARGUMENT);
	tk_tempered_release(&t);
	tk_endings_release(&e);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weights_are_p_to_the_alpha),
		cmocka_unit_test(places_have_512_bits),
		cmocka_unit_test(wrong_alphas_are_refused),
	};
	return cmocka_run_group_tests_name("tempered", tests, NULL, NULL);
}
