/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field scanner for lines of JSON.
 *
 * In: a line and the name of a field. Out: the field's string, or where and
 * why the line is not JSON. One pass over the line, no tree, no allocation
 * but for a string with escapes. All of the line is checked, so that a
 * damaged file is found here and not in what is learned from it.
 */
#include "text/jsonl.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"

enum { MAX_DEPTH = 512 };

/* A place in the line; why is set where it cannot be read on. */
struct scan {
	const uint8_t *p, *end, *begin;
	const char *why;
};

/* The inside of a string, checked, still escaped. */
struct string {
	tok_bytes raw;
	bool escaped;
};

static bool fail(struct scan *s, const char *why)
{
	s->why = why;
	return false;
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				 *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool take(struct scan *s, uint8_t b)
{
	if (s->p == s->end || *s->p != b)
		return false;
	s->p++;
	return true;
}

static int hex_value(uint8_t b)
{
	if (b >= '0' && b <= '9')
		return b - '0';
	b |= 0x20;
	return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
}

/* Four hexadecimal digits at p; -1 if they are not. */
static int32_t read_hex(const uint8_t *p, const uint8_t *end)
{
	int32_t value = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_value(p[i]);
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/*
 * The escape behind a backslash: how many bytes it has, its character in *c.
 * 0 if it is none. Two \u that are a surrogate pair are one escape.
 */
static size_t read_escape(const uint8_t *p, const uint8_t *end, uint32_t *c)
{
	static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
	int32_t high, low;

	if (p == end)
		return 0;
	if (*p != 'u') {
		const char *name = *p ? strchr(names, *p) : NULL;
		if (!name)
			return 0;
		*c = (uint8_t)values[name - names];
		return 1;
	}
	high = read_hex(p + 1, end);
	if (high < 0 || (high >= 0xDC00 && high <= 0xDFFF))
		return 0;
	*c = (uint32_t)high;
	if (high < 0xD800 || high > 0xDBFF)
		return 5;
	if (end - p < 11 || p[5] != '\\' || p[6] != 'u')
		return 0;
	low = read_hex(p + 7, end);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*c = 0x10000 + (uint32_t)((high - 0xD800) * 0x400 + (low - 0xDC00));
	return 11;
}

/* Eight bytes of ASCII without quote, backslash or control character? Exact
 * for bytes below 0x80, and others are caught first. */
static bool eight_plain(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x, quote, backslash, control;

	memcpy(&x, p, sizeof(x));
	quote = (x ^ ones * '"') - ones;
	backslash = (x ^ ones * '\\') - ones;
	control = x - ones * ' ';
	return !((x | quote | backslash | control) & ones * 0x80);
}

/* What eight_plain does not pass over: an escape, a run of characters. */
static bool scan_characters(struct scan *s, struct string *string)
{
	uint32_t c;
	size_t n;

	if (*s->p == '\\') {
		n = read_escape(s->p + 1, s->end, &c);
		if (!n)
			return fail(s, "not an escape, or half of a "
				       "surrogate pair");
		string->escaped = true;
		s->p += 1 + n;
		return true;
	}
	if (*s->p < ' ')
		return fail(s, "a control character inside a string");
	do {
		n = tk_utf8_decode(
			(tok_bytes){s->p, (size_t)(s->end - s->p)}, &c);
		if (!n)
			return fail(s, "not UTF-8");
		s->p += n;
	} while (s->p < s->end && *s->p >= 0x80);
	return true;
}

/* s->p is behind the opening quote. */
static bool scan_string(struct scan *s, struct string *string)
{
	const uint8_t *begin = s->p;

	string->escaped = false;
	for (;;) {
		while (s->end - s->p >= 8 && eight_plain(s->p))
			s->p += 8;
		if (s->p == s->end)
			return fail(s, "the line ends inside a string");
		if (*s->p == '"')
			break;
		if (!scan_characters(s, string))
			return false;
	}
	string->raw = (tok_bytes){begin, (size_t)(s->p - begin)};
	s->p++;
	return true;
}

static bool scan_digits(struct scan *s)
{
	const uint8_t *begin = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > begin;
}

static bool scan_number(struct scan *s)
{
	(void)take(s, '-');
	if (!take(s, '0') && !scan_digits(s))
		return fail(s, "a value is wanted");
	if (take(s, '.') && !scan_digits(s))
		return fail(s, "a digit is wanted");
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			(void)take(s, '-');
		if (!scan_digits(s))
			return fail(s, "a digit is wanted");
	}
	return true;
}

static bool scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n))
		return fail(s, "a value is wanted");
	s->p += n;
	return true;
}

static bool scan_value(struct scan *s, int depth);

/* A field's name and the colon behind it. */
static bool scan_name(struct scan *s, struct string *name)
{
	skip_space(s);
	if (!take(s, '"'))
		return fail(s, "the name of a field is wanted");
	if (!scan_string(s, name))
		return false;
	skip_space(s);
	if (!take(s, ':'))
		return fail(s, "a colon is wanted");
	skip_space(s);
	return true;
}

/* After an element: true if another one follows; else *closed tells whether
 * the end does. */
static bool scan_comma(struct scan *s, uint8_t close, bool *closed)
{
	skip_space(s);
	*closed = take(s, close);
	if (*closed)
		return false;
	if (take(s, ','))
		return true;
	return fail(s, close == '}' ? "a comma or } is wanted"
				    : "a comma or ] is wanted");
}

static bool scan_array(struct scan *s, int depth)
{
	bool closed;

	skip_space(s);
	if (take(s, ']'))
		return true;
	do {
		skip_space(s);
		if (!scan_value(s, depth))
			return false;
	} while (scan_comma(s, ']', &closed));
	return closed;
}

static bool scan_object(struct scan *s, int depth)
{
	struct string name;
	bool closed;

	skip_space(s);
	if (take(s, '}'))
		return true;
	do {
		if (!scan_name(s, &name) || !scan_value(s, depth))
			return false;
	} while (scan_comma(s, '}', &closed));
	return closed;
}

static bool scan_value(struct scan *s, int depth)
{
	struct string ignored;

	if (depth == MAX_DEPTH)
		return fail(s, "nested too deep");
	switch (s->p < s->end ? *s->p : 0) {
	case '"':
		s->p++;
		return scan_string(s, &ignored);
	case '{':
		s->p++;
		return scan_object(s, depth + 1);
	case '[':
		s->p++;
		return scan_array(s, depth + 1);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return scan_number(s);
	}
}

/* The text of a checked string with escapes. */
static tok_status unescape(tok_bytes raw, tok_buf *out)
{
	const uint8_t *p = raw.p, *end = raw.p + raw.n;

	out->n = 0;
	if (tk_buf_reserve(out, raw.n))
		return TOK_E_MEMORY;
	while (p < end) {
		const uint8_t *stop = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((stop ? stop : end) - p);
		uint32_t c;

		memcpy(out->p + out->n, p, n);
		out->n += n;
		p += n;
		if (!stop)
			break;
		/* No escape is shorter than what it stands for. */
		p += 1 + read_escape(p + 1, end, &c);
		out->n += tk_utf8_encode(c, out->p + out->n);
	}
	return TOK_OK;
}

static tok_status is_field(struct tk_jsonl *j, const struct string *name,
			   bool *same)
{
	tok_bytes text = name->raw;

	if (name->escaped) {
		if (unescape(name->raw, &j->text))
			return TOK_E_MEMORY;
		text = (tok_bytes){j->text.p, j->text.n};
	}
	*same = tk_bytes_equal(text, j->field);
	return TOK_OK;
}

/* What became of the field that is looked for. */
struct found {
	bool any, is_string;
	struct string value;
};

/* The outermost object, behind its brace. TOK_E_MALFORMED: s->why. */
static tok_status scan_fields(struct tk_jsonl *j, struct scan *s,
			      struct found *found)
{
	struct string name;
	bool same, closed;

	skip_space(s);
	if (take(s, '}'))
		return TOK_OK;
	do {
		if (!scan_name(s, &name))
			return TOK_E_MALFORMED;
		if (is_field(j, &name, &same))
			return TOK_E_MEMORY;
		bool is_string = same && take(s, '"');
		if (same)
			*found = (struct found){.any = true,
						.is_string = is_string};
		if (is_string ? !scan_string(s, &found->value)
			      : !scan_value(s, 1))
			return TOK_E_MALFORMED;
	} while (scan_comma(s, '}', &closed));
	return closed ? TOK_OK : TOK_E_MALFORMED;
}

static tok_status scan_line(struct tk_jsonl *j, struct scan *s,
			    struct found *found)
{
	skip_space(s);
	if (s->p == s->end)
		return TOK_END;
	if (!take(s, '{')) {
		s->why = s->end - s->p >= 3 && !memcmp(s->p, "\xEF\xBB\xBF", 3)
				 ? "a byte order mark, which JSON has not"
				 : "an object is wanted";
		return TOK_E_MALFORMED;
	}
	tok_status st = scan_fields(j, s, found);
	if (st)
		return st;
	skip_space(s);
	if (s->p == s->end)
		return TOK_OK;
	s->why = "something follows the object";
	return TOK_E_MALFORMED;
}

tok_status tk_jsonl_find(struct tk_jsonl *j, tok_bytes line, tok_bytes *text)
{
	struct scan s = {line.p, line.p + line.n, line.p, NULL};
	struct found found = {0};
	tok_status st = line.n ? scan_line(j, &s, &found) : TOK_END;

	j->why = s.why;
	j->at = (size_t)(s.p - s.begin);
	if (st)
		return st;
	if (!found.is_string) {
		j->why = found.any ? "the field is not a string"
				   : "there is no such field";
		j->at = 0;
		return TOK_E_MISMATCH;
	}
	*text = found.value.raw;
	if (!found.value.escaped)
		return TOK_OK;
	if (unescape(found.value.raw, &j->text))
		return TOK_E_MEMORY;
	*text = (tok_bytes){j->text.p, j->text.n};
	return TOK_OK;
}
