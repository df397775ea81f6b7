/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "segment/lattice.h"
#include "sp_toy.h"

static void assert_near(double have, double want, double most)
{
	assert_true(fabs(have - want) <= most);
}

/* The highest score of a piece is 0.25; the symbol has three characters and
 * six bytes. */
static void scores_are_those_of_the_original(void **state)
{
	static const struct {
		enum tk_arithmetic arithmetic;
		double user;
	} want[] = {{TK_SP_FLOAT_OLD, 3 * 0.25 - 0.1}, {TK_SP_FLOAT, 0.2}};
	static struct sp_toy toy;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		sp_toy_init(&toy);
		assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0,
				       TOK_KIND_UNKNOWN));
		assert_true(sp_toy_add(&toy, BYTES("a"), 0.25,
				       TOK_KIND_PIECE));
		assert_true(sp_toy_add(&toy, BYTES("b"), -2, TOK_KIND_PIECE));
		assert_true(sp_toy_add(&toy, BYTES("\xC3\xA9-\xE6\x97\xA5"), 0,
				       TOK_KIND_USER));
		tok_model *m = sp_toy_model(&toy, want[i].arithmetic, 0);
		tok_id user = tok_model_find(m, BYTES("\xC3\xA9-\xE6\x97\xA5"));

		assert_true(tk_lattice_of_characters(m));
		assert_near(tk_lattice_score(m, -1), -12, 1e-9);
		assert_near(
			tk_lattice_score(m, tok_model_find(m, BYTES("b"))), -2,
			1e-9);
		assert_near(tk_lattice_score(m, user), want[i].user,
				    1e-9);
		tok_model_free(m);
	}
}

static void bytes_are_pieces_of_some(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 1;

	(void)state;
	sp_toy_fill_bytes(&toy, &random, 2, 4);
	tok_model *m = sp_toy_model(&toy, TK_DOUBLE, 0);
	assert_false(tk_lattice_of_characters(m));
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_those_of_the_original),
		cmocka_unit_test(bytes_are_pieces_of_some),
	};
	return cmocka_run_group_tests_name("lattice", tests, NULL, NULL);
}
