/* SPDX-License-Identifier: Apache-2.0 */
/* Raw text to ids in one go, for SentencePiece's models. */
#ifndef TK_WORDS_H
#define TK_WORDS_H

#include "segment/draft.h"
#include "segment/sample.h"

/* Has the model what tk_words needs? */
bool tk_words_suits(const tok_model *model);

/* A document, or the part of one between two places where it may be parted. */
struct tk_words_part {
	tok_bytes raw;
	bool is_first, is_last;
};

/*
 * A place where raw text may be parted: what is before *end is one part, what
 * is from *next on another, which comes behind a space. The first such place
 * behind byte 0, or the last one that is not far from the end; false if there
 * is none.
 */
bool tk_words_first_place(const tok_model *model, tok_bytes raw, size_t *end,
			  size_t *next);
bool tk_words_last_place(const tok_model *model, tok_bytes raw, size_t *end,
			 size_t *next);

/*
 * Appends the ids of a part of a document: normalized, segmented, and unknown
 * characters resolved; by the best path, or, where sampler is not NULL, by one
 * drawn. What is before the part is in *so_far, which is then up to its end.
 * clean is scratch. c has a cache, or sampler keeps sums. TOK_E_MEMORY; ids is
 * then unchanged.
 */
tok_status tk_words(struct tk_chunker *c, struct tk_sampler *sampler,
		    const struct tk_words_part *part, struct tk_so_far *so_far,
		    tok_buf *clean, tok_ids *ids);

/* The same without knowing what is before the part: its draft, whatever that
 * held before, of a model of SentencePiece's since 0.2.2. c has a cache. */
tok_status tk_words_draft(struct tk_chunker *c,
			  const struct tk_words_part *part, tok_buf *clean,
			  struct tk_draft *draft);

#endif
