/* SPDX-License-Identifier: Apache-2.0 */
/* Classes of characters. In: a code point. Out: what holds of it in a Unicode
 * version, so that a newer ICU answers the same. */
#include "text/characters.h"

#include <unicode/uchar.h>

#include "base/compiler.h"

/* The tables of the crates unicode_categories 0.1 (punctuation) and
 * unicode-normalization-alignments 0.1 (marks). */
static const struct tk_unicode punctuation_tables = {8, 0};
static const struct tk_unicode mark_tables = {9, 0};

bool tk_char_known(uint32_t c, struct tk_unicode unicode)
{
	UVersionInfo age;

	u_charAge((UChar32)c, age);
	return age[0] && (age[0] < unicode.major ||
			  (age[0] == unicode.major && age[1] <= unicode.minor));
}

static struct tk_unicode older(struct tk_unicode a, struct tk_unicode b)
{
	bool first = a.major < b.major ||
		     (a.major == b.major && a.minor < b.minor);

	return first ? a : b;
}

static bool is_word(uint32_t c)
{
	return U_MASK(u_charType((UChar32)c)) &
		       (U_GC_M_MASK | U_GC_ND_MASK | U_GC_PC_MASK) ||
	       u_hasBinaryProperty((UChar32)c, UCHAR_ALPHABETIC) ||
	       u_hasBinaryProperty((UChar32)c, UCHAR_JOIN_CONTROL);
}

/* What was punctuation in Unicode 8.0 and is not any more. */
static bool is_punctuation(uint32_t c, uint32_t type)
{
	if (c == 0x166D || c == 0x111C9)
		return true;
	return type & U_GC_P_MASK;
}

/* The same of marks in 9.0; U+111C9 has become one since. */
static bool is_mark(uint32_t c, uint32_t type)
{
	if (c == 0x1CF2 || c == 0x1CF3)
		return true;
	return c != 0x111C9 && (type & U_GC_M_MASK);
}

static unsigned ascii_classes(uint32_t c)
{
	bool digit = c >= '0' && c <= '9';
	bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';

	if (c == ' ' || (c >= '\t' && c <= '\r'))
		return TK_CHAR_SPACE;
	if (digit)
		return TK_CHAR_NUMERIC | TK_CHAR_DIGIT | TK_CHAR_WORD;
	if (letter)
		return TK_CHAR_WORD;
	if (c <= ' ' || c == 0x7F)
		return 0;
	return TK_CHAR_PUNCT | (c == '_' ? TK_CHAR_WORD : 0u);
}

bool tk_char_is(uint32_t c, unsigned classes, struct tk_unicode unicode)
{
	if (TK_LIKELY(c < 0x80))
		return ascii_classes(c) & classes;

	uint32_t type = U_MASK(u_charType((UChar32)c));
	if ((classes & TK_CHAR_SPACE) && u_isUWhiteSpace((UChar32)c))
		return true;
	if ((classes & TK_CHAR_PUNCT) && is_punctuation(c, type) &&
	    tk_char_known(c, older(unicode, punctuation_tables)))
		return true;
	if ((classes & TK_CHAR_MARK) && is_mark(c, type) &&
	    tk_char_known(c, older(unicode, mark_tables)))
		return true;
	bool other = ((classes & TK_CHAR_NUMERIC) && (type & U_GC_N_MASK)) ||
		     ((classes & TK_CHAR_DIGIT) && (type & U_GC_ND_MASK)) ||
		     ((classes & TK_CHAR_WORD) && is_word(c));
	return other && tk_char_known(c, unicode);
}

int tk_char_lower(uint32_t c, struct tk_unicode unicode, uint32_t lower[2])
{
	lower[0] = c;
	if (c == 0x130) {
		/* The one case that needs two; u_tolower knows but one. */
		lower[0] = 'i';
		lower[1] = 0x307;
		return 2;
	}
	if (c < 0x80)
		lower[0] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
	else if (tk_char_known(c, unicode))
		lower[0] = (uint32_t)u_tolower((UChar32)c);
	return 1;
}
