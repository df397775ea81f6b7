/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, strictly: each byte string has one text. */
#include "base/base64.h"

#include "base/buf.h"

/* Six bits, or -1. */
static int value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters to three bytes, or fewer before padding; 0 if malformed. */
static size_t decode_group(const uint8_t *c, uint8_t out[3])
{
	size_t n = c[3] != '=' ? 3 : c[2] != '=' ? 2 : 1;
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		int v = i <= n ? value_of(c[i]) : 0;

		if (v < 0)
			return 0;
		bits = bits << 6 | (uint32_t)v;
	}
	out[0] = (uint8_t)(bits >> 16);
	out[1] = (uint8_t)(bits >> 8);
	out[2] = (uint8_t)bits;
	for (size_t i = n; i < 3; i++)
		if (out[i])
			return 0;
	return n;
}

tok_status tk_base64_decode(tok_bytes text, tok_buf *out)
{
	size_t before = out->n;

	if (text.n % 4)
		return TOK_E_MALFORMED;
	for (size_t i = 0; i < text.n; i += 4) {
		uint8_t group[3];
		size_t n = decode_group(text.p + i, group);
		tok_status st = n ? tk_buf_append(out, group, n)
				  : TOK_E_MALFORMED;

		if (!st && n < 3 && i + 4 < text.n)
			st = TOK_E_MALFORMED;
		if (st) {
			out->n = before;
			return st;
		}
	}
	return TOK_OK;
}
