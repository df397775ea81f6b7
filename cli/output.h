/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The data that a command puts out: to standard output, or to a file that
 * appears whole or not at all. Errors stick: put what you have to say, and
 * look at the status when flushing.
 */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "say.h"
#include "settings.h"

struct output {
	tok_outfile *file; /* NULL: standard output */
	tok_status status; /* of the first write that failed */
	tok_error err;
	uint64_t total;    /* bytes put */
	size_t n;
	uint8_t byte[1 << 16];
};

/* path NULL is standard output. With a path, look at stop_asked() now and
 * then. */
tok_status output_open(struct output *out, const char *path, bool replace,
		       tok_error *err);

void put(struct output *out, const void *p, size_t n);
void put_text(struct output *out, const char *text);
/* Up to 1,000 bytes. */
void put_format(struct output *out, const char *format, ...)
	LIKE_PRINTF(2, 3);
void put_count(struct output *out, uint64_t n);
/* A byte between each two. */
void put_numbers(struct output *out, const int32_t *v, size_t n, char between);

/* Room for n bytes, at most PUT_ROOM, to write to; then say how many it was. */
enum { PUT_ROOM = 1 << 12 };
uint8_t *put_room(struct output *out, size_t n);
void put_done(struct output *out, size_t n);

/* What stands after a document that ends so. */
void put_document_end(struct output *out, const struct doc_end *end);

/* What was put is written; TOK_END if the reader of a pipe is gone. */
tok_status output_flush(struct output *out, tok_error *err);
/* If status is TOK_OK, writes, closes and publishes; else throws away.
 * Returns the first failure of all. */
tok_status output_end(struct output *out, tok_status status, tok_error *err);

#endif
