/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads off a map of characters which ASCII it leaves alone. In: a form. Out:
 * a class for each byte. A byte stays if no key is that byte alone, and none
 * begins with it and another byte of ASCII: then, where ASCII follows, none
 * begins with it at all. Nothing is plain where what stands beside could
 * swallow it: characters that are not whole, of symbols or of the map.
 */
#include "text/plain.h"

#include <string.h>

#include "base/compiler.h"

enum { N_ASCII = 0x80 };

/*
 * Do characters end with text, wherever in it one begins to look? Segmenting
 * goes by first bytes: one that announces more would take the space behind it
 * into its character.
 */
static bool ends_characters(const uint8_t *p, size_t n)
{
	for (size_t i = n < 3 ? 0 : n - 3; i < n; i++) {
		size_t size = p[i] >= 0xF0   ? 4
			      : p[i] >= 0xE0 ? 3
			      : p[i] >= 0xC0 ? 2
					     : 1;

		if (size > n - i)
			return false;
	}
	return true;
}

static bool values_end_characters(const struct tk_charsmap *map)
{
	const uint8_t *p = (const uint8_t *)map->strings;

	for (size_t at = 0, n; at < map->strings_size; at += n + 1) {
		n = strlen(map->strings + at);
		if (!ends_characters(p + at, n))
			return false;
	}
	return true;
}

static uint8_t class_of(const struct tk_charsmap *map, uint8_t byte)
{
	tok_bytes to = {&byte, 1};
	size_t n = tk_charsmap_match(map, to, &to);

	for (unsigned next = 0; next < N_ASCII; next++)
		if (tk_charsmap_goes_on(map, byte, (uint8_t)next))
			return 0;
	if (to.n == 1 && to.p[0] == ' ')
		return TK_PLAIN_SPACE;
	return n ? 0 : TK_PLAIN_STAYS;
}

/* Of characters that begin with these two bytes, does none begin a key? Those
 * that UTF-8 has not (overlong, surrogates) do not stay. */
static bool both_stay(const struct tk_charsmap *map, uint8_t a, uint8_t b)
{
	if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b >= 0xA0))
		return false;
	const tok_bytes first = {&a, 1};
	tok_bytes to;

	return !tk_charsmap_match(map, first, &to) &&
	       !tk_charsmap_goes_on(map, a, b);
}

void tk_plain_find(struct tk_plain *plain, const struct tk_sp_form *form)
{
	struct tk_charsmap map;

	*plain = (struct tk_plain){.printable = true, .low = true};
	tk_charsmap_init(&map, form->charsmap);
	for (unsigned i = 0; i < N_ASCII; i++) {
		uint8_t *class = &plain->class[i];

		*class = class_of(&map, (uint8_t)i);
		if (*class == TK_PLAIN_SPACE &&
		    tk_charsmap_holds(&map, (uint8_t)i))
			*class = 0;
		if (*class == TK_PLAIN_SPACE && i > ' ')
			plain->low = false;
	}
	for (unsigned i = 0; i < 16 * 64; i++)
		if (both_stay(&map, (uint8_t)(0xE0 | i >> 6),
			      (uint8_t)(0x80 | (i & 63))))
			plain->stays[i >> 6] |= UINT64_C(1) << (i & 63);
	plain->works = plain->class[' '] == TK_PLAIN_SPACE &&
		       !form->treat_whitespace_as_suffix &&
		       values_end_characters(&map);
	for (int i = '!'; i <= '~'; i++)
		plain->printable &= plain->class[i] == TK_PLAIN_STAYS;
}

void tk_plain_exclude(struct tk_plain *plain, tok_bytes symbol)
{
	plain->works &= ends_characters(symbol.p, symbol.n);
	for (size_t i = 0; i < symbol.n; i++)
		if (plain->class[symbol.p[i]] & TK_PLAIN_SPACE)
			plain->works = false;
	plain->class[symbol.p[0]] = 0;
	if (symbol.p[0] >> 4 == 0xE)
		plain->stays[symbol.p[0] & 15] = 0;
	plain->printable &= symbol.p[0] < '!' || symbol.p[0] > '~';
}
