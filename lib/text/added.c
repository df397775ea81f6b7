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
	for (size_t i = 0; i < set->n; i++) {
		if (!t[i].text.n ||
		    (i && tk_bytes_equal(t[i - 1].text, t[i].text)))
			return false;
		uint8_t first = t[i].text.p[0];

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

/* The longest token that text begins with, NULL if it begins with none. *more:
 * there are longer ones that text is the beginning of. */
static const struct tk_added *longest(const struct tk_added_set *set,
				      tok_bytes text, bool *more)
{
	const struct tk_added *found = NULL;
	size_t low = 0, high = set->n;

	*more = false;
	for (size_t depth = 0; low < high; depth++) {
		/* The shortest of a range comes first. */
		if (set->token[low].text.n == depth)
			found = &set->token[low++];
		*more = depth == text.n && low < high;
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

/* Where the white space that ends at `at` begins, not before least. */
static size_t strip_left(tok_bytes text, size_t at, size_t least,
			 struct tk_unicode unicode)
{
	size_t size;

	while (at > least && space_at(text, before(text, at), unicode, &size))
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

/* Text while it is cut. No space is walked over twice, even where each is a
 * token that takes those beside it along. */
struct cutting {
	tok_bytes text;
	size_t base; /* where it lies in the parts' text */
	struct tk_unicode unicode;
	struct tk_parts *to;
	size_t done;      /* the end of the last token */
	size_t space_end; /* of the white space that was last stripped */
};

static tok_status add_part(struct cutting *c, size_t begin, size_t end,
			   tok_id id)
{
	return tk_parts_add(c->to, (struct tk_part){c->base + begin,
						    c->base + end, id});
}

/* A match at text[at]. */
static tok_status add_token(struct cutting *c, const struct tk_added *t,
			    size_t at)
{
	size_t begin = at, end = at + t->text.n;
	tok_status st = TOK_OK;

	if (t->flags & TK_ADDED_LSTRIP) {
		/* A token before may have taken that space already. */
		begin = strip_left(c->text, at, c->done, c->unicode);
		if (begin < c->done)
			begin = c->done;
	}
	if (t->flags & TK_ADDED_RSTRIP) {
		if (end >= c->space_end)
			c->space_end = strip_right(c->text, end, c->unicode);
		end = c->space_end;
	}
	if (c->done < begin)
		st = add_part(c, c->done, begin, -1);
	if (!st)
		st = add_part(c, begin, end, t->id);
	c->done = end;
	return st;
}

tok_status tk_added_cut(const struct tk_added_set *set, tok_bytes text,
			size_t begin, size_t end, struct tk_unicode unicode,
			struct tk_parts *to)
{
	struct cutting c = {
		.text = {text.p + begin, end - begin},
		.base = begin,
		.unicode = unicode,
		.to = to,
	};
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && set->n && at < c.text.n;) {
		const struct tk_added *t = NULL;
		bool more;

		if (may_begin(set, c.text.p[at]))
			t = longest(set, (tok_bytes){c.text.p + at,
						     c.text.n - at}, &more);
		if (!t) {
			at++;
			continue;
		}
		if (!(t->flags & TK_ADDED_SINGLE_WORD) ||
		    stands_alone(c.text, at, at + t->text.n, unicode))
			st = add_token(&c, t, at);
		/* Also a match that does not count hides others in it. */
		at += t->text.n;
	}
	if (st || c.done >= c.text.n)
		return st;
	return add_part(&c, c.done, c.text.n, -1);
}

/* Does what stands behind text[end] decide about a match that ends there?
 * *space_end: of the white space that was last looked at. */
static bool is_open(const struct tk_added *t, tok_bytes text, size_t end,
		    struct tk_unicode unicode, size_t *space_end)
{
	if (!(t->flags & TK_ADDED_RSTRIP))
		return t->flags & TK_ADDED_SINGLE_WORD && end == text.n;
	if (end >= *space_end)
		*space_end = strip_right(text, end, unicode);
	return *space_end == text.n;
}

size_t tk_added_final(const struct tk_added_set *set, tok_bytes text,
		      size_t begin, size_t end, struct tk_unicode unicode)
{
	const tok_bytes part = {text.p + begin, end - begin};
	size_t at = 0, done = 0, space_end = 0;

	while (set->n && at < part.n) {
		const struct tk_added *t = NULL;
		bool more = false;

		if (may_begin(set, part.p[at]))
			t = longest(set, (tok_bytes){part.p + at, part.n - at},
				    &more);
		if (more || (t && is_open(t, part, at + t->text.n, unicode,
					  &space_end)))
			break;
		if (t && (!(t->flags & TK_ADDED_SINGLE_WORD) ||
			  stands_alone(part, at, at + t->text.n, unicode)))
			done = at + t->text.n;
		at += t ? t->text.n : 1;
	}
	/* The next token may take the white space before it along. */
	for (size_t i = 0; i < set->n; i++)
		if (set->token[i].flags & TK_ADDED_LSTRIP)
			return begin + strip_left(part, at, done, unicode);
	return begin + at;
}
