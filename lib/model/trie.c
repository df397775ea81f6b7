/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looking up and checking a double array.
 *
 * A walk goes from a node with base b to unit b ^ c if that unit is used and
 * labelled c. It is a trie walk if no two nodes with children share a base:
 * then a unit has one parent, the one whose base is unit ^ label. Nodes
 * without children all have the base of the last block, which holds no used
 * unit. The check establishes both by walking every piece once.
 */
#include "model/trie.h"

#include "base/memory.h"

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

enum mark { SEEN = 1, INTERNAL = 2, CLAIMED = 4, PIECE = 8 };

/* One piece's walk; mark[i] has what is known of unit i, and CLAIMED where a
 * node with children has base i. */
static bool walk_piece(const struct tk_trie *trie, const struct tk_entry *e,
		       uint8_t *mark)
{
	uint32_t at = 0;

	for (size_t i = 0; i < e->bytes.n; i++) {
		if (!(mark[at] & INTERNAL)) {
			uint32_t base = trie->unit[at].link >> 9;

			if (mark[base] & CLAIMED)
				return false;
			mark[base] |= CLAIMED;
			mark[at] |= INTERNAL;
		}
		at = tk_trie_step(trie->unit, at, e->bytes.p[i]);
		if (!at)
			return false;
		mark[at] |= SEEN;
	}
	if (trie->unit[at].score != e->score || trie->id[at] != e->id ||
	    (mark[at] & PIECE))
		return false;
	mark[at] |= PIECE;
	return true;
}

/* What the walks did not pass must be empty, and what they did must end as
 * it should. */
static bool check_units(const struct tk_trie *trie, const uint8_t *mark)
{
	uint32_t nowhere = trie->n_units - 256;

	for (uint32_t i = 0; i < trie->n_units; i++) {
		uint32_t link = trie->unit[i].link;
		bool used = link & TK_UNIT_USED;
		bool piece = mark[i] & PIECE;

		if (used != !!(mark[i] & SEEN) || (used && i >= nowhere))
			return false;
		if (used && !(mark[i] & INTERNAL) && link >> 9 != nowhere)
			return false;
		if (!piece && (trie->unit[i].score != TK_NO_PIECE ||
			       trie->id[i] != -1))
			return false;
	}
	return true;
}

tok_status tk_trie_check(const struct tk_trie *trie,
			 const struct tk_entry *entry, size_t n,
			 const tok_alloc *alloc)
{
	if (trie->n_units < 512 || trie->n_units % 256 ||
	    trie->n_units > TK_MAX_UNITS ||
	    (trie->unit[0].link & TK_UNIT_USED))
		return TOK_E_CORRUPT;
	for (uint32_t i = 0; i < trie->n_units; i++)
		if (trie->unit[i].link >> 9 >= trie->n_units)
			return TOK_E_CORRUPT;

	uint8_t *mark = tk_new_zeroed(alloc, trie->n_units, 1);
	if (!mark)
		return TOK_E_MEMORY;
	bool good = true;
	for (size_t i = 0; good && i < n; i++)
		good = walk_piece(trie, &entry[i], mark);
	good = good && check_units(trie, mark);
	tk_free(alloc, mark, trie->n_units, 1);
	return good ? TOK_OK : TOK_E_CORRUPT;
}
