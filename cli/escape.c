/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Escapes out and in. put_escaped can be undone: a backslash never stands
 * for itself. It also hides every Unicode blank, so that splitting a line at
 * white space gives the pieces in any language.
 */
#include "escape.h"

#include <string.h>

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c)
			   : NULL;

	return at ? (int)(at - digits) : -1;
}

/* \xH or \xHH; p is behind the x. */
static const char *take_hex(const char *p, uint8_t *out)
{
	int high = hex_digit(p[0]);

	if (high < 0)
		return NULL;
	int low = hex_digit(p[1]);
	*out = (uint8_t)(low < 0 ? high : high * 16 + low);
	return p + (low < 0 ? 1 : 2);
}

/* One to three octal digits, up to \377. */
static const char *take_octal(const char *p, uint8_t *out)
{
	unsigned n = 0, i = 0;

	for (; i < 3 && p[i] >= '0' && p[i] <= '7'; i++)
		n = n * 8 + (unsigned)(p[i] - '0');
	if (!i || n > 255)
		return NULL;
	*out = (uint8_t)n;
	return p + i;
}

/* p is behind a backslash; what follows the escape, or NULL. */
static const char *take_escape(const char *p, uint8_t *out)
{
	static const char letter[] = "ntrabfv\\";
	static const char meant[] = "\n\t\r\a\b\f\v\\";
	const char *at = *p ? strchr(letter, *p) : NULL;

	if (at) {
		*out = (uint8_t)meant[at - letter];
		return p + 1;
	}
	return *p == 'x' ? take_hex(p + 1, out) : take_octal(p, out);
}

bool unescape(const char *text, uint8_t *out, size_t cap, size_t *n)
{
	size_t used = 0;

	while (*text) {
		if (used == cap)
			return false;
		if (*text != '\\') {
			out[used++] = (uint8_t)*text++;
			continue;
		}
		text = take_escape(text + 1, &out[used++]);
		if (!text)
			return false;
	}
	*n = used;
	return true;
}

/* The second byte has a narrower range after E0, ED, F0 and F4 (Unicode
 * 15.0, table 3-7). */
static bool second_fits(uint8_t a, uint8_t b)
{
	uint8_t low = a == 0xE0 ? 0xA0 : a == 0xF0 ? 0x90 : 0x80;
	uint8_t high = a == 0xED ? 0x9F : a == 0xF4 ? 0x8F : 0xBF;

	return b >= low && b <= high;
}

size_t utf8_next(tok_bytes s, uint32_t *c)
{
	if (!s.n)
		return 0;

	uint8_t a = s.p[0];
	if (a < 0x80) {
		*c = a;
		return 1;
	}
	if (a < 0xC2 || a > 0xF4)
		return 0;

	size_t n = a < 0xE0 ? 2 : a < 0xF0 ? 3 : 4;
	if (s.n < n || !second_fits(a, s.p[1]))
		return 0;
	*c = a & (0x7Fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s.p[i] & 0xC0) != 0x80)
			return 0;
		*c = *c << 6 | (s.p[i] & 0x3F);
	}
	return n;
}

/* White_Space and Cc of Unicode; both sets are closed by its policies in all
 * that matters here. */
static bool is_blank(uint32_t c)
{
	return c <= 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x1680 ||
	       (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
	       c == 0x202F || c == 0x205F || c == 0x3000;
}

static void put_hex(struct output *out, uint8_t byte)
{
	static const char digits[] = "0123456789abcdef";
	char text[] = {'\\', 'x', digits[byte >> 4], digits[byte & 15]};

	put(out, text, sizeof(text));
}

void put_escaped(struct output *out, tok_bytes bytes)
{
	while (bytes.n) {
		uint32_t c = 0;
		size_t n = utf8_next(bytes, &c);
		bool hide = !n || c == '\\' || is_blank(c);

		n += !n;
		if (!hide)
			put(out, bytes.p, n);
		for (size_t i = 0; hide && i < n; i++)
			put_hex(out, bytes.p[i]);
		bytes.p += n;
		bytes.n -= n;
	}
}
