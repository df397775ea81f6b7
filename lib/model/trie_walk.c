/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Getting ready to walk a double array: one pass over its units in their
 * order. In: any units. Out: a list of children for each base.
 *
 * A unit's label and place name the base of its parent, so a unit is in one
 * list. The walk takes a list away with the first node that has its base: it
 * comes to a unit at most once, and if it came to all that are used, each has
 * one way from the root.
 */
#include "model/trie_walk.h"

#include "base/memory.h"

static bool in_bounds(const struct tk_trie *trie)
{
	return trie->n_units >= 512 && trie->n_units % 256 == 0 &&
	       trie->n_units <= TK_MAX_UNITS &&
	       !(trie->unit[0].link & TK_UNIT_USED);
}

/* Units that are not used, the root with them, must be empty. */
static bool list_children(struct tk_trie_walk *w)
{
	const struct tk_unit *unit = w->trie->unit;
	uint32_t n = w->trie->n_units;
	bool good = true;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t link = unit[i].link;
		uint8_t label = (uint8_t)link;

		good &= link >> 9 < n;
		if (!(link & TK_UNIT_USED)) {
			good &= unit[i].score == TK_NO_PIECE &&
				w->trie->id[i] == -1;
			continue;
		}
		uint16_t *first = &w->first[i ^ label];
		w->next[i] = *first ? (uint8_t)(*first - 1) : label;
		*first = (uint16_t)(label + 1);
		w->n_left++;
		good &= i < n - 256;
	}
	return good;
}

/* All children of the nodes on one way, and one beyond, or all that there are. */
static size_t most_ahead(const struct tk_trie *trie, size_t max_depth)
{
	size_t n = 256 * (max_depth + 2);

	return n < trie->n_units ? n : trie->n_units;
}

tok_status tk_trie_walk_init(struct tk_trie_walk *w, const struct tk_trie *trie,
			     size_t max_depth, const tok_alloc *alloc)
{
	*w = (struct tk_trie_walk){
		.trie = trie, .alloc = alloc, .max_depth = max_depth};
	if (!in_bounds(trie))
		return TOK_E_CORRUPT;
	w->first = tk_new_zeroed(alloc, trie->n_units, sizeof(*w->first));
	w->next = tk_new(alloc, trie->n_units, sizeof(*w->next));
	w->cap_ahead = most_ahead(trie, max_depth);
	w->ahead = tk_new(alloc, w->cap_ahead, sizeof(*w->ahead));
	w->path = tk_new(alloc, max_depth + 1, sizeof(*w->path));
	if (!w->first || !w->next || !w->ahead || !w->path)
		return TOK_E_MEMORY;
	if (!list_children(w))
		return TOK_E_CORRUPT;
	tk_trie_walk_open(w, 0, 1);
	return TOK_OK;
}

void tk_trie_walk_release(struct tk_trie_walk *w)
{
	tk_free(w->alloc, w->first, w->trie->n_units, sizeof(*w->first));
	tk_free(w->alloc, w->next, w->trie->n_units, sizeof(*w->next));
	tk_free(w->alloc, w->ahead, w->cap_ahead, sizeof(*w->ahead));
	tk_free(w->alloc, w->path, w->max_depth + 1, sizeof(*w->path));
}
