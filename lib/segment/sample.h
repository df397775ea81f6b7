/* SPDX-License-Identifier: Apache-2.0 */
/* A segmentation drawn from p^alpha. */
#ifndef TK_SAMPLE_H
#define TK_SAMPLE_H

#include "segment/tempered.h"
#include "tok/segment.h"

/* A position of the stretch that is not decided yet. */
struct tk_slot {
	struct tk_huge sum; /* of the weights of all paths to it */
	uint32_t ending;    /* the longest piece that ends here */
	uint32_t drawn;     /* the last piece of a path to it; 0: not yet */
	uint8_t unknown;    /* bytes of the character that ends here, if it
			       may be unknown; else 0 */
	bool even;          /* all of the sum was on the sum's own place */
	bool live;
};

/* Scratch of one thread. Zero it but for alloc. */
struct tk_sampler {
	const tok_alloc *alloc;
	struct tk_slot *slot;
	size_t cap;
};

/* What a document's draws are keyed by. */
struct tk_stream_key {
	uint64_t key, counter;
};

struct tk_stream_key tk_sample_stream(tok_key key);

void tk_sampler_release(struct tk_sampler *s);

/*
 * Appends the ids of a segmentation of text (a whole pre-token that begins at
 * position at of its document's clean text) to ids; -1 is an unknown
 * character. Memory follows the longest stretch in which the paths drawn to
 * neighbouring positions have not met, some hundred bytes in text of any kind,
 * not the length of the text. TOK_E_UNSUPPORTED where there is no path at all,
 * for want of an unknown id; TOK_E_MEMORY. ids is then unchanged.
 */
tok_status tk_sample(struct tk_sampler *s, const struct tk_tempered *law,
		     const tok_model *model, tok_bytes text, uint64_t at,
		     struct tk_stream_key stream, tok_ids *ids);

#endif
