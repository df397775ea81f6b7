/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 as Unicode defines it (15.0, table 3-7): no surrogates, nothing
 * overlong, nothing above U+10FFFF. */
#ifndef TK_UTF8_H
#define TK_UTF8_H

#include <stdbool.h>

#include "tok/base.h"

/* Length of the well-formed character that s begins with, 1 to 4, its code
 * point in *c; 0 if s begins with none (or is empty), *c unchanged. */
static inline size_t tk_utf8_decode(tok_bytes s, uint32_t *c)
{
	if (!s.n)
		return 0;

	uint8_t a = s.p[0];
	if (a < 0x80) {
		*c = a;
		return 1;
	}
	if (a < 0xC2 || a > 0xF4 || s.n < 2)
		return 0;

	uint8_t b = s.p[1];
	if (a < 0xE0) {
		if ((b & 0xC0) != 0x80)
			return 0;
		*c = (uint32_t)(a & 0x1F) << 6 | (b & 0x3F);
		return 2;
	}
	/* The second byte has a narrower range after E0, ED, F0 and F4. */
	uint8_t low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
	uint8_t high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;
	if (b < low || b > high || s.n < 3 || (s.p[2] & 0xC0) != 0x80)
		return 0;
	if (a < 0xF0) {
		*c = (uint32_t)(a & 0x0F) << 12 | (uint32_t)(b & 0x3F) << 6 |
		     (s.p[2] & 0x3F);
		return 3;
	}
	if (s.n < 4 || (s.p[3] & 0xC0) != 0x80)
		return 0;
	*c = (uint32_t)(a & 0x07) << 18 | (uint32_t)(b & 0x3F) << 12 |
	     (uint32_t)(s.p[2] & 0x3F) << 6 | (s.p[3] & 0x3F);
	return 4;
}

/* Is all of s well-formed? */
static inline bool tk_utf8_valid(tok_bytes s)
{
	uint32_t c;

	while (s.n) {
		size_t n = tk_utf8_decode(s, &c);

		if (!n)
			return false;
		s.p += n;
		s.n -= n;
	}
	return true;
}

/* How much of s no further byte can make a part of another character: all but
 * the beginning of one at its end. */
static inline size_t tk_utf8_whole(tok_bytes s)
{
	for (size_t k = 1; k < 4 && k <= s.n; k++) {
		const uint8_t *p = s.p + s.n - k;
		uint8_t whole[4] = {p[0], 0x80, 0x80, 0x80};
		uint32_t c;

		if ((p[0] & 0xC0) == 0x80)
			continue;
		/* A second byte that is not there yet is one that fits. */
		whole[1] = k > 1	   ? p[1]
			   : p[0] == 0xE0 ? 0xA0
			   : p[0] == 0xF0 ? 0x90
					  : 0x80;
		size_t size = tk_utf8_decode((tok_bytes){whole, 4}, &c);
		return size > k ? s.n - k : s.n;
	}
	return s.n;
}

/* Where the character begins that has bytes before and from `at` on; `at`, if
 * there is none. */
static inline size_t tk_utf8_edge(tok_bytes s, size_t at)
{
	uint32_t c;

	for (size_t k = 1; k < 4 && k <= at && at < s.n; k++) {
		const tok_bytes rest = {s.p + at - k, s.n - at + k};

		if (tk_utf8_decode(rest, &c) > k)
			return at - k;
	}
	return at;
}

/* Length of the character at text[at], at < text.n, where text is well-formed;
 * so that loops end in any case, a byte that is none is U+FFFD. */
static inline size_t tk_utf8_at(tok_bytes text, size_t at, uint32_t *c)
{
	*c = 0xFFFD;
	size_t n = tk_utf8_decode((tok_bytes){text.p + at, text.n - at}, c);

	return n ? n : 1;
}

/* Writes c (a scalar value) to out, returns how many bytes, 1 to 4. */
static inline size_t tk_utf8_encode(uint32_t c, uint8_t out[4])
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xC0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xE0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
		out[2] = (uint8_t)(0x80 | (c & 0x3F));
		return 3;
	}
	out[0] = (uint8_t)(0xF0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3F));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3F));
	out[3] = (uint8_t)(0x80 | (c & 0x3F));
	return 4;
}

#endif
