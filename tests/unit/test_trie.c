/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "trie_toy.h"

static void steps_and_finds(void **state)
{
	struct trie_toy *f = *state;
	uint32_t at = tk_trie_step(f->trie.unit, 0, 'i');

	assert_true(at);
	assert_int_equal(f->trie.id[at], 'i');
	at = tk_trie_step(f->trie.unit, at, 'o');
	assert_true(at);
	assert_int_equal(f->trie.id[at], -1);
	assert_int_equal(f->trie.unit[at].score, TK_NO_PIECE);
	assert_int_equal(tk_trie_step(f->trie.unit, at, 'x'), 0);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("them")), 260);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("themx")), -1);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("th")), -1);
	assert_int_equal(tk_trie_find(&f->trie, BYTES("")), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_and_finds),
	};
	return cmocka_run_group_tests_name("trie", tests, trie_toy_make,
					   trie_toy_drop);
}
