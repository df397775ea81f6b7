/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "lattice_toy.h"
#include "segment/lattice.h"

static void scores_are_those_of_the_lattice(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		enum tk_arithmetic a = lattice_toy_arithmetics[i];

		lattice_toy_init(&toy, a, 50 + i);
		const struct tk_endings *e = &toy.endings;
		assert_int_equal(e->has_unknown,
				 a != TK_INTEGER && a != TK_DOUBLE);
		assert_true(e->score[0] == tk_lattice_score(toy.model, -1));
		for (uint32_t k = 1; k <= e->automaton.n_endings; k++) {
			tok_id id = e->automaton.ending[k].id;
			assert_true(e->score[k] ==
				    tk_lattice_score(toy.model, id));
		}
		lattice_toy_release(&toy);
	}
}

static tok_status make(const tok_alloc *alloc, void *ctx)
{
	struct tk_endings e = {.alloc = alloc};
	tok_status st = tk_endings_prepare(&e, ctx);

	tk_endings_release(&e);
	return st;
}

static void fails_without_memory(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	lattice_toy_init(&toy, TK_SP_FLOAT, 1);
	unit_fail_each(make, toy.model);
	lattice_toy_release(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(scores_are_those_of_the_lattice),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("endings", tests, NULL, NULL);
}
