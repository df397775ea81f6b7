/* SPDX-License-Identifier: Apache-2.0 */
#include "trie_toy.h"

#include "unit.h"

int trie_toy_make(void **state)
{
	static struct trie_toy f;
	static const char *const word[TRIE_TOY_WORDS] = {
		"in", "ing", "ion", "the", "them", "\xE2\x82\xAC"};
	size_t n = 0;

	for (int i = 0; i < 256; i++) {
		f.byte[i] = (uint8_t)i;
		f.entry[n++] = (struct tk_entry){{&f.byte[i], 1}, -i, i};
		for (size_t k = 0; k < TRIE_TOY_WORDS; k++)
			if ((uint8_t)word[k][0] == i) {
				f.entry[n++] = (struct tk_entry){
					tok_bytes_of(word[k]), -1000,
					256 + (int32_t)k};
			}
	}
	assert_int_equal(n, TRIE_TOY_ENTRIES);
	assert_ok(tk_trie_build(f.entry, n, NULL, &f.image));
	f.trie = (struct tk_trie){f.image.unit, f.image.id, f.image.n_units};
	*state = &f;
	return 0;
}

int trie_toy_drop(void **state)
{
	struct trie_toy *f = *state;

	tk_trie_image_release(&f->image);
	return 0;
}
