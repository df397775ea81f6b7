/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clean text to pre-tokens: the places that no piece may reach across.
 * Pre-tokens cover the text without gaps, in order, and none is empty. Any
 * bytes are text.
 *
 * none   a line with all the "\n" that end it: [^\n]*\n+ or [^\n]+ at the end
 * space  by bytes: " ?[^ \t\r\n]+", runs of [ \t] short of the last " "
 *        before a word, runs of [\r\n]
 * word   as space, and a word is cut again: letters (with the marks on them)
 *        of one script, digits one by one, all the rest in runs; see
 *        split_table.c for the classes
 */
#ifndef TK_SPLIT_H
#define TK_SPLIT_H

#include <stdbool.h>

#include "tok/base.h"
#include "tok/model.h"

/*
 * How to split. table is needed for TOK_SPLIT_WORD only: compiled from ICU's
 * properties by tk_split_table_build, kept in the model file, borrowed.
 */
struct tk_split {
	tok_split kind;
	tok_bytes table;
};

/* The end of the pre-token that begins at `at` (< text.n): at < end <=
 * text.n. Pure; depends on text from `at` on only, if a pre-token begins
 * there. */
size_t tk_split_next(const struct tk_split *split, tok_bytes text, size_t at);

/*
 * The same where text may go on. True: the pre-token ends at *end in any case.
 * False: all up to *end (which may be `at`) belongs to it, whatever follows;
 * behind it nothing is sure.
 */
bool tk_split_is_final(const struct tk_split *split, tok_bytes text,
		       size_t at, size_t *end);

/*
 * Where the pre-token that begins at `begin` ends is a matter of what follows
 * and of a few bytes of those before `at` (begin < at, as far as it is known
 * to reach): writes them to out and returns how many. A pre-token that begins
 * with them, text from `at` on behind, ends at the same place of that.
 */
enum { TK_STAND_IN = 8 };
size_t tk_split_stand_in(const struct tk_split *split, tok_bytes text,
			 size_t begin, size_t at, uint8_t out[TK_STAND_IN]);

/* The first place at `at` or behind it where a pre-token begins whatever is
 * before that; 0 < at. text.n if there is none. */
size_t tk_split_edge(const struct tk_split *split, tok_bytes text, size_t at);

/*
 * Is there a text in which an edge of two pre-tokens lies inside these bytes?
 * If not, who never splits segments by this piece as who does. true also
 * where that is not known: parts of characters under `word`.
 */
bool tk_split_may_cut(const struct tk_split *split, tok_bytes piece);

/* The end of the pre-token of blanks that begins at `at`, where one stands, if
 * words are split; `at` itself if a word takes the one that there is along. */
size_t tk_split_blanks(tok_bytes text, size_t at);

static inline bool tk_split_is_blank(uint8_t b)
{
	return b == ' ' || b == '\t';
}

/* Appends the table of the linked ICU's Unicode version to out. */
tok_status tk_split_table_build(tok_buf *out, tok_error *err);

/* 1 if table is well-formed: then no code point leads outside it. */
int tk_split_table_valid(tok_bytes table);

#endif
