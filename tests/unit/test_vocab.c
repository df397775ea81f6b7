/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "train/vocab.h"

static void make_corpus(struct tk_corpus *c)
{
	*c = (struct tk_corpus){.budget = 1 << 20};
	for (int i = 0; i < 3; i++)
		assert_ok(tk_corpus_add(c, BYTES("abca")));
	assert_ok(tk_corpus_add(c, BYTES("b\xFF")));
	tk_corpus_finish(c);
}

static tok_status fill(const tok_alloc *alloc, void *ctx)
{
	struct tk_candidate found[] = {
		{0, 3, BYTES("ca")}, {0, 5, BYTES("abc")}, {0, 4, BYTES("ab")}};
	const struct tk_candidates some = {.at = found, .n = 3};
	struct tk_vocab v = {.alloc = alloc};
	tok_status st = tk_vocab_fill(&v, ctx, &some);

	if (!st) {
		assert_int_equal(v.n, 259);
		for (size_t i = 1; i < v.n; i++)
			assert_true(tk_bytes_cmp(v.piece[i - 1].bytes,
						 v.piece[i].bytes) < 0);
		/* After the 98 bytes up to "a" come "ab" and "abc". */
		assert_int_equal(v.piece['a'].count, 6);
		assert_int_equal(v.piece['a' + 1].count, 4);
		assert_int_equal(v.piece['a' + 2].count, 5);
		assert_int_equal(v.piece['b' + 2].count, 4);
		assert_int_equal(v.piece['c' + 3].count, 3);
		assert_int_equal(v.piece[258].count, 1);
	}
	tk_vocab_release(&v);
	return st;
}

static void bytes_and_candidates_in_order(void **state)
{
	struct tk_corpus c;

	(void)state;
	make_corpus(&c);
	assert_ok(fill(NULL, &c));
	unit_fail_each(fill, &c);
	tk_corpus_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_and_candidates_in_order),
	};
	return cmocka_run_group_tests_name("vocab", tests, NULL, NULL);
}
