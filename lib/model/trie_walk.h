/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All nodes of a double array from outside, each once, a parent before its
 * children. What was walked to the end is a trie:
 *   tk_trie_walk_init(&w, ...);
 *   while ((unit = tk_trie_walk_next(&w)))
 *           w.path[..w.depth) leads to unit
 *   good = tk_trie_walk_whole(&w);
 */
#ifndef TK_TRIE_WALK_H
#define TK_TRIE_WALK_H

#include "model/trie.h"

struct tk_trie_place {
	uint32_t unit, depth;
};

struct tk_trie_walk {
	const struct tk_trie *trie;
	const tok_alloc *alloc;
	uint16_t *first; /* of a base not walked yet: a child's label, and 1 */
	uint8_t *next;   /* of a unit: a sibling's label; its own: no more */
	struct tk_trie_place *ahead; /* a stack of nodes found, not walked */
	uint8_t *path; /* labels on the way from the root */
	size_t depth, max_depth;
	size_t n_ahead, cap_ahead;
	uint32_t n_left; /* used units not found yet */
	bool bad;
};

/* Of ways of at most max_depth bytes. TOK_E_CORRUPT, TOK_E_MEMORY; to be
 * released in any case. Linear. */
tok_status tk_trie_walk_init(struct tk_trie_walk *w, const struct tk_trie *trie,
			     size_t max_depth, const tok_alloc *alloc);
void tk_trie_walk_release(struct tk_trie_walk *w);

/* Did the walk pass all units that are used? */
static inline bool tk_trie_walk_whole(const struct tk_trie_walk *w)
{
	return !w->bad && !w->n_left;
}

/*
 * Finds the children of a unit, which are of that depth. How many a node has
 * cannot be foretold, so that what depends on it is done without branches for
 * the first of them; a node of more is seldom. A second node of a base will
 * find no children.
 */
TK_INLINE void tk_trie_walk_open(struct tk_trie_walk *w, uint32_t unit,
				 uint32_t depth)
{
	uint32_t base = w->trie->unit[unit].link >> 9;
	uint32_t first = w->first[base], n = first != 0;
	uint8_t label = (uint8_t)(first - n), next;
	struct tk_trie_place *ahead = w->ahead + w->n_ahead;

	w->first[base] = 0;
	*ahead = (struct tk_trie_place){base ^ label, depth};
	while (n && (next = w->next[base ^ label]) != label) {
		label = next;
		ahead[n++] = (struct tk_trie_place){base ^ label, depth};
	}
	w->n_ahead += n;
	w->n_left -= n;
	/* What has none must be a piece, and lead nowhere. */
	w->bad |= n ? depth > w->max_depth
		    : depth > 1 && (base != w->trie->n_units - 256 ||
				    w->trie->unit[unit].score == TK_NO_PIECE);
}

/* The next node's unit; 0 at the end. */
TK_INLINE uint32_t tk_trie_walk_next(struct tk_trie_walk *w)
{
	if (!w->n_ahead || w->bad)
		return 0;
	struct tk_trie_place at = w->ahead[--w->n_ahead];

	w->path[at.depth - 1] = (uint8_t)w->trie->unit[at.unit].link;
	w->depth = at.depth;
	tk_trie_walk_open(w, at.unit, at.depth + 1);
	return at.unit;
}

#endif
