/* SPDX-License-Identifier: Apache-2.0 */
/* A trie of all bytes and some words, as a model has it. */
#ifndef TRIE_TOY_H
#define TRIE_TOY_H

#include "model/trie.h"

enum {
	TRIE_TOY_WORDS = 6,
	TRIE_TOY_LONGEST = 4,
	TRIE_TOY_ENTRIES = 256 + TRIE_TOY_WORDS
};

struct trie_toy {
	uint8_t byte[256];
	struct tk_entry entry[TRIE_TOY_ENTRIES];
	struct tk_trie_image image;
	struct tk_trie trie;
};

/* For cmocka: *state is one. */
int trie_toy_make(void **state);
int trie_toy_drop(void **state);

#endif
