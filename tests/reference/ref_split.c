/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits by definition. In: a text. Out: for every place whether it is cut.
 * Where lib/text/split.c walks from cut to cut, this asks of every pair of
 * neighbours what they are, with properties from ICU and not from a table.
 */
#include "ref_split.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/utf8.h"

enum { BLANK, END, WORD };

static int kind_of(uint8_t b)
{
	return strchr(" \t", b) && b ? BLANK : strchr("\r\n", b) && b ? END
								      : WORD;
}

static bool cut_at_space(tok_bytes t, size_t i)
{
	int before = kind_of(t.p[i - 1]), after = kind_of(t.p[i]);

	if (before == BLANK && after == WORD)
		return t.p[i - 1] == '\t';
	if (before == BLANK && after == BLANK)
		return t.p[i] == ' ' && i + 1 < t.n &&
		       kind_of(t.p[i + 1]) == WORD;
	return before != after;
}

/* Classes: script codes for letters, these for the rest. */
enum { OTHER = -1, DIGIT = -2, MARK = -3, COMMON = -4 };

struct character {
	size_t at;
	int class, own; /* after and before marks and common letters follow */
};

static int class_of(uint32_t c)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar32 u = (UChar32)c;
	int script = uscript_getScript(u, &code);

	switch (u_charType(u)) {
	case U_DECIMAL_DIGIT_NUMBER:
		return DIGIT;
	case U_NON_SPACING_MARK:
	case U_ENCLOSING_MARK:
	case U_COMBINING_SPACING_MARK:
		return MARK;
	case U_UPPERCASE_LETTER:
	case U_LOWERCASE_LETTER:
	case U_TITLECASE_LETTER:
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
	case U_LETTER_NUMBER:
		break;
	default:
		return u == 0x200C || u == 0x200D ? MARK : OTHER;
	}
	if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
	    u == 0x30FC)
		return USCRIPT_HAN;
	return script == USCRIPT_COMMON || script == USCRIPT_INHERITED ? COMMON
								       : script;
}

/* The class that the character k of a word has in its company. */
static int settle(struct character *c, size_t k, size_t n)
{
	bool follows = k && (c[k - 1].class >= 0 || c[k - 1].class == COMMON);

	if (c[k].own == MARK)
		return k ? c[k - 1].class : OTHER;
	if (c[k].own != COMMON || (follows && c[k - 1].class >= 0))
		return c[k].own == COMMON ? c[k - 1].class : c[k].own;
	for (size_t i = k; i < n; i++) {
		if (c[i].own >= 0)
			return c[i].own;
		if (c[i].own != COMMON && c[i].own != MARK)
			break;
	}
	return COMMON;
}

static void cut_word(tok_bytes t, size_t begin, size_t end, uint8_t *cut)
{
	struct character *c = calloc(end - begin, sizeof(*c));
	size_t n = 0;

	assert(c);
	for (size_t at = begin; at < end; n++) {
		uint32_t u;
		size_t size =
			tk_utf8_decode((tok_bytes){t.p + at, end - at}, &u);

		c[n] = (struct character){at, 0, size ? class_of(u) : OTHER};
		at += size ? size : 1;
	}
	for (size_t k = 0; k < n; k++)
		c[k].class = settle(c, k, n);
	for (size_t k = 1; k < n; k++)
		if (c[k].own != MARK && (c[k].class != c[k - 1].class ||
					 c[k].own == DIGIT))
			cut[c[k].at] = 1;
	free(c);
}

void ref_split(tok_split kind, tok_bytes t, uint8_t *cut)
{
	for (size_t i = 0; i < t.n; i++)
		cut[i] = !i || (kind == TOK_SPLIT_NONE
					? t.p[i - 1] == '\n' && t.p[i] != '\n'
					: cut_at_space(t, i));
	if (kind != TOK_SPLIT_WORD)
		return;
	for (size_t i = 0, end; i < t.n; i = end) {
		end = i + 1;
		if (kind_of(t.p[i]) != WORD)
			continue;
		while (end < t.n && kind_of(t.p[end]) == WORD)
			end++;
		cut_word(t, i, end, cut);
	}
}
