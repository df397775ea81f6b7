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

struct tk_trie_walk {
	const struct tk_trie *trie;
	const tok_alloc *alloc;
	uint16_t *first; /* of a base not walked yet: a child's label, and 1 */
	uint8_t *next;   /* of a unit: a sibling's label; its own: no more */
	uint32_t *at;    /* the units on the way from the root */
	uint8_t *path;   /* and their labels */
	size_t depth, max_depth;
	uint32_t n_left; /* used units not walked yet */
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

TK_INLINE uint32_t tk_trie_walk_enter(struct tk_trie_walk *w, uint32_t unit,
				      uint8_t label)
{
	w->path[w->depth++] = label;
	w->at[w->depth] = unit;
	w->n_left--;
	return unit;
}

/* The next node's unit; 0 at the end. */
TK_INLINE uint32_t tk_trie_walk_next(struct tk_trie_walk *w)
{
	const struct tk_unit *unit = w->trie->unit;
	uint32_t at = w->at[w->depth], base = unit[at].link >> 9;
	uint16_t child = w->first[base];

	if (child && w->depth < w->max_depth) {
		/* A second node of this base will find no children. */
		w->first[base] = 0;
		child--;
		return tk_trie_walk_enter(w, base ^ child, (uint8_t)child);
	}
	/* What has none must be a piece, and lead nowhere. */
	if (w->depth && (base != w->trie->n_units - 256 ||
			 unit[at].score == TK_NO_PIECE))
		w->bad = true;
	for (; w->depth && !w->bad; w->depth--) {
		uint8_t label = w->path[w->depth - 1];
		uint8_t next = w->next[at = w->at[w->depth]];

		if (next == label)
			continue;
		w->depth--;
		return tk_trie_walk_enter(w, at ^ label ^ next, next);
	}
	return 0;
}

#endif
