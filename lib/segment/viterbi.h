/* SPDX-License-Identifier: Apache-2.0 */
/* The best segmentation, in integers. */
#ifndef TK_VITERBI_H
#define TK_VITERBI_H

#include "model/trie.h"

/*
 * The value of a path is the sum of these over its pieces, exactly: scores
 * first, and among equal sums the fewest pieces, as long as two paths differ
 * by less than 2^24 pieces between the places where they meet.
 */
static inline int64_t tk_viterbi_value(int32_t score)
{
	return (int64_t)score * (1 << 24) - 1;
}

/* Scratch, reused from text to text. Zero it but for alloc. */
struct tk_viterbi {
	const tok_alloc *alloc;
	int64_t *best;  /* value of the best path to a slot, or lowest */
	uint32_t *unit; /* of the piece that this path ends with */
	uint8_t *size;  /* of that piece, in bytes */
	size_t cap;     /* slots */
};

void tk_viterbi_release(struct tk_viterbi *v);

/*
 * Appends the ids of the best segmentation of text (a whole pre-token) to
 * ids. Every single byte must be a piece. Memory follows the longest stretch
 * that is undecided, some hundred bytes in text of any kind, not the length
 * of the text. TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_viterbi(struct tk_viterbi *v, const struct tk_trie *trie,
		      tok_bytes text, tok_ids *ids);

#endif
