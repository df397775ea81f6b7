/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field scanner for lines of JSON.
 *
 * In: a line and the name of a field. Out: the field's string, or where and
 * why the line is not JSON. One pass over the line, no tree, no allocation
 * but for a string with escapes, which is put together in a second pass that
 * need not check. All of the line is checked, so that a damaged file is found
 * here and not in what is learned from it. Strings are looked at eight bytes
 * at a time.
 */
#include "text/jsonl.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/compiler.h"
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

/* 16 more than what a hexadecimal digit is worth; 0: it is none. */
static const uint8_t digits[256] = {
	['0'] = 16, 17, 18, 19, 20, 21, 22, 23, 24, 25,
	['A'] = 26, 27, 28, 29, 30, 31,
	['a'] = 26, 27, 28, 29, 30, 31,
};

/* What a backslash and this byte stand for; 0: \u, or no escape. */
static const uint8_t escapes[256] = {
	['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
	['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t',
};

/* Four hexadecimal digits at p; at least 0x10000 if they are not. */
TK_INLINE uint32_t read_hex(const uint8_t *p)
{
	uint32_t a = digits[p[0]], b = digits[p[1]];
	uint32_t c = digits[p[2]], d = digits[p[3]];

	if (TK_UNLIKELY(!(a & b & c & d)))
		return 0x10000;
	return (a << 12) + (b << 8) + (c << 4) + d - 0x11110;
}

/* Behind the u of a high surrogate: the low one that must follow. */
static size_t read_pair(const uint8_t *p, size_t n, uint32_t high, uint32_t *c)
{
	if (n < 10 || p[4] != '\\' || p[5] != 'u')
		return 0;
	uint32_t low = read_hex(p + 6);
	if (low < 0xDC00 || low > 0xDFFF)
		return 0;
	*c = 0x10000 + (high - 0xD800) * 0x400 + (low - 0xDC00);
	return 11;
}

/*
 * The escape behind a backslash: how many bytes it has, its character in *c.
 * 0 if it is none. Two \u that are a surrogate pair are one escape.
 */
TK_INLINE size_t read_escape(const uint8_t *p, const uint8_t *end, uint32_t *c)
{
	*c = p < end ? escapes[*p] : 0;
	if (*c)
		return 1;
	if (TK_UNLIKELY(end - p < 5 || *p != 'u'))
		return 0;
	*c = read_hex(p + 1);
	if (TK_LIKELY(*c < 0xD800))
		return 5;
	if (*c < 0xDC00)
		return read_pair(p + 1, (size_t)(end - p) - 1, *c, c);
	return *c > 0xDFFF && *c < 0x10000 ? 5 : 0;
}

/* Marks in the top bits of x's bytes: the lowest mark is right. Higher ones
 * may be set by a borrow. */
static const uint64_t ones = UINT64_C(0x0101010101010101);

static uint64_t mark_backslash(uint64_t x)
{
	uint64_t y = x ^ ones * '\\';

	return (y - ones) & ~y & ones * 0x80;
}

/* Quotes, backslashes, control characters and all that is not ASCII. */
static uint64_t mark_special(uint64_t x)
{
	uint64_t quote = (x ^ ones * '"') - ones;
	uint64_t backslash = (x ^ ones * '\\') - ones;
	uint64_t control = x - ones * ' ';

	return (x | quote | backslash | control) & ones * 0x80;
}

/* Past plain ASCII, as far as eight bytes can be looked at. */
TK_INLINE const uint8_t *skip_plain(const uint8_t *p, const uint8_t *end)
{
	while (end - p >= 8) {
		uint64_t marks = mark_special(tk_get64(p));
		if (marks)
			return p + TK_LOWEST_BIT(marks) / 8;
		p += 8;
	}
	return p;
}

static bool scan_escapes(struct scan *s)
{
	uint32_t c;

	do {
		size_t n = read_escape(s->p + 1, s->end, &c);
		if (!n)
			return fail(s, "not an escape, or half of a "
				       "surrogate pair");
		s->p += 1 + n;
	} while (s->p < s->end && *s->p == '\\');
	return true;
}

/* Past well-formed characters of three bytes, most of what is not ASCII. */
TK_INLINE const uint8_t *skip_three(const uint8_t *p, const uint8_t *end)
{
	while (end - p >= 4) {
		uint32_t x = tk_get32(p);
		uint32_t second = x & 0x200F;

		/* Behind E0, the second byte is A0 or more; behind ED, less. */
		if ((x & 0xC0C0F0) != 0x8080E0 || !second || second == 0x200D)
			break;
		p += 3;
	}
	return p;
}

/* All that is not ASCII; or one byte, where skip_plain stops before the end
 * of the line. */
static bool scan_characters(struct scan *s)
{
	uint32_t c;

	if (*s->p < ' ')
		return fail(s, "a control character inside a string");
	if (*s->p < 0x80)
		s->p++;
	while (s->p < s->end && *s->p >= 0x80) {
		const uint8_t *begin = s->p;

		s->p = skip_three(begin, s->end);
		if (s->p > begin)
			continue;
		size_t n = tk_utf8_decode(
			(tok_bytes){s->p, (size_t)(s->end - s->p)}, &c);
		if (!n)
			return fail(s, "not UTF-8");
		s->p += n;
	}
	return true;
}

/* s->p is behind the opening quote. */
static bool scan_string(struct scan *s, struct string *string)
{
	const uint8_t *begin = s->p;

	string->escaped = false;
	for (;;) {
		s->p = skip_plain(s->p, s->end);
		if (s->p == s->end)
			return fail(s, "the line ends inside a string");
		if (*s->p == '"')
			break;
		bool escaped = *s->p == '\\';
		string->escaped |= escaped;
		if (escaped ? !scan_escapes(s) : !scan_characters(s))
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

/*
 * Copies what is before the next backslash to *to, which moves on. Where eight
 * bytes can be read there is room for eight: no escape is shorter than what it
 * stands for, so that the text never gets ahead of the string.
 */
TK_INLINE const uint8_t *copy_plain(const uint8_t *p, const uint8_t *end,
				    uint8_t **to)
{
	uint8_t *q = *to;
	uint64_t marks = 0;

	while (!marks && end - p >= 8) {
		marks = mark_backslash(tk_get64(p));
		size_t n = marks ? TK_LOWEST_BIT(marks) / 8 : 8;
		memcpy(q, p, 8);
		p += n;
		q += n;
	}
	while (p < end && *p != '\\')
		*q++ = *p++;
	*to = q;
	return p;
}

/* The text of a checked string with escapes. */
static tok_status unescape(tok_bytes raw, tok_buf *out)
{
	const uint8_t *p = raw.p, *end = raw.p + raw.n;

	out->n = 0;
	if (tk_buf_reserve(out, raw.n))
		return TOK_E_MEMORY;
	uint8_t *to = out->p;
	while (p < end) {
		uint32_t c;

		if (*p != '\\') {
			p = copy_plain(p, end, &to);
			continue;
		}
		p += 1 + read_escape(p + 1, end, &c);
		to += tk_utf8_encode(c, to);
	}
	out->n = (size_t)(to - out->p);
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
