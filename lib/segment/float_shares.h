/* SPDX-License-Identifier: Apache-2.0 */
/* One document of SentencePiece's floats on several threads. */
#ifndef TK_FLOAT_SHARES_H
#define TK_FLOAT_SHARES_H

#include "segment/encoder.h"
#include "segment/words.h"

/* Can the best path of a model's text be had so? Sums must be bounded. */
static inline bool tk_float_shares_suits(const tok_model *model)
{
	return model->arithmetic == TK_SP_FLOAT;
}

/*
 * tk_words for the best path, with the threads of pool: shares of about `size`
 * bytes are drafted, and settled in their order. Ids do not depend on either;
 * its threads call the allocator of ids, one at a time.
 * TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_float_shares_raw(tok_encoder *encoder, tok_pool *pool,
			       const struct tk_words_part *part, size_t size,
			       struct tk_so_far *so_far, tok_ids *ids);

/*
 * The same of clean text that begins at a cut, and ends the document or else
 * goes on: up to a cut near its end then. *done: how much of it; nothing if it
 * is not UTF-8. TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_float_shares_clean(tok_encoder *encoder, tok_pool *pool,
				 tok_bytes clean, bool ends, size_t size,
				 struct tk_so_far *so_far, tok_ids *ids,
				 size_t *done);

/* Frees the drafts of an encoder. */
void tk_float_shares_release(tok_encoder *encoder);

#endif
