/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said of a part of a document before the sum of the path in front
 * of it is known, with SentencePiece's floats: most chunks are segmented in one
 * way after all sums that there can be (margin.h).
 */
#ifndef TK_DRAFT_H
#define TK_DRAFT_H

#include "segment/chunk.h"

enum { TK_DRAFT_IDS = 128 }; /* between two marks, or a few more */

/* Ids of a draft hold where the sum before their chunk is at most 0 and at
 * least minus this: a little less than what sums reach before they are taken
 * off (TK_REBASE). */
#define TK_DRAFT_REACH 99000.0

/* A place in the ids where all paths meet: there belong the ids of a chunk of
 * which nothing could be said, or, if its size is 0, nothing. */
struct tk_mark {
	size_t at;
	size_t size; /* bytes of clean text */
};

struct tk_draft {
	const tok_alloc *alloc;
	tok_ids ids;
	struct tk_mark *mark;
	size_t n, cap;
	tok_buf text;  /* of the chunks, one behind the other */
	tok_buf clean; /* scratch: of ids that do not hold */
};

void tk_draft_init(struct tk_draft *d, const tok_alloc *alloc);
void tk_draft_release(struct tk_draft *d);
void tk_draft_clear(struct tk_draft *d);

/* A chunk whose ids depend on the sum belongs at `at`. TOK_E_MEMORY. */
tok_status tk_draft_doubt(struct tk_draft *d, size_t at, tok_bytes chunk);
/* A chunk begins at `at`. Without memory there is a mark less, which only costs
 * time. */
void tk_draft_mark(struct tk_draft *d, size_t at);

/* The draft of clean text between two cuts, whatever it held before. c has a
 * cache. TOK_E_MEMORY. */
tok_status tk_draft_chunks(struct tk_chunker *c, tok_bytes clean,
			   struct tk_draft *draft);

/*
 * Appends the ids of the part that the draft is of, as tk_words would have done
 * it. What is before the part is in *so_far, which is then up to its end. c has
 * a cache. TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_draft_settle(struct tk_chunker *c, struct tk_draft *draft,
			   struct tk_so_far *so_far, tok_ids *ids);

#endif
