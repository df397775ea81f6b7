/* SPDX-License-Identifier: Apache-2.0 */
/* The best path by what ends at each place: faster than the kernels where
 * pieces are many and chunks are long, and of the same ids. */
#ifndef TK_PULL_H
#define TK_PULL_H

#include "segment/match_tables.h"

/* Bytes of the longest chunk that goes this way. */
enum { TK_PULL_MOST = 1 << 15 };

/* Scratch of one thread. Zero it but for alloc and tables. */
struct tk_pull {
	const tok_alloc *alloc;
	struct tk_match_tables *tables; /* borrowed; NULL: there are none */
	const struct tk_matches *matches; /* once there are, with scratch */
	union tk_cell *best; /* of places, behind those that padding looks at */
	uint32_t *place; /* of read: lists; of the first n_done bytes, the pieces
			    that best paths end with */
	tok_bytes text;  /* that may be read ahead of a chunk */
	tok_bytes read;
	size_t n_done, n_used; /* bytes of chunks among them */
	size_t n_ahead;        /* bytes to read at once */
	size_t n_asked;  /* bytes of chunks that would have gone this way */
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

/*
 * Until tk_pull_end, text does not change: chunks that lie in it are read
 * ahead, which is faster than one by one. All of them lie between cuts; where
 * one ends that does not, tk_pull_part is called.
 */
void tk_pull_begin(struct tk_pull *p, tok_bytes text);
void tk_pull_part(struct tk_pull *p);
void tk_pull_end(struct tk_pull *p);

/* As tk_viterbi, and tk_viterbi_double, of a chunk that tk_pull_ask has said
 * yes to. sum may be NULL with integers. */
tok_status tk_pull_run(struct tk_pull *p, const tok_model *model,
		       tok_bytes chunk, union tk_cell *sum, tok_ids *ids);

#endif
