/* SPDX-License-Identifier: Apache-2.0 */
/* Documents read together, so that all threads have something to do; or a part
 * of a long one. Of files, the next are read while these are worked on. */
#ifndef FEED_H
#define FEED_H

#include "held_text.h"
#include "say.h"

struct feed_place {
	const char *path;
	uint64_t line;
};

/* What is gathered; private. */
struct gathered {
	struct held_text held;
	struct feed_place *places;
	size_t cap_places;
	uint64_t first;
	bool continues, goes_on;
	tok_ledger read;
	uint64_t done, total;
	tok_status status;
	tok_error err;
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
	/* of the source, up to the end of the batch */
	tok_ledger read;
	uint64_t done, total;

	/* private: the batch and the next one; a document read too many (its
	 * index did not follow) opens a batch */
	tok_source *source;
	tok_pool *pool;
	size_t most;
	bool ahead, begun;
	tok_job job;
	struct gathered half[2];
	unsigned turn;
	bool held;
	tok_doc next;
};

/* How much text a batch should have, and the parts that a source gives, if so
 * many threads work on it. */
size_t feed_size(unsigned n_threads);

/* Borrows both, and from here on uses the source alone. */
void feed_open(struct feed *f, tok_source *source, tok_pool *pool);
/* Accepts the zero state. */
void feed_release(struct feed *f);

/* The next documents: as many as feed_size says, or what there is when reading
 * on would wait. TOK_END after the last. */
tok_status feed_read(struct feed *f, tok_error *err);

#endif
