/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on its way through the steps of a tokenizer.json: cut into parts, and
 * for each of its bytes the raw bytes that it came from.
 */
#ifndef TK_PARTS_H
#define TK_PARTS_H

#include <stdbool.h>

#include "tok/base.h"

/* Bytes [begin, end) of the text: an added token, or text still to cut (-1). */
struct tk_part {
	size_t begin, end;
	tok_id id;
};

/* Zero it but for alloc and tracks; release when done. */
struct tk_parts {
	const tok_alloc *alloc;
	bool tracks;     /* keep `from` */
	size_t most;     /* bytes of text; 0: any number */
	tok_buf text;    /* UTF-8 */
	tok_span *from;  /* raw bytes of each byte of text */
	size_t cap_from;
	struct tk_part *part; /* in order of the text */
	size_t n, cap;
};

void tk_parts_release(struct tk_parts *parts);
/* No text and no part; memory stays. */
void tk_parts_clear(struct tk_parts *parts);

/* Bounds the text by what rules may sensibly make of raw_size bytes: those of
 * a crafted model could double it a thousand times. */
void tk_parts_bound(struct tk_parts *parts, size_t raw_size);

/* Appends text, each byte of which came from raw bytes `from`. TOK_E_MEMORY;
 * TOK_E_LIMIT beyond the bound. */
tok_status tk_parts_put(struct tk_parts *parts, tok_bytes text, tok_span from);
/* Appends bytes [begin, end) of other, and where they came from. */
tok_status tk_parts_copy(struct tk_parts *parts, const struct tk_parts *other,
			 size_t begin, size_t end);
/* Text from begin to the end is a part, unless it is empty. */
tok_status tk_parts_close(struct tk_parts *parts, size_t begin, tok_id id);
/* A part of text that is there already; push takes empty ones, too. */
tok_status tk_parts_push(struct tk_parts *parts, struct tk_part part);
tok_status tk_parts_add(struct tk_parts *parts, struct tk_part part);

/* Replaces parts by raw text as one part, and bounds them by it; each byte of
 * it that is not UTF-8 becomes U+FFFD. */
tok_status tk_parts_begin(struct tk_parts *parts, tok_bytes raw);

#endif
