/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of bytes cut into records at a separator. */
#ifndef TK_RECORDS_H
#define TK_RECORDS_H

#include <stdbool.h>

#include "text/unpack.h"

/*
 * Zero it, set the first four; release when done. With max_part the buffer
 * holds at most half as much again as that and a read, whatever a record's
 * length.
 */
struct tk_records {
	tok_bytes separator; /* borrowed; empty: the whole stream */
	size_t max_record;   /* bytes, without the separator */
	size_t max_part;     /* longer ones come in parts of it; 0: whole */
	const tok_alloc *alloc;

	const char *path;
	uint8_t *p;
	size_t cap, begin, end; /* p[begin, end) is read and not delivered */
	size_t searched;        /* no separator begins in p[begin, here) */
	uint64_t at, offset;    /* of the record; of p[begin] in it */
	uint64_t line;          /* records delivered */
	bool ended;
};

struct tk_record {
	tok_bytes text;        /* borrowed until the next call */
	size_t separator_size; /* 0 at the end of a stream without one, and
				  with a part that is not the last */
	uint64_t at, line;     /* offset in the stream; number from 1 */
	uint64_t offset;       /* of text in the record */
	bool goes_on;          /* the rest of it comes next */
};

/* Begins a new stream; the buffer stays. path is for errors, borrowed. */
void tk_records_start(struct tk_records *r, const char *path);
void tk_records_release(struct tk_records *r);

/* TOK_END after the last. TOK_E_LIMIT (parts up to the limit have come),
 * TOK_E_MEMORY, and what tk_unpack_read says. */
tok_status tk_records_next(struct tk_records *r, struct tk_unpack *from,
			   struct tk_record *record, tok_error *err);

#endif
