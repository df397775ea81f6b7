/* SPDX-License-Identifier: Apache-2.0 */
/* Which pieces end at each place of a text: the automaton of a model's pieces
 * as tables that are fast to read with. */
#ifndef TK_MATCHES_H
#define TK_MATCHES_H

#include "segment/viterbi.h"

enum {
	TK_MATCHES_PADDED = 3, /* entries that all lists have room for */
	TK_MATCHES_BEFORE = 24 /* bytes back that padding looks */
};

/* What text has led to: the longest of its ends that a piece begins with. */
struct tk_match_state {
	uint32_t link; /* base << 8 | label: the state behind byte c is base ^ c
			  if its label is c */
	uint32_t fail; /* where to look if it is not */
};

/*
 * A list names places in value and piece: where it begins << 8, and how many
 * there are, the longest piece first; the last byte, which is a piece, too, is
 * not among them. Behind a short list stands what offers less than any piece.
 * Read only. Zero it but for alloc.
 */
struct tk_matches {
	const tok_alloc *alloc;
	struct tk_match_state *state;
	uint32_t *list; /* of a state, of the pieces that end there */
	size_t n_states;
	union tk_cell *value; /* what a piece adds to a path */
	uint32_t *piece;      /* id << 8 | 256 - bytes, at most 256 of them */
	size_t n_entries;
	union tk_cell byte_value[256];
	uint32_t byte_piece[256];
};

/*
 * Of a model whose every byte is a piece. Linear in the pieces' bytes. *fits is
 * false where a piece is too long, or too many end at one place; nothing is
 * made then. TOK_E_MEMORY.
 */
tok_status tk_matches_init(struct tk_matches *m, const tok_model *model,
			   bool *fits);
void tk_matches_release(struct tk_matches *m);

/* list[k] becomes that of the pieces that end behind byte k of text. */
void tk_matches_read(const struct tk_matches *m, tok_bytes text,
		     uint32_t *list);

static inline size_t tk_match_size(uint32_t piece)
{
	return 256 - (piece & 0xFF);
}

static inline tok_id tk_match_id(uint32_t piece)
{
	return (tok_id)(piece >> 8);
}

#endif
