/* SPDX-License-Identifier: Apache-2.0 */
/* Clean text that comes in parts, to ids. */
#ifndef TK_FLOW_H
#define TK_FLOW_H

#include "segment/encoder.h"

/*
 * A document on its way. What no continuation changes becomes ids; what is
 * left, less than `held` bytes of a chunk or what of a longer one is live,
 * waits for more. Zero it and set the first four; the encoder is its own while
 * a document is under way.
 */
struct tk_flow {
	tok_encoder *e;
	const struct tk_choice *choice;
	tok_pool *pool; /* or NULL */
	size_t held; /* more than TK_STAND_IN */
	tok_buf text;      /* append clean text to it */
	size_t n_stand_in; /* bytes of it, in front, stand for the beginning of
			      a word that is ids already */
	struct tk_so_far so_far; /* up to what has become ids */
	/* A chunk that is too long to wait for its end. */
	bool walking;
	size_t seen; /* it has no cut before the character that begins here */
	struct tk_walk walk;
	struct tk_window window; /* if paths are drawn */
};

/* A document begins; what is left of another one goes. */
void tk_flow_begin(struct tk_flow *f);
/* Nothing waits? */
bool tk_flow_is_empty(const struct tk_flow *f);
/* Appends the ids of the first n bytes of text that are final; of all n if
 * closed: all paths pass there. After failure the document is lost. Errors as
 * tok_encode. */
tok_status tk_flow_run(struct tk_flow *f, size_t n, bool closed, tok_ids *ids);
void tk_flow_release(struct tk_flow *f);

#endif
