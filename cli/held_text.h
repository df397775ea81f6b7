/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of documents, end to end. */
#ifndef HELD_TEXT_H
#define HELD_TEXT_H

#include <stdbool.h>

#include <tok.h>

/* Zero it. */
struct held_text {
	tok_bytes *doc; /* of n documents, once held_finish was called */
	size_t n;
	uint8_t *text;
	size_t n_text;

	/* private: where documents end; what there is room for */
	size_t *end;
	size_t cap_docs, cap_text;
};

/* One more document, or with goes_on more of the last one; false if there is no
 * memory. */
bool held_add(struct held_text *h, tok_bytes text, bool goes_on);
/* Makes doc. */
void held_finish(struct held_text *h);
/* Forgets all, and keeps the room. */
void held_clear(struct held_text *h);
void held_release(struct held_text *h);

#endif
