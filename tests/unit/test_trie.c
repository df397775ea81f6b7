/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/trie.h"

/* A trie of all bytes and some words, as a model has it. */
struct fixture {
	uint8_t byte[256];
	struct tk_entry entry[256 + 6];
	struct tk_trie_image image;
	struct tk_trie trie;
};

static int make(void **state)
{
	static struct fixture f;
	static const char *const word[] = {"in", "ing", "ion", "the", "them",
					   "\xE2\x82\xAC"};
	size_t n = 0;

	for (int i = 0; i < 256; i++) {
		f.byte[i] = (uint8_t)i;
		f.entry[n++] = (struct tk_entry){{&f.byte[i], 1}, -i, i};
		for (size_t k = 0; k < 6; k++)
			if ((uint8_t)word[k][0] == i) {
				f.entry[n++] = (struct tk_entry){
					tok_bytes_of(word[k]), -1000,
					256 + (int32_t)k};
			}
	}
	assert_int_equal(n, 262);
	assert_ok(tk_trie_build(f.entry, n, NULL, &f.image));
	f.trie = (struct tk_trie){f.image.unit, f.image.id, f.image.n_units};
	*state = &f;
	return 0;
}

static int drop(void **state)
{
	struct fixture *f = *state;

	tk_trie_image_release(&f->image);
	return 0;
}

static void steps_and_finds(void **state)
{
	struct fixture *f = *state;
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
	return cmocka_run_group_tests_name("trie", tests, make, drop);
}
