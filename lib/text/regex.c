/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The few regular expressions that published tokenizers hold. In: Oniguruma's
 * syntax. Out: a pattern that finds the same, or a refusal: a regular
 * expression is never guessed at.
 */
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "text/pattern.h"

enum { MAX_SET = 64, MAX_COUNT = 255 };

struct reading {
	tok_bytes rest;
	uint32_t single[MAX_SET];
	struct tk_run_of run;
};

static bool next(struct reading *r, uint32_t *c)
{
	size_t n = tk_utf8_decode(r->rest, c);

	r->rest.p += n;
	r->rest.n -= n;
	return n != 0;
}

static bool next_is(const struct reading *r, char c)
{
	return r->rest.n && r->rest.p[0] == (uint8_t)c;
}

static bool add_single(struct reading *r, uint32_t c)
{
	if (r->run.n_singles == MAX_SET)
		return false;
	r->single[r->run.n_singles++] = c;
	return true;
}

/* What follows a backslash. */
static bool read_escape(struct reading *r)
{
	uint32_t c;

	if (!next(r, &c))
		return false;
	switch (c) {
	case 's':
		r->run.classes |= TK_CHAR_SPACE;
		return true;
	case 'd':
		r->run.classes |= TK_CHAR_DIGIT;
		return true;
	case 'n':
		return add_single(r, '\n');
	case 'r':
		return add_single(r, '\r');
	case 't':
		return add_single(r, '\t');
	default:
		/* Other letters and digits have meanings of their own. */
		return tk_char_is(c, TK_CHAR_PUNCT, (struct tk_unicode){1, 1}) &&
		       add_single(r, c);
	}
}

/* Behind "[". No ranges, classes by name, or sets in sets. */
static bool read_set(struct reading *r)
{
	uint32_t c;

	if (next_is(r, '^')) {
		r->run.negated = true;
		(void)next(r, &c);
	}
	for (bool any = false; next(r, &c); any = true) {
		if (c == ']')
			return any;
		if (c == '\\') {
			if (!read_escape(r))
				return false;
		} else if (c < 0x80 && strchr("[&-^", (int)c)) {
			return false;
		} else if (!add_single(r, c)) {
			return false;
		}
	}
	return false;
}

static bool read_number(struct reading *r, uint32_t *n)
{
	bool any = false;
	uint32_t c;

	*n = 0;
	while (r->rest.n && r->rest.p[0] >= '0' && r->rest.p[0] <= '9') {
		(void)next(r, &c);
		*n = *n * 10 + (c - '0');
		any = true;
		if (*n > MAX_COUNT)
			return false;
	}
	return any;
}

/* How many of them; a second quantifier would be another expression. */
static bool read_quantifier(struct reading *r)
{
	uint32_t c;

	r->run.least = r->run.most = 1;
	if (next_is(r, '+')) {
		(void)next(r, &c);
		r->run.most = 0;
	} else if (next_is(r, '{')) {
		(void)next(r, &c);
		if (!read_number(r, &r->run.least))
			return false;
		r->run.most = r->run.least;
		if (next_is(r, ',')) {
			(void)next(r, &c);
			r->run.most = 0;
			if (!next_is(r, '}') && !read_number(r, &r->run.most))
				return false;
		}
		if (!next(r, &c) || c != '}' || !r->run.least ||
		    (r->run.most && r->run.most < r->run.least))
			return false;
	}
	return !r->rest.n || next_is(r, '|');
}

static bool read_run(struct reading *r)
{
	uint32_t c;

	r->run = (struct tk_run_of){.single = r->single};
	if (!next(r, &c))
		return false;
	bool good = c == '\\'  ? read_escape(r)
		    : c == '[' ? read_set(r)
		    : c < 0x80 && strchr(".*+?{}()|^$]", (int)c)
			    ? false
			    : add_single(r, c);
	return good && read_quantifier(r);
}

/* No character of it has a meaning. */
static bool is_plain(tok_bytes regex)
{
	for (size_t i = 0; i < regex.n; i++)
		if (!regex.p[i] || strchr("\\[].*+?{}()|^$", regex.p[i]))
			return false;
	return regex.n > 0;
}

tok_status tk_pattern_add_regex(tok_buf *pattern, tok_bytes regex)
{
	struct reading r = {.rest = regex};
	uint32_t c;

	if (is_plain(regex))
		return tk_pattern_add_string(pattern, regex);
	for (;;) {
		if (!read_run(&r))
			return TOK_E_UNSUPPORTED;
		tok_status st = tk_pattern_add_run(pattern, &r.run);
		if (st || !r.rest.n)
			return st;
		(void)next(&r, &c); /* the bar */
	}
}
