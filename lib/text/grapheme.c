/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extended grapheme clusters (Unicode 16.0, annex 29, table 1c). In: UTF-8
 * and where a cluster begins. Out: where it ends. Rules that look further
 * back than one character do so through three facts that are carried along.
 */
#include "text/grapheme.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/utf8.h"

/* What the rules see of a character. */
struct letter {
	int gcb; /* Grapheme_Cluster_Break, of enum UGraphemeClusterBreak */
	bool pictograph;        /* Extended_Pictographic */
	bool consonant, linker; /* Indic_Conjunct_Break */
};

struct cluster {
	struct letter last;
	bool after_pictograph; /* a pictograph, then extenders */
	bool joined;           /* ... then a zero width joiner */
	bool after_consonant;  /* a consonant, then extenders and linkers */
	bool linked;           /* ... with a linker among them */
	size_t n_indicators;   /* regional indicators at its end */
};

/* The viramas that join consonants: InCB=Linker of Unicode 15.1 and 16. */
static bool is_linker(uint32_t c)
{
	return c == 0x94D || c == 0x9CD || c == 0xACD || c == 0xB4D ||
	       c == 0xC4D || c == 0xD4D;
}

/* InCB=Consonant, which ICU before 76 does not know by name. */
static bool is_consonant(uint32_t c)
{
	UErrorCode code = U_ZERO_ERROR;

	if (c < 0x900 || c > 0xD7F ||
	    u_getIntPropertyValue((UChar32)c, UCHAR_INDIC_SYLLABIC_CATEGORY) !=
		    U_INSC_CONSONANT)
		return false;
	switch (uscript_getScript((UChar32)c, &code)) {
	case USCRIPT_BENGALI:
	case USCRIPT_DEVANAGARI:
	case USCRIPT_GUJARATI:
	case USCRIPT_MALAYALAM:
	case USCRIPT_ORIYA:
	case USCRIPT_TELUGU:
		return true;
	default:
		return false;
	}
}

static bool is_assigned(uint32_t c)
{
	return u_charType((UChar32)c) != U_UNASSIGNED;
}

static struct letter letter_of(uint32_t c, struct tk_unicode unicode)
{
	struct letter l = {.gcb = U_GCB_OTHER};

	/* U+11A3A is prepended no more in the Unicode of the original. */
	if (c == 0x11A3A || (is_assigned(c) && !tk_char_known(c, unicode)))
		return l;
	l.gcb = u_getIntPropertyValue((UChar32)c,
				      UCHAR_GRAPHEME_CLUSTER_BREAK);
	l.pictograph = u_hasBinaryProperty((UChar32)c,
					   UCHAR_EXTENDED_PICTOGRAPHIC);
	l.consonant = is_consonant(c);
	l.linker = is_linker(c);
	return l;
}

static bool is_control(int gcb)
{
	return gcb == U_GCB_CONTROL || gcb == U_GCB_CR || gcb == U_GCB_LF;
}

/* Rules GB6 to GB8: syllables of Hangul. */
static bool is_syllable(int a, int b)
{
	switch (a) {
	case U_GCB_L:
		return b == U_GCB_L || b == U_GCB_V || b == U_GCB_LV ||
		       b == U_GCB_LVT;
	case U_GCB_LV:
	case U_GCB_V:
		return b == U_GCB_V || b == U_GCB_T;
	case U_GCB_LVT:
	case U_GCB_T:
		return b == U_GCB_T;
	default:
		return false;
	}
}

static bool continues(const struct cluster *c, struct letter next)
{
	int a = c->last.gcb, b = next.gcb;

	if (a == U_GCB_CR && b == U_GCB_LF)
		return true;
	if (is_control(a) || is_control(b))
		return false;
	if (is_syllable(a, b) || b == U_GCB_EXTEND || b == U_GCB_ZWJ ||
	    b == U_GCB_SPACING_MARK || a == U_GCB_PREPEND)
		return true;
	if (next.consonant && c->linked)
		return true;
	if (next.pictograph && c->joined)
		return true;
	return b == U_GCB_REGIONAL_INDICATOR && c->n_indicators % 2;
}

static void add(struct cluster *c, struct letter l)
{
	bool extends = l.gcb == U_GCB_EXTEND || l.gcb == U_GCB_ZWJ;

	c->joined = c->after_pictograph && l.gcb == U_GCB_ZWJ;
	c->after_pictograph = l.pictograph || (c->after_pictograph &&
					       l.gcb == U_GCB_EXTEND);
	c->after_consonant = l.consonant || (c->after_consonant && extends);
	c->linked = !l.consonant && c->after_consonant &&
		    (c->linked || l.linker);
	c->n_indicators = l.gcb == U_GCB_REGIONAL_INDICATOR
				  ? c->n_indicators + 1
				  : 0;
	c->last = l;
}

size_t tk_grapheme_end(tok_bytes text, size_t at, struct tk_unicode unicode)
{
	struct cluster c = {.last = {0}};
	uint32_t code;

	at += tk_utf8_at(text, at, &code);
	/* What is below U+0300 goes with what is before it only if it is LF,
	 * or behind a letter that is prepended: none is below U+0600. */
	if (at == text.n ||
	    (text.p[at] < 0xCC && code < 0x600 && code != '\r'))
		return at;
	add(&c, letter_of(code, unicode));
	while (at < text.n) {
		size_t n = tk_utf8_at(text, at, &code);
		struct letter next = letter_of(code, unicode);

		if (!continues(&c, next))
			break;
		add(&c, next);
		at += n;
	}
	return at;
}
