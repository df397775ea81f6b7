/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns. In: UTF-8 and a place in it. Out: the leftmost match from there
 * on; at one place the first alternative that matches, as long as it can be.
 */
#include "text/pattern.h"

#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"

/* With the length of a pattern bounded, so that a search is linear. */
enum { MAX_LEAST = 255, PAD = 4 };

static tok_status add32(tok_buf *buf, uint64_t v)
{
	uint8_t b[4];

	tk_put32(b, (uint32_t)v);
	return tk_buf_append(buf, b, sizeof(b));
}

static size_t padded(size_t n)
{
	return (n + PAD - 1) / PAD * PAD;
}

tok_status tk_pattern_add_string(tok_buf *pattern, tok_bytes string)
{
	static const uint8_t zero[PAD] = {0};
	tok_status st = add32(pattern, string.n);

	if (!st)
		st = tk_buf_append(pattern, string.p, string.n);
	return st ? st
		  : tk_buf_append(pattern, zero,
				  padded(string.n) - string.n);
}

tok_status tk_pattern_add_run(tok_buf *pattern, const struct tk_run_of *run)
{
	tok_status st = add32(pattern, 0);

	if (!st)
		st = add32(pattern, run->classes);
	if (!st)
		st = add32(pattern, run->n_singles);
	for (size_t i = 0; !st && i < run->n_singles; i++)
		st = add32(pattern, run->single[i]);
	if (!st)
		st = add32(pattern, run->negated);
	if (!st)
		st = add32(pattern, run->least);
	return st ? st : add32(pattern, run->most);
}

/* An alternative as it lies in a pattern. */
struct alternative {
	tok_bytes string; /* empty: a run */
	unsigned classes;
	const uint8_t *single;
	size_t n_singles;
	bool negated;
	uint32_t least, most;
};

/* Takes the next alternative off *rest; false if it is none. */
static bool next_alternative(tok_bytes *rest, struct alternative *a)
{
	if (rest->n < 4)
		return false;

	size_t n = tk_get32(rest->p), size = 4 + padded(n);
	*a = (struct alternative){.string = {rest->p + 4, n}};
	if (!n) {
		if (rest->n < 12)
			return false;
		a->classes = tk_get32(rest->p + 4);
		a->n_singles = tk_get32(rest->p + 8);
		a->single = rest->p + 12;
		size = 24 + 4 * a->n_singles;
	}
	if (a->n_singles > rest->n || n > rest->n || size > rest->n)
		return false;
	if (!n) {
		a->negated = tk_get32(rest->p + size - 12) != 0;
		a->least = tk_get32(rest->p + size - 8);
		a->most = tk_get32(rest->p + size - 4);
	}
	rest->p += size;
	rest->n -= size;
	return true;
}

int tk_pattern_valid(tok_bytes pattern)
{
	struct alternative a;

	if (!pattern.n || pattern.n > TK_MAX_PATTERN)
		return 0;
	while (pattern.n)
		if (!next_alternative(&pattern, &a) ||
		    !tk_utf8_valid(a.string) ||
		    (!a.string.n && (a.classes & ~(unsigned)TK_CHAR_ALL)) ||
		    (!a.string.n && (!a.least || a.least > MAX_LEAST)) ||
		    (a.most && a.most < a.least))
			return 0;
	return 1;
}

static bool holds(const struct alternative *a, uint32_t c,
		  struct tk_unicode unicode)
{
	bool in = a->classes && tk_char_is(c, a->classes, unicode);

	for (size_t i = 0; !in && i < a->n_singles; i++)
		in = tk_get32(a->single + 4 * i) == c;
	return in != a->negated;
}

/* The end of what an alternative matches at `at`; at itself if nothing. */
static size_t match(const struct alternative *a, tok_bytes text, size_t at,
		    struct tk_unicode unicode)
{
	tok_bytes rest = {text.p + at, text.n - at};
	size_t end = at;
	uint32_t n = 0, c;

	if (a->string.n)
		return rest.n >= a->string.n &&
				       !memcmp(rest.p, a->string.p,
					       a->string.n)
			       ? at + a->string.n
			       : at;
	while (rest.n && (!a->most || n < a->most)) {
		size_t size = tk_utf8_at(rest, 0, &c);

		if (!holds(a, c, unicode))
			break;
		rest.p += size;
		rest.n -= size;
		end += size;
		n++;
	}
	return n >= a->least ? end : at;
}

/* The only alternative is a string: libc looks for its first byte. */
static size_t find_string(tok_bytes string, tok_bytes text, size_t at,
			  size_t *end)
{
	while (text.n - at >= string.n) {
		const uint8_t *p = memchr(text.p + at, string.p[0],
					  text.n - at - string.n + 1);

		if (!p)
			break;
		at = (size_t)(p - text.p);
		*end = at + string.n;
		if (!memcmp(p, string.p, string.n))
			return at;
		at++;
	}
	*end = text.n;
	return text.n;
}

/*
 * A run that is too short is looked at once more from each of its characters;
 * a character that begins no run is looked at once an alternative.
 */
size_t tk_pattern_find(tok_bytes pattern, tok_bytes text, size_t at,
		       struct tk_unicode unicode, size_t *end)
{
	struct alternative a;
	tok_bytes rest = pattern;
	uint32_t c;

	(void)next_alternative(&rest, &a);
	if (!rest.n && a.string.n)
		return find_string(a.string, text, at, end);
	while (at < text.n) {
		rest = pattern;
		while (rest.n && next_alternative(&rest, &a)) {
			*end = match(&a, text, at, unicode);
			if (*end > at)
				return at;
		}
		at += tk_utf8_at(text, at, &c);
	}
	*end = text.n;
	return text.n;
}

/* Does it take the end of text to say what an alternative matches at `at`? */
static bool touches(const struct alternative *a, tok_bytes text, size_t at,
		    struct tk_unicode unicode)
{
	tok_bytes rest = {text.p + at, text.n - at};
	uint32_t n = 0, c;

	if (a->string.n)
		return rest.n < a->string.n &&
		       !memcmp(rest.p, a->string.p, rest.n);
	for (; rest.n && (!a->most || n < a->most); n++) {
		size_t size = tk_utf8_at(rest, 0, &c);

		if (!holds(a, c, unicode))
			return false;
		rest.p += size;
		rest.n -= size;
	}
	return !a->most || n < a->most;
}

size_t tk_pattern_final(tok_bytes pattern, tok_bytes text, size_t at,
			struct tk_unicode unicode, bool *surely)
{
	struct alternative a;
	uint32_t c;

	*surely = false;
	while (at < text.n) {
		tok_bytes rest = pattern;
		size_t end = at;
		bool open = false;

		while (rest.n && end == at && next_alternative(&rest, &a)) {
			open |= touches(&a, text, at, unicode);
			end = match(&a, text, at, unicode);
		}
		if (open) {
			*surely = end > at;
			return at;
		}
		at = end > at ? end : at + tk_utf8_at(text, at, &c);
	}
	return text.n;
}
