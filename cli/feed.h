/* SPDX-License-Identifier: Apache-2.0 */
/* Documents read together, so that all threads have something to do; or a part
 * of a long one. */
#ifndef FEED_H
#define FEED_H

#include "say.h"

struct feed_place {
	const char *path;
	uint64_t line;
};

struct feed {
	/* of the batch: documents, where each came from, index of the first */
	const tok_bytes *doc;
	const struct feed_place *place;
	size_t n;
	uint64_t first;
	/* The one document of this batch began in one before it; goes on in the
	 * next one. */
	bool continues, goes_on;

	/* private: copies of the texts end to end; a document read too many
	 * (its index did not follow) opens the next batch */
	tok_bytes *docs;
	struct feed_place *places;
	size_t *end;
	size_t cap_docs;
	uint8_t *text;
	size_t n_text, cap_text;
	bool held;
	tok_doc next;
};

void feed_release(struct feed *f);

/* The longest part that a source should give. */
enum { FEED_PART = 4 << 20 };

/* The next documents: a few megabytes, or what there is when reading on would
 * wait. TOK_END after the last; source is not touched between the calls. */
tok_status feed_read(struct feed *f, tok_source *source, tok_error *err);

#endif
