/* SPDX-License-Identifier: Apache-2.0 */
/* A segmentation drawn from p^alpha. */
#ifndef TK_SAMPLE_H
#define TK_SAMPLE_H

#include "segment/choices.h"
#include "segment/chunk.h"
#include "segment/draws.h"

/* Draws the paths of one document after the other. Zero it but for alloc. */
struct tk_sampler {
	const tok_alloc *alloc;
	const struct tk_tempered *law;
	struct tk_draws draws;           /* of the document */
	struct tk_choices_table choices; /* in short chunks, by this law */
	/* Of a long one; slots are positions of it. In front of them there are
	 * as many that no path comes from as a piece has bytes. */
	struct tk_slot *slot;
	size_t n_front;
	int64_t *place;
	uint32_t *drawn; /* the last piece of a path to it; 0: not yet */
	bool *live;      /* is it on a path that is looked at? */
	size_t cap;
};

/* What is next drawn is a document's, by this law; law lives as long as
 * anything is drawn. cache_size bytes keep choices. TOK_E_MEMORY. */
tok_status tk_sampler_begin(struct tk_sampler *s,
			    const struct tk_tempered *law, size_t cache_size,
			    tok_key key);
void tk_sampler_release(struct tk_sampler *s);

/*
 * Appends the ids of a segmentation of text (a whole pre-token that begins at
 * position at of its document's clean text) to ids; -1 is an unknown
 * character. Memory follows the longest stretch in which the paths drawn to
 * neighbouring positions have not met, some hundred bytes in text of any kind,
 * not the length of the text. TOK_E_UNSUPPORTED where there is no path at all,
 * for want of an unknown id; TOK_E_MEMORY. ids is then unchanged.
 */
tok_status tk_sample(struct tk_sampler *s, struct tk_chunker *c,
		     tok_bytes text, uint64_t at, tok_ids *ids);

/* The same of text between two cuts, of any length; sample_long.c. */
tok_status tk_sample_long(struct tk_sampler *s, const tok_model *m,
			  tok_bytes chunk, uint64_t at, tok_ids *ids);
/* The same of one that comes in parts. */
struct tk_window {
	struct tk_sampler *s; /* whose slots it has until it ends */
	struct tk_filter filter;
	uint64_t at;    /* of slot 0 in the document */
	size_t longest; /* piece */
	size_t size;    /* slots at which to settle next */
	bool settled;   /* once at least: something is in drawn */
};

/* A chunk begins, at position at of its document. */
void tk_window_begin(struct tk_window *w, struct tk_sampler *s,
		     const tok_model *m, uint64_t at);
/* text is what there is of the chunk from slot 0 on. Goes to `open`, which is
 * 4 bytes or more before the end, or is the end of the chunk, and appends the
 * path as far as it is final: of *done bytes, which are not given again. After
 * failure there is nothing to end. */
tok_status tk_window_on(struct tk_window *w, const tok_model *m,
			tok_bytes text, size_t open, tok_ids *ids,
			size_t *done);
/* There is no more: the rest of the path. */
tok_status tk_window_end(struct tk_window *w, tok_ids *ids);
/* There is no more and nothing is wanted: in place of tk_window_end. */
void tk_window_drop(const struct tk_window *w);
/* Releases what it works with. */
void tk_sample_long_release(struct tk_sampler *s);

struct stretch;
struct sought;

/* Appends paths of chunks (recall.h), one after the other. */
tok_status tk_sample_all(struct stretch *s, const struct sought *x, size_t n);

#endif
