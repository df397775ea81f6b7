/* SPDX-License-Identifier: Apache-2.0 */
/* Must text be split into words at all? */
#ifndef TK_UNSPLIT_H
#define TK_UNSPLIT_H

#include "model/loaded.h"

/* What an encoder knows of it. Zero it. */
struct tk_unsplit {
	size_t n_seen; /* bytes of text */
	bool yes;      /* once they are enough */
};

/*
 * Has text, of n bytes, the same best and drawn segmentations if it is not
 * split, but for edges between blanks, which tk_chunks_run minds? No is no
 * promise: it is looked into once so much text has come that it is worth it.
 */
bool tk_unsplit_ask(struct tk_unsplit *u, const tok_model *m, size_t n);

#endif
