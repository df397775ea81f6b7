/* SPDX-License-Identifier: Apache-2.0 */
/* A data set that is being made: documents in, rows out, its own books. */
#ifndef SINK_H
#define SINK_H

#include "pipeline.h"

struct sink {
	const char *dir; /* borrowed */
	tok_writer *writer; /* NULL unless open */
	tok_ledger ledger;  /* stored and lost are added by sink_end_rows */
	tok_dataset made;   /* once closed */

	/* private */
	tok_packer *packer;
};

/* s is what the manifest is to say; pool and model are those of pipe. */
tok_status sink_open(struct sink *sink, const char *dir,
		     const struct settings *s, const struct pipeline *pipe,
		     tok_error *err);
/* Document i of the batch. */
tok_status sink_add(struct sink *sink, const struct settings *s,
		    const struct pipeline *pipe, size_t i, tok_error *err);
/* The last rows; nothing can be added after them. */
tok_status sink_end_rows(struct sink *sink, tok_error *err);
/* Writes all that is not written yet, so that closing only publishes. */
tok_status sink_finish(struct sink *sink, tok_error *err);
/* The data set appears in its place. */
tok_status sink_close(struct sink *sink, tok_error *err);
/* Removes what has not been published; accepts the zero state. */
void sink_release(struct sink *sink);

/* A line of what was made. */
void sink_say_made(const struct sink *sink, const struct settings *s);

#endif
