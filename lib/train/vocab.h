/* SPDX-License-Identifier: Apache-2.0 */
/* The vocabulary while it is being learned. */
#ifndef TK_VOCAB_H
#define TK_VOCAB_H

#include "train/count.h"
#include "train/select.h"

struct tk_learned {
	tok_bytes bytes; /* borrowed from the corpus */
	uint64_t count;  /* in the last segmentation of the corpus */
	int32_t score;   /* as in a model */
};

/* In bytewise order; all 256 single bytes are in it. */
struct tk_vocab {
	const tok_alloc *alloc;
	struct tk_learned *piece;
	size_t n, cap;
};

void tk_vocab_release(struct tk_vocab *vocab);

/* Fills an empty one: the single bytes with their counts in the corpus, and
 * the candidates with theirs. Scores are not set. TOK_E_MEMORY. */
tok_status tk_vocab_fill(struct tk_vocab *vocab,
			 const struct tk_corpus *corpus,
			 const struct tk_candidates *found);

#endif
