/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Classes of characters as the libraries of Hugging Face's tokenizers have
 * them. Properties are ICU's, held to the characters of one Unicode version,
 * or of an older one where the library in question knows no more.
 */
#ifndef TK_CHARACTERS_H
#define TK_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

struct tk_unicode {
	uint8_t major, minor;
};

/* Bits of a set of classes. */
enum {
	TK_CHAR_SPACE = 1,   /* White_Space */
	TK_CHAR_NUMERIC = 2, /* Nd, Nl, No: char::is_numeric */
	TK_CHAR_DIGIT = 4,   /* Nd: \d */
	TK_CHAR_PUNCT = 8,   /* P*, as of Unicode 8.0, and all marks of ASCII */
	TK_CHAR_WORD = 16,   /* \w: Alphabetic, M*, Nd, Pc, Join_Control */
	TK_CHAR_MARK = 32,   /* M*, as of Unicode 9.0 */
	TK_CHAR_ALL = 63
};

/* Is c in any of these classes? */
bool tk_char_is(uint32_t c, unsigned classes, struct tk_unicode unicode);

/* Was c assigned in this version? */
bool tk_char_known(uint32_t c, struct tk_unicode unicode);

/* Lower case of c alone, without context: one character, or the two that
 * U+0130 has. Returns how many. */
int tk_char_lower(uint32_t c, struct tk_unicode unicode, uint32_t lower[2]);

#endif
