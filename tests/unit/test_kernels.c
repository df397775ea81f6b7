/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "lattice_toy.h"
#include "segment/kernels.h"
#include "segment/recall.h"

/* Text that comes to a kernel letter by letter has the path of all of it. */
static void letters_make_up_the_whole(void **state)
{
	static struct lattice_toy toy;

	(void)state;
	for (uint64_t seed = 1; seed <= 100; seed++) {
		lattice_toy_init(&toy, lattice_toy_arithmetics[seed % 5], seed);
		const struct tk_kernels *k = tk_kernels_of(toy.model);
		struct tk_chunker c = {.model = toy.model};
		size_t n = toy.text.n, ahead = tk_viterbi_ahead(toy.model);
		union tk_cell sum = {0};
		struct tk_walk w = {.start = sum};
		tok_ids ids = {0}, want = {0};

		assert_ok(tk_segment(&c, toy.text, &sum, &want));
		for (size_t i = ahead + 1; i <= n; i++) {
			w.text = (tok_bytes){toy.text.p, i};
			w.open = i - ahead;
			assert_ok(k->on(&c.viterbi, toy.model, &w, &ids));
			assert_true(w.origin <= i);
		}
		w.text = toy.text;
		w.open = n;
		assert_ok(k->on(&c.viterbi, toy.model, &w, &ids));
		assert_int_equal(w.origin, n);
		assert_int_equal(ids.n, want.n);
		assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
		assert_memory_equal(&w.start, &sum, sizeof(sum.f));
		tk_viterbi_release(&c.viterbi);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		lattice_toy_release(&toy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_make_up_the_whole),
	};
	return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
