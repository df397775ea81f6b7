/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The longest key of a precompiled_charsmap that a text begins with.
 *
 * In: a map's bytes and any text. Out: the key's length and what it becomes.
 * Each unit of the trie is a state; its offset, xor its own place, is the
 * base of its block of 256: base ^ c holds the state after byte c, if its
 * label is c, and base itself the value, if the state has one. That every
 * such block, value and string lies inside the map is checked once for all
 * units, reachable or not, so a lookup checks nothing.
 */
#include "text/charsmap.h"

#include "base/bytes.h"
#include "base/utf8.h"

enum {
	HEAD_SIZE = 4,
	UNIT_SIZE = 4,
	BLOCK_SIZE = 256 * UNIT_SIZE,
	/* The original collects no more keys of one place than that, the
	 * shortest ones. */
	MAX_MATCHES = 32,
	/* Units may form loops: without an end to the keys and to what they
	 * become, a map could take quadratic time, or memory without end.
	 * The longest of SentencePiece's own rules have 33 bytes. */
	MAX_KEY = 4096,
	MAX_STRING = 4096
};

#define LABEL_BITS UINT32_C(0x800000FF)
#define VALUE_BITS UINT32_C(0x7FFFFFFF)

static uint32_t unit_at(const struct tk_charsmap *map, size_t at)
{
	return tk_get32(map->unit + UNIT_SIZE * at);
}

/* A value has a label that is no byte: no state is there. */
static bool is_value(uint32_t unit)
{
	return unit >> 31;
}

static bool has_value(uint32_t unit)
{
	return unit >> 8 & 1;
}

static size_t offset_of(uint32_t unit)
{
	return (size_t)(unit >> 10) << ((unit & 0x200) >> 6);
}

void tk_charsmap_init(struct tk_charsmap *map, tok_bytes charsmap)
{
	*map = (struct tk_charsmap){0};
	if (!charsmap.n)
		return;

	size_t trie_size = tk_get32(charsmap.p);
	map->unit = charsmap.p + HEAD_SIZE;
	map->n_units = trie_size / UNIT_SIZE;
	map->strings = (const char *)map->unit + trie_size;
	map->strings_size = charsmap.n - HEAD_SIZE - trie_size;
}

/* Does every string end, and soon? */
static bool strings_end(const struct tk_charsmap *map)
{
	size_t n = 0;

	for (size_t i = 0; i < map->strings_size; i++) {
		n = map->strings[i] ? n + 1 : 0;
		if (n > MAX_STRING)
			return false;
	}
	return n == 0;
}

static bool stays_inside(const struct tk_charsmap *map, size_t at)
{
	uint32_t unit = unit_at(map, at);

	/* The root's label is never looked at. */
	if (at && is_value(unit))
		return true;
	/* n_units is made of whole blocks: base is in one, or in none. */
	size_t base = at ^ offset_of(unit);
	if (base >= map->n_units)
		return false;
	return !has_value(unit) ||
	       (unit_at(map, base) & VALUE_BITS) < map->strings_size;
}

int tk_charsmap_valid(tok_bytes charsmap)
{
	struct tk_charsmap map;

	if (!charsmap.n)
		return 1;
	if (charsmap.n < HEAD_SIZE)
		return 0;

	size_t trie_size = tk_get32(charsmap.p);
	if (!trie_size || trie_size % BLOCK_SIZE ||
	    trie_size > charsmap.n - HEAD_SIZE)
		return 0;
	tk_charsmap_init(&map, charsmap);
	if (!strings_end(&map))
		return 0;
	for (size_t i = 0; i < map.n_units; i++)
		if (!stays_inside(&map, i))
			return 0;
	return 1;
}

/* The longest of the n_most shortest keys. */
static size_t match(const struct tk_charsmap *map, tok_bytes text, int n_most,
		    tok_bytes *to)
{
	size_t n = text.n < MAX_KEY ? text.n : MAX_KEY;
	size_t length = 0, base, value_at = 0;
	int n_matches = 0;

	if (!map->n_units)
		return 0;
	base = offset_of(unit_at(map, 0));
	for (size_t i = 0; i < n && n_matches < n_most; i++) {
		size_t at = base ^ text.p[i];
		uint32_t unit = unit_at(map, at);

		if ((unit & LABEL_BITS) != text.p[i])
			break;
		base = at ^ offset_of(unit);
		if (has_value(unit)) {
			length = i + 1;
			value_at = base;
			n_matches++;
		}
	}
	if (!length)
		return 0;
	const char *s = map->strings + (unit_at(map, value_at) & VALUE_BITS);
	*to = (tok_bytes){(const uint8_t *)s, strlen(s)};
	return length;
}

/* All units but the root, reachable or not. */
bool tk_charsmap_holds(const struct tk_charsmap *map, uint8_t byte)
{
	for (size_t at = 1; at < map->n_units; at++) {
		uint32_t unit = unit_at(map, at);

		if (is_value(unit))
			continue;
		unit = unit_at(map, at ^ offset_of(unit) ^ byte);
		if ((unit & LABEL_BITS) == byte)
			return true;
	}
	return false;
}

size_t tk_charsmap_match(const struct tk_charsmap *map, tok_bytes text,
			 tok_bytes *to)
{
	return match(map, text, MAX_MATCHES, to);
}

size_t tk_charsmap_shortest(const struct tk_charsmap *map, tok_bytes text,
			    tok_bytes *to)
{
	return match(map, text, 1, to);
}

int tk_charsmap_is_text(tok_bytes charsmap)
{
	struct tk_charsmap map;

	tk_charsmap_init(&map, charsmap);
	tok_bytes strings = {(const uint8_t *)map.strings, map.strings_size};
	if (!tk_utf8_valid(strings))
		return 0;
	/* What keys become begins where a character does. */
	for (size_t i = 0; i < map.n_units; i++) {
		uint32_t unit = unit_at(&map, i);
		size_t base = i ^ offset_of(unit);

		if (has_value(unit) && !(i && is_value(unit)) &&
		    (map.strings[unit_at(&map, base) & VALUE_BITS] & 0xC0) ==
			    0x80)
			return 0;
	}
	return 1;
}

/* Letters begin keys, as marks may follow; a look at the next byte tells. */
static bool may_begin(const struct tk_charsmap *map, size_t root,
		      const uint8_t *p, size_t n)
{
	size_t at = root ^ p[0];
	uint32_t unit = unit_at(map, at);

	if ((unit & LABEL_BITS) != p[0])
		return false;
	if (has_value(unit) || n == 1)
		return has_value(unit);
	unit = unit_at(map, at ^ offset_of(unit) ^ p[1]);
	return (unit & LABEL_BITS) == p[1];
}

bool tk_charsmap_goes_on(const struct tk_charsmap *map, uint8_t a, uint8_t b)
{
	if (!map->n_units)
		return false;

	size_t at = offset_of(unit_at(map, 0)) ^ a;
	uint32_t unit = unit_at(map, at);
	if ((unit & LABEL_BITS) != a)
		return false;
	unit = unit_at(map, at ^ offset_of(unit) ^ b);
	return (unit & LABEL_BITS) == b;
}

bool tk_charsmap_is_open(const struct tk_charsmap *map, tok_bytes text)
{
	size_t base = map->n_units ? offset_of(unit_at(map, 0)) : 0;
	int n_matches = 0;

	if (!map->n_units || text.n >= MAX_KEY)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		size_t at = base ^ text.p[i];
		uint32_t unit = unit_at(map, at);

		if ((unit & LABEL_BITS) != text.p[i])
			return false;
		base = at ^ offset_of(unit);
		n_matches += has_value(unit);
	}
	for (unsigned c = 0; c < 256 && n_matches < MAX_MATCHES; c++)
		if ((unit_at(map, base ^ c) & LABEL_BITS) == c)
			return true;
	return false;
}

size_t tk_charsmap_plain(const struct tk_charsmap *map, tok_bytes text)
{
	size_t n = 0, root = map->n_units ? offset_of(unit_at(map, 0)) : 0;

	while (n < text.n && text.p[n] < 0x80 && text.p[n] != ' ' &&
	       !(map->n_units &&
		 may_begin(map, root, text.p + n, text.n - n)))
		n++;
	return n;
}
