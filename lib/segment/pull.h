/* SPDX-License-Identifier: Apache-2.0 */
/* The best path by what ends at each place: faster than the kernels where
 * pieces are many and chunks are long, and of the same ids. */
#ifndef TK_PULL_H
#define TK_PULL_H

#include "segment/viterbi.h"

struct tk_state;
struct tk_last;

/* Bytes of the longest chunk that goes this way. */
enum { TK_PULL_MOST = 1 << 15 };

/* The pieces of a model, and scratch. Belongs to one thread. Zero it but for
 * alloc. */
struct tk_pull {
	const tok_alloc *alloc;
	bool ready;
	bool hopeless; /* too many pieces end at one place */
	struct tk_state *state;
	struct tk_last *last;
	size_t n_states, n_last;
	union tk_cell *best;
	uint32_t *list;
	size_t n_asked; /* bytes of chunks that would have gone this way */
};

void tk_pull_release(struct tk_pull *p);

/*
 * Should a chunk of size bytes go this way? Of models whose every byte is a
 * piece (integers, BytePiece's doubles), once enough of their text has been
 * seen to be worth the tables: made now, in time linear in the pieces. A yes
 * or a no changes no id. TOK_E_MEMORY.
 */
tok_status tk_pull_ask(struct tk_pull *p, const tok_model *model, size_t size,
		       bool *yes);

/* As tk_viterbi, and tk_viterbi_double, of a chunk that tk_pull_ask has said
 * yes to. sum may be NULL with integers. */
tok_status tk_pull_run(struct tk_pull *p, const tok_model *model,
		       tok_bytes chunk, union tk_cell *sum, tok_ids *ids);

#endif
