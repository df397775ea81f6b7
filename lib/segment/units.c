/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes to code points or UTF-16. In: spans of bytes. Out: for each end of
 * them, the units of the characters that begin before it. As positions rise,
 * so do units: what tiled the bytes tiles the units.
 */
#include "segment/units.h"

#include <assert.h>
#include <stdbool.h>

#include "base/utf8.h"

struct cursor {
	tok_bytes rest; /* of the text, from the next character on */
	uint64_t at;    /* where that begins */
	uint64_t units; /* of all characters before it */
};

static uint64_t units_before(struct cursor *c, tok_unit unit, uint64_t at)
{
	while (c->at < at) {
		uint32_t code;

		assert(c->rest.n);
		size_t n = tk_utf8_decode(c->rest, &code);

		/* A pair of surrogates for what has four bytes. */
		c->units += unit == TOK_UNIT_UTF16 && n == 4 ? 2 : 1;
		n += !n;
		c->rest.p += n;
		c->rest.n -= n;
		c->at += n;
	}
	return c->units;
}

uint64_t tk_units_convert(tok_bytes text, tok_unit unit, tok_span *span,
			  size_t n)
{
	struct cursor begin = {text, 0, 0}, end = {text, 0, 0};

	if (unit == TOK_UNIT_BYTE)
		return text.n;
	for (size_t i = 0; i < n; i++) {
		bool falls = span[i].end < end.at;

		span[i].begin = units_before(&begin, unit, span[i].begin);
		if (falls)
			end = begin;
		span[i].end = units_before(&end, unit, span[i].end);
	}
	return units_before(&end, unit, text.n);
}
