/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The steps that rewrite a part. In: its text. Out: new text, and where each
 * byte came from as tokenizers 0.23 reports it, odd as that is in places.
 */
#include <string.h>

#include "base/utf8.h"
#include "text/byte_level.h"
#include "text/charsmap.h"
#include "text/grapheme.h"
#include "text/pattern.h"
#include "text/steps.h"

/* The character at `at`; parts hold UTF-8. */
static size_t next(const struct tk_rewrite *w, size_t at, uint32_t *c)
{
	return tk_utf8_at((tok_bytes){w->from->text.p, w->end}, at, c);
}

static tok_status copy(struct tk_rewrite *w, size_t begin, size_t end)
{
	return tk_parts_copy(w->to, w->from, begin, end);
}

static bool is_nmt_control(uint32_t c)
{
	return (c >= 1 && c <= 8) || c == 0xB || (c >= 0xE && c <= 0x1F) ||
	       c == 0x7F || c == 0x8F || c == 0x9F;
}

static bool is_nmt_space(uint32_t c)
{
	return c == 9 || c == 0xA || c == 0xC || c == 0xD || c == 0x1680 ||
	       (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 ||
	       c == 0x2581 || c == 0xFEFF || c == 0xFFFD;
}

/* Of one character alone: how many it becomes. */
static int change_one(const struct tk_step *step, struct tk_unicode unicode,
		      uint32_t c, uint32_t to[2])
{
	to[0] = c;
	switch (step->kind) {
	case TK_STEP_NMT:
		if (is_nmt_control(c))
			return 0;
		to[0] = is_nmt_space(c) ? ' ' : c;
		return 1;
	case TK_STEP_STRIP_ACCENTS:
		return !tk_char_is(c, TK_CHAR_MARK, unicode);
	default:
		return tk_char_lower(c, unicode, to);
	}
}

/* Character by character; stretches that stay are copied together. */
static tok_status each(const struct tk_step *step, struct tk_unicode unicode,
		       struct tk_rewrite *w)
{
	size_t kept = w->begin;
	tok_status st = TOK_OK;

	while (!st && w->at < w->end) {
		uint32_t c, to[2];
		size_t size = next(w, w->at, &c);
		int n = change_one(step, unicode, c, to);

		if (n == 1 && to[0] == c) {
			w->at += size;
			continue;
		}
		st = copy(w, kept, w->at);
		for (int i = 0; !st && i < n; i++)
			st = tk_rewrite_put(w, to[i], i ? 1 : 0);
		/* What became nothing was not stepped over. */
		if (!n)
			w->at += size;
		kept = w->at;
	}
	return st ? st : copy(w, kept, w->end);
}

static tok_status strip(const struct tk_step *step, struct tk_unicode unicode,
			struct tk_rewrite *w)
{
	size_t begin = w->begin, end = w->begin, size;
	bool left = step->arg & 1, right = step->arg & 2;
	uint32_t c;

	while (left && begin < w->end) {
		size = next(w, begin, &c);
		if (!tk_char_is(c, TK_CHAR_SPACE, unicode))
			break;
		begin += size;
	}
	for (size_t at = begin; at < w->end; at += size) {
		size = next(w, at, &c);
		if (!right || !tk_char_is(c, TK_CHAR_SPACE, unicode))
			end = at + size;
	}
	return begin < end ? copy(w, begin, end) : TOK_OK;
}

/* Of the map's rewriting: a character is put when the next one comes, since
 * what becomes nothing is added to what the one before stands for. */
struct mapping {
	struct tk_rewrite *w;
	uint32_t c;
	int64_t change;
	bool has_last;
};

static tok_status push(struct mapping *m, uint32_t c, int64_t change)
{
	tok_status st = m->has_last ? tk_rewrite_put(m->w, m->c, m->change)
				    : TOK_OK;

	*m = (struct mapping){m->w, c, change, true};
	return st;
}

static int64_t n_characters(tok_bytes text)
{
	int64_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += (text.p[i] & 0xC0) != 0x80;
	return n;
}

/* n old characters become text. */
static tok_status map_to(struct mapping *m, int64_t n, tok_bytes text)
{
	int64_t i = 0;
	tok_status st = TOK_OK;

	for (; !st && text.n; i++) {
		uint32_t c;
		size_t size = tk_utf8_at(text, 0, &c);

		st = push(m, c, i >= n ? 1 : 0);
		text.p += size;
		text.n -= size;
	}
	if (i < n && m->has_last)
		m->change += i - n;
	return st;
}

/* A grapheme of several characters, or one that the map does not have. */
static tok_status map_each(struct mapping *m, const struct tk_charsmap *map,
			   tok_bytes grapheme)
{
	tok_status st = TOK_OK;
	tok_bytes to;
	uint32_t c;

	while (!st && grapheme.n) {
		size_t size = tk_utf8_at(grapheme, 0, &c);
		tok_bytes one = {grapheme.p, size};

		st = tk_charsmap_shortest(map, one, &to) ? map_to(m, 1, to)
							 : push(m, c, 0);
		grapheme.p += size;
		grapheme.n -= size;
	}
	return st;
}

static tok_status charsmap(const struct tk_step *step,
			   struct tk_unicode unicode, struct tk_rewrite *w)
{
	enum { SHORT = 6 /* bytes; the original looks no further */ };
	tok_bytes text = {w->from->text.p, w->end}, to;
	struct mapping m = {.w = w};
	struct tk_charsmap map;
	tok_status st = TOK_OK;

	tk_charsmap_init(&map, step->a);
	for (size_t at = w->begin; !st && at < w->end;) {
		size_t end = tk_grapheme_end(text, at, unicode);
		tok_bytes grapheme = {text.p + at, end - at};

		/* The shortest key; the rest of the grapheme goes with it. */
		if (grapheme.n < SHORT &&
		    tk_charsmap_shortest(&map, grapheme, &to))
			st = map_to(&m, n_characters(grapheme), to);
		else
			st = map_each(&m, &map, grapheme);
		at = end;
	}
	if (!st && m.has_last)
		st = tk_rewrite_put(w, m.c, m.change);
	return st;
}

static tok_status replace(const struct tk_step *step,
			  struct tk_unicode unicode, struct tk_rewrite *w)
{
	tok_bytes text = {w->from->text.p, w->end};
	tok_status st = TOK_OK;

	for (size_t at = w->begin; !st && at < w->end;) {
		size_t end, match = tk_pattern_find(step->a, text, at,
						    unicode, &end);

		st = copy(w, at, match);
		if (!st && match < w->end)
			st = tk_rewrite_replace(w, end, step->b);
		at = end;
	}
	return st;
}

static tok_status prepend(const struct tk_step *step, struct tk_rewrite *w)
{
	size_t n = w->end - w->begin;
	const uint8_t *p = w->from->text.p + w->begin;
	bool missing = n < step->a.n || memcmp(p, step->a.p, step->a.n) != 0;
	tok_status st = TOK_OK;

	if (n && step->arg == TK_PREPEND_FIRST)
		missing = missing && w->from->from[w->begin].begin == 0;
	if (n && (missing || step->arg == TK_PREPEND_ALWAYS))
		st = tk_parts_put(w->to, step->a,
				  w->to->tracks ? w->from->from[w->begin]
						: (tok_span){0, 0});
	return st ? st : copy(w, w->begin, w->end);
}

/* The second byte of a character and on stand beside the first. */
static tok_status byte_level(struct tk_rewrite *w)
{
	const uint8_t *p = w->from->text.p;
	tok_status st = TOK_OK;

	for (size_t i = w->begin; !st && i < w->end; i++)
		st = tk_rewrite_put(w, tk_byte_level_char(p[i]),
				    (p[i] & 0xC0) == 0x80);
	return st;
}

tok_status tk_step_rewrite(const struct tk_step *step,
			   struct tk_unicode unicode, struct tk_forms *forms,
			   struct tk_rewrite *w)
{
	switch (step->kind) {
	case TK_STEP_FORM:
		return tk_forms_apply(forms, (enum tk_form)step->arg, w);
	case TK_STEP_STRIP:
		return strip(step, unicode, w);
	case TK_STEP_CHARSMAP:
		return charsmap(step, unicode, w);
	case TK_STEP_REPLACE:
		return replace(step, unicode, w);
	case TK_STEP_PREPEND:
		return prepend(step, w);
	case TK_STEP_BYTE_LEVEL:
		return byte_level(w);
	default:
		return each(step, unicode, w);
	}
}
