/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "toy.h"

static void names_are_words(void **state)
{
	(void)state;
	assert_string_equal(tok_split_name(TOK_SPLIT_NONE), "none");
	assert_string_equal(tok_split_name(TOK_SPLIT_WORD), "word");
	assert_string_equal(tok_normalize_name(TOK_NORMALIZE_NFKC_CASEFOLD),
			    "nfkc_casefold");
	assert_string_equal(tok_kind_name(TOK_KIND_CONTROL), "control");
	assert_string_equal(tok_split_name(TOK_SPLIT_STEPS), "steps");
	assert_null(tok_split_name((tok_split)(TOK_SPLIT_STEPS + 1)));
	assert_null(tok_kind_name((tok_kind)-1));
}

/* A role wins over another control's name, and vice versa nothing clashes. */
static void roles_come_before_names(void **state)
{
	static const tok_control control[] = {{"x", "eos"}, {"eos", "</s>"}};
	uint64_t random = 1;
	struct toy toy;
	tok_model *m;

	(void)state;
	toy_init(&toy, &random, 4, 2);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = control;
	spec.n_controls = 2;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	assert_int_equal(tok_model_control(m, "eos"), 261);
	assert_int_equal(tok_model_control(m, "x"), 260);
	tok_model_free(m);
}

/* Static cuts: exactly the pairs that stand in no piece. */
static void cuts_are_read_off_the_pieces(void **state)
{
	uint64_t random = 2;
	struct toy toy;
	tok_model *m;

	(void)state;
	toy_init(&toy, &random, 20, 4);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	for (int a = 0; a < 256; a++)
		for (int b = 0; b < 256; b++) {
			bool together = false;

			for (size_t i = 0; i < toy.n; i++)
				for (size_t k = 1; k < toy.piece[i].bytes.n;
				     k++)
					together |= toy.bytes[i][k - 1] == a &&
						    toy.bytes[i][k] == b;
			assert_int_equal(tk_model_cuts(m, (uint8_t)a,
						       (uint8_t)b),
					 !together);
		}
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_words),
		cmocka_unit_test(roles_come_before_names),
		cmocka_unit_test(cuts_are_read_off_the_pieces),
	};
	return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
