/* SPDX-License-Identifier: Apache-2.0 */
/* Raw text to ids in one go, for SentencePiece's models. */
#ifndef TK_WORDS_H
#define TK_WORDS_H

#include "segment/sample.h"

/* Has the model what tk_words needs? */
bool tk_words_suits(const tok_model *model);

/*
 * Appends the ids of a whole document: normalized, segmented, and unknown
 * characters resolved; by the best path, or, where sampler is not NULL, by one
 * drawn. clean is scratch. c has a cache, or sampler keeps sums. TOK_E_MEMORY;
 * ids is then unchanged.
 */
tok_status tk_words(struct tk_chunker *c, struct tk_sampler *sampler,
		    tok_bytes raw, tok_buf *clean, tok_ids *ids);

#endif
