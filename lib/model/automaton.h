/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All pieces that end at each place of a text, in one pass over it (Aho and
 * Corasick 1975): the trie's nodes, each with where to go on when no piece
 * goes on as the text does, and with the pieces that end there.
 */
#ifndef TK_AUTOMATON_H
#define TK_AUTOMATON_H

#include "model/trie.h"
#include "tok/model.h"

/* Links as in tk_unit. The root is node 0. */
struct tk_node {
	uint32_t link;
	uint32_t fail;   /* of the longest proper suffix that is a node */
	uint32_t ending; /* the longest piece that ends here; 0: none does */
};

/* A piece; ending 0 is none. */
struct tk_ending {
	tok_id id;
	uint32_t size; /* bytes */
	uint32_t next; /* the next shorter piece that ends where this does */
};

/* Immutable once made. */
struct tk_automaton {
	const tok_alloc *alloc;
	struct tk_node *node;
	struct tk_ending *ending;
	uint32_t n_nodes, n_endings, cap_endings;
};

/* The automaton of a model's pieces. Zero it but for alloc. Linear in the
 * pieces' bytes. TOK_E_MEMORY; it is then empty. */
tok_status tk_automaton_init(struct tk_automaton *a, const tok_model *model);
void tk_automaton_release(struct tk_automaton *a);

/* From node at, along byte c. */
TK_INLINE uint32_t tk_automaton_step(const struct tk_node *node, uint32_t at,
				     uint8_t c)
{
	for (;;) {
		uint32_t next = node[at].link >> 9 ^ c;

		if (TK_LIKELY((node[next].link & TK_UNIT_MASK) ==
			      (TK_UNIT_USED | c)))
			return next;
		if (!at)
			return 0;
		at = node[at].fail;
	}
}

#endif
