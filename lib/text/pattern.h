/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Replace and Split look for: a string, or runs of characters of some
 * classes, the first of several that matches. Not a language of its own: what
 * the patterns of published tokenizers need.
 */
#ifndef TK_PATTERN_H
#define TK_PATTERN_H

#include "text/characters.h"
#include "tok/base.h"

/*
 * A pattern in bytes, u32 little-endian: for each alternative the number of
 * bytes of its string and these (padded to 4 with zero); or 0, then classes
 * (1), single characters that count as well (n, then n of them), whether all
 * other characters are meant (0 or 1), fewest (at least 1) and most (0: any
 * number) of the characters in a run.
 */
enum { TK_MAX_PATTERN = 4096 }; /* bytes */

struct tk_run_of {
	unsigned classes;
	const uint32_t *single;
	size_t n_singles;
	bool negated;
	uint32_t least, most;
};

tok_status tk_pattern_add_string(tok_buf *pattern, tok_bytes string);
tok_status tk_pattern_add_run(tok_buf *pattern, const struct tk_run_of *run);

/*
 * Appends the pattern of a regular expression (Oniguruma's syntax, which the
 * original uses), as far as it is a string, or one of the alternatives: a
 * character, \s, \d, or a set [...] of these, with +, {n}, {n,}, {n,m} or
 * nothing. TOK_E_UNSUPPORTED for any other; TOK_E_MEMORY.
 */
tok_status tk_pattern_add_regex(tok_buf *pattern, tok_bytes regex);

/* 1 if it is well-formed, holds an alternative, and is no longer than
 * TK_MAX_PATTERN. */
int tk_pattern_valid(tok_bytes pattern);

/* The first match in text[at, text.n): its begin, or text.n if there is none;
 * *end is where it ends. text is UTF-8, pattern is valid. Linear in the text
 * looked at. */
size_t tk_pattern_find(tok_bytes pattern, tok_bytes text, size_t at,
		       struct tk_unicode unicode, size_t *end);

/*
 * The same where text may go on: matches are taken one behind the other from
 * `at`. How far they are the same whatever follows: up to the first place
 * where what may begin a match touches the end of text; text.n if there is
 * none. *surely: a match begins there in any case, and only its end is open.
 */
size_t tk_pattern_final(tok_bytes pattern, tok_bytes text, size_t at,
			struct tk_unicode unicode, bool *surely);

#endif
