/* SPDX-License-Identifier: Apache-2.0 */
/* Added tokens: strings that become one id wherever they stand, before the
 * pieces see the text (tokenizers 0.23, tokenizer/added_vocabulary.rs). */
#ifndef TK_ADDED_H
#define TK_ADDED_H

#include "text/characters.h"
#include "text/parts.h"

enum {
	TK_ADDED_SINGLE_WORD = 1, /* no \w beside it */
	TK_ADDED_LSTRIP = 2,      /* takes the white space before it along */
	TK_ADDED_RSTRIP = 4,
	TK_ADDED_NORMALIZED = 8,  /* looked for in normalized text */
	TK_ADDED_ALL_FLAGS = 15
};

/* Bytes of what to look for; at each place of a text as many are compared. */
enum { TK_MAX_ADDED = 1 << 14 };

struct tk_added {
	tok_bytes text; /* what to look for, as it is after normalization */
	tok_id id;
	unsigned flags;
};

/* A set of them, sorted by text, no two with the same; see tk_added_sort. */
struct tk_added_set {
	struct tk_added *token;
	size_t n;
	uint64_t first[4]; /* bit b: one begins with byte b */
};

/* Orders tokens and fills the rest; false if two have the same text or one has
 * none. */
bool tk_added_sort(struct tk_added_set *set);

/*
 * Appends to `to` the parts of bytes [begin, end) of text, cut at the tokens
 * of the set: leftmost, among those the longest. TOK_E_MEMORY. Time: for each
 * byte that may begin one, its length times the logarithm of their number.
 */
tok_status tk_added_cut(const struct tk_added_set *set, tok_bytes text,
			size_t begin, size_t end, struct tk_unicode unicode,
			struct tk_parts *to);

/* The same where text may go on behind end: the parts up to here (but for the
 * end of the last one, if it is text) are cut so whatever follows. */
size_t tk_added_final(const struct tk_added_set *set, tok_bytes text,
		      size_t begin, size_t end, struct tk_unicode unicode);

#endif
