/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a model's trie and pieces. Out: the same trie as an automaton. Nodes
 * are settled from the root on, a depth at a time, so that a node's suffixes
 * are settled before it: pieces are put in order of their size, and all their
 * prefixes of one length are looked at before the longer ones.
 */
#include "model/automaton.h"

#include "base/memory.h"
#include "model/loaded.h"

/* A piece while its prefixes become nodes. */
struct walker {
	tok_bytes bytes;
	uint32_t at; /* the node that its prefix has led to */
};

struct work {
	struct tk_automaton *a;
	bool *settled; /* is a node? */
	struct walker *walker;
	size_t n;
};

void tk_automaton_release(struct tk_automaton *a)
{
	tk_free(a->alloc, a->node, a->n_nodes, sizeof(*a->node));
	tk_free(a->alloc, a->ending, a->cap_endings, sizeof(*a->ending));
	*a = (struct tk_automaton){.alloc = a->alloc};
}

/* A node of whose parent at all is settled; c leads there. */
static void settle(struct tk_automaton *a, uint32_t parent, uint32_t node,
		   uint8_t c)
{
	struct tk_node *x = &a->node[node];
	uint32_t own = x->ending; /* as yet: of this node alone */

	if (parent)
		x->fail = tk_automaton_step(a->node, a->node[parent].fail, c);
	uint32_t shorter = a->node[x->fail].ending;
	if (own)
		a->ending[own].next = shorter;
	else
		x->ending = shorter;
}

/* One byte further with each piece; those that are through leave. */
static void advance(struct work *w, size_t depth)
{
	struct tk_automaton *a = w->a;
	size_t kept = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct walker *x = &w->walker[i];
		uint8_t c = x->bytes.p[depth];
		uint32_t parent = x->at;

		x->at = a->node[parent].link >> 9 ^ c;
		/* Others may have been here with the same prefix. */
		if (!w->settled[x->at])
			settle(a, parent, x->at, c);
		w->settled[x->at] = true;
		if (depth + 1 < x->bytes.n)
			w->walker[kept++] = *x;
	}
	w->n = kept;
}

/* Nodes and endings, each piece at its node and nowhere else yet. */
static void place(struct tk_automaton *a, const tok_model *m,
		  struct walker *walker)
{
	for (uint32_t i = 0; i < a->n_nodes; i++) {
		tok_id id = m->trie.id[i];

		a->node[i] = (struct tk_node){.link = m->trie.unit[i].link};
		if (id < 0)
			continue;
		tok_bytes bytes = tk_model_bytes(m, id);
		walker[a->n_endings].bytes = bytes;
		a->node[i].ending = ++a->n_endings;
		a->ending[a->n_endings] = (struct tk_ending){
			.id = id,
			.size = (uint32_t)bytes.n,
		};
	}
}

static tok_status reserve(struct work *w, const tok_model *m)
{
	struct tk_automaton *a = w->a;
	size_t n_pieces = 0;

	for (uint32_t i = 0; i < m->trie.n_units; i++)
		n_pieces += m->trie.id[i] >= 0;
	a->cap_endings = (uint32_t)n_pieces + 1;
	a->n_nodes = m->trie.n_units;
	a->node = tk_new(a->alloc, a->n_nodes, sizeof(*a->node));
	a->ending = tk_new_zeroed(a->alloc, a->cap_endings,
				  sizeof(*a->ending));
	w->settled = tk_new_zeroed(a->alloc, a->n_nodes, sizeof(*w->settled));
	w->walker = tk_new_zeroed(a->alloc, a->cap_endings,
				  sizeof(*w->walker));
	return a->node && a->ending && w->settled && w->walker ? TOK_OK
							       : TOK_E_MEMORY;
}

tok_status tk_automaton_init(struct tk_automaton *a, const tok_model *m)
{
	struct work w = {.a = a};
	tok_status st = reserve(&w, m);

	if (!st) {
		place(a, m, w.walker);
		w.n = a->n_endings;
		for (size_t depth = 0; w.n; depth++)
			advance(&w, depth);
	}
	tk_free(a->alloc, w.settled, a->n_nodes, sizeof(*w.settled));
	tk_free(a->alloc, w.walker, a->cap_endings, sizeof(*w.walker));
	if (st)
		tk_automaton_release(a);
	return st;
}
