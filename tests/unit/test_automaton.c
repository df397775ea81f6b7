/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/automaton.h"
#include "model/loaded.h"
#include "toy.h"

/* The pieces that end at k, the longest first, are those of the chain. */
static void check_endings(const tok_model *m, const struct tk_automaton *a,
			  tok_bytes text, size_t k, uint32_t ending)
{
	for (size_t size = k < m->max_piece ? k : m->max_piece; size; size--) {
		tok_bytes s = {text.p + k - size, size};
		tok_id id = tk_trie_find(&m->trie, s);

		if (id < 0)
			continue;
		assert_int_equal(a->ending[ending].id, id);
		assert_int_equal(a->ending[ending].size, size);
		ending = a->ending[ending].next;
	}
	assert_int_equal(ending, 0);
}

static void finds_all_that_ends_at_each_place(void **state)
{
	enum { SIZE = 300 };
	uint8_t text[SIZE];
	uint64_t random = 4;

	(void)state;
	for (unsigned round = 0; round < 60; round++) {
		unsigned letters = 1 + round % 3;
		/* Of one letter there are no more than four pieces. */
		tok_model *m = toy_model(&random, letters == 1 ? 3 : 14,
					    letters);
		struct tk_automaton a = {.alloc = NULL};
		uint32_t at = 0;

		assert_ok(tk_automaton_init(&a, m));
		for (size_t i = 0; i < SIZE; i++)
			text[i] = (uint8_t)(unit_below(&random, 20)
				? 'a' + unit_below(&random, letters)
				: unit_below(&random, 256));
		for (size_t i = 0; i < SIZE; i++) {
			at = tk_automaton_step(a.node, at, text[i]);
			check_endings(m, &a, (tok_bytes){text, SIZE}, i + 1,
				      a.node[at].ending);
		}
		tk_automaton_release(&a);
		tok_model_free(m);
	}
}

static tok_status make(const tok_alloc *alloc, void *ctx)
{
	struct tk_automaton a = {.alloc = alloc};
	tok_status st = tk_automaton_init(&a, ctx);

	tk_automaton_release(&a);
	return st;
}

static void fails_well(void **state)
{
	uint64_t random = 5;
	tok_model *m = toy_model(&random, 10, 2);

	(void)state;
	unit_fail_each(make, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_all_that_ends_at_each_place),
		cmocka_unit_test(fails_well),
	};
	return cmocka_run_group_tests_name("automaton", tests, NULL, NULL);
}
