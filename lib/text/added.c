/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Added tokens. In: text. Out: its parts, tokens and what is between them.
 * The tokens are sorted, so that those that go on like the text are always a
 * range of them, which each further byte makes smaller.
 */
#include "text/added.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/utf8.h"

static int by_text(const void *a, const void *b)
{
	const struct tk_added *x = a, *y = b;

	return tk_bytes_cmp(x->text, y->text);
}

bool tk_added_sort(struct tk_added_set *set)
{
	struct tk_added *t = set->token;

	if (set->n)
		qsort(t, set->n, sizeof(*t), by_text);
	while (set->n_empty < set->n && !t[set->n_empty].text.n)
		set->n_empty++;
	for (size_t i = set->n_empty; i < set->n; i++) {
		uint8_t first = t[i].text.p[0];

		if (i && tk_bytes_equal(t[i - 1].text, t[i].text))
			return false;
		set->first[first >> 6] |= UINT64_C(1) << (first & 63);
	}
	return true;
}

static bool may_begin(const struct tk_added_set *set, uint8_t b)
{
	return set->first[b >> 6] >> (b & 63) & 1;
}

/* The first token in [low, high) whose byte at depth is >= b; all of them
 * agree before depth and are longer. */
static size_t lower(const struct tk_added_set *set, size_t low, size_t high,
		    size_t depth, unsigned b)
{
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (set->token[mid].text.p[depth] < b)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The longest token that text begins with, NULL if it begins with none. */
static const struct tk_added *longest(const struct tk_added_set *set,
				      tok_bytes text)
{
	const struct tk_added *found = NULL;
	size_t low = set->n_empty, high = set->n;

	for (size_t depth = 0; low < high; depth++) {
		/* The shortest of a range comes first. */
		if (set->token[low].text.n == depth)
			found = &set->token[low++];
		if (depth == text.n)
			break;
		unsigned b = text.p[depth];
		low = lower(set, low, high, depth, b);
		high = lower(set, low, high, depth, b + 1);
	}
	return found;
}

static bool word_at(tok_bytes text, size_t at, struct tk_unicode unicode)
{
	uint32_t c;

	return tk_utf8_decode((tok_bytes){text.p + at, text.n - at}, &c) &&
	       tk_char_is(c, TK_CHAR_WORD, unicode);
}

/* The beginning of the character that ends at `at`; text is UTF-8. */
static size_t before(tok_bytes text, size_t at)
{
	do
		at--;
	while (at && (text.p[at] & 0xC0) == 0x80);
	return at;
}

static bool space_at(tok_bytes text, size_t at, struct tk_unicode unicode,
		     size_t *size)
{
	uint32_t c;

	*size = tk_utf8_decode((tok_bytes){text.p + at, text.n - at}, &c);
	return *size && tk_char_is(c, TK_CHAR_SPACE, unicode);
}

static bool stands_alone(tok_bytes text, size_t begin, size_t end,
			 struct tk_unicode unicode)
{
	return !(begin && word_at(text, before(text, begin), unicode)) &&
	       !word_at(text, end, unicode);
}

/* Where the white space that ends at `at` begins. */
static size_t strip_left(tok_bytes text, size_t at, struct tk_unicode unicode)
{
	size_t size;

	while (at && space_at(text, before(text, at), unicode, &size))
		at = before(text, at);
	return at;
}

static size_t strip_right(tok_bytes text, size_t at, struct tk_unicode unicode)
{
	size_t size;

	while (space_at(text, at, unicode, &size))
		at += size;
	return at;
}

/* A match at text[at, stop), to be put behind what ends at *done. */
static tok_status add_token(const struct tk_added *t, tok_bytes text,
			    size_t base, size_t at, size_t *done,
			    struct tk_unicode unicode, struct tk_parts *parts)
{
	size_t begin = at, end = at + t->text.n;
	tok_status st = TOK_OK;

	if (t->flags & TK_ADDED_LSTRIP) {
		begin = strip_left(text, at, unicode);
		/* A token before may have taken that space already. */
		if (begin < *done)
			begin = *done;
	}
	if (t->flags & TK_ADDED_RSTRIP)
		end = strip_right(text, end, unicode);
	if (*done < begin)
		st = tk_parts_add(parts, (struct tk_part){
						 base + *done, base + begin,
						 -1});
	if (!st)
		st = tk_parts_add(parts, (struct tk_part){
						 base + begin, base + end,
						 t->id});
	*done = end;
	return st;
}

tok_status tk_added_cut(const struct tk_added_set *set, tok_bytes text,
			size_t begin, size_t end, struct tk_unicode unicode,
			struct tk_parts *to)
{
	tok_bytes inside = {text.p + begin, end - begin};
	size_t done = 0, at = 0;
	tok_status st = TOK_OK;

	while (!st && set->n && at < inside.n) {
		const struct tk_added *t = NULL;

		if (may_begin(set, inside.p[at]))
			t = longest(set, (tok_bytes){inside.p + at,
						     inside.n - at});
		if (!t) {
			at++;
			continue;
		}
		if (!(t->flags & TK_ADDED_SINGLE_WORD) ||
		    stands_alone(inside, at, at + t->text.n, unicode))
			st = add_token(t, inside, begin, at, &done, unicode,
				       to);
		/* Also a match that does not count hides others in it. */
		at += t->text.n;
	}
	if (st || done >= inside.n)
		return st;
	return tk_parts_add(to, (struct tk_part){begin + done, end, -1});
}
