/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces that end at each place of a text, for all who weigh paths. */
#ifndef TK_ENDINGS_H
#define TK_ENDINGS_H

#include "model/automaton.h"

/* A model's pieces with their scores. Immutable once made, shared by any
 * number of threads. Zero it but for alloc. */
struct tk_endings {
	const tok_alloc *alloc;
	struct tk_automaton automaton;
	double *score; /* of each ending, in nats; [0]: of what is unknown */
	/* May a character be unknown, where no piece of its length covers it?
	 * Hugging Face's lattice has no unknown where there is no id for it. */
	bool has_unknown;
};

/* Makes it, unless it is there. TOK_E_MEMORY. */
tok_status tk_endings_prepare(struct tk_endings *e, const tok_model *model);
void tk_endings_release(struct tk_endings *e);

#endif
