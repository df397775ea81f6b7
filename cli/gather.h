/* SPDX-License-Identifier: Apache-2.0 */
/* All documents of the inputs, held in memory. */
#ifndef GATHER_H
#define GATHER_H

#include "say.h"

/* Zero it. Documents lie end to end in text. */
struct held_text {
	tok_bytes *doc;
	size_t n;
	uint8_t *text;
	size_t n_text;
	tok_ledger ledger;

	/* private: where documents end; what there is room for */
	size_t *end;
	size_t cap_docs, cap_text;
};

/* Reads source to its end. */
tok_status gather(struct held_text *g, tok_source *source, tok_error *err);
void gather_release(struct held_text *g);

#endif
