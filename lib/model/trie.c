/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking up in a double array.
 *
 * A walk goes from a node with base b to unit b ^ c if that unit is used and
 * labelled c. It is a trie walk if no two nodes with children share a base:
 * then a unit has one parent, the one whose base is unit ^ label. Nodes
 * without children all have the base of the last block, which holds no used
 * unit.
 */
#include "model/trie.h"

int32_t tk_trie_find(const struct tk_trie *trie, tok_bytes piece)
{
	uint32_t at = 0;

	if (!piece.n)
		return -1;
	for (size_t i = 0; i < piece.n; i++) {
		at = tk_trie_step(trie->unit, at, piece.p[i]);
		if (!at)
			return -1;
	}
	return trie->id[at];
}
