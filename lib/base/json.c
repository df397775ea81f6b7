/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of control files. In: a span. Out: values with checked types, or the
 * place where the text is wrong. jansson stays inside this file; what it does
 * not limit (nesting that costs stack, size) is limited before it is called.
 */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/utf8.h"

enum { MAX_DEPTH = 64, MAX_SIZE = 256 << 20 };

static const json_t *of(const tk_json *value)
{
	return (const json_t *)(const void *)value;
}

/* The end of the string whose opening quote is at begin, behind its closing
 * quote; text.n if it is not closed. */
static size_t string_end(tok_bytes text, size_t begin)
{
	for (size_t i = begin + 1; i < text.n; i++) {
		if (text.p[i] == '\\')
			i++;
		else if (text.p[i] == '"')
			return i + 1;
	}
	return text.n;
}

static bool too_deep(tok_bytes text, size_t *at)
{
	unsigned depth = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == '"')
			i = string_end(text, i) - 1;
		else if ((c == ']' || c == '}') && depth)
			depth--;
		else if ((c == '[' || c == '{') && ++depth > MAX_DEPTH) {
			*at = i;
			return true;
		}
	}
	return false;
}

static tok_status parse(tok_bytes text, size_t flags, tk_json **out,
			tok_error *err)
{
	json_error_t cause;
	size_t at;

	*out = NULL;
	if (text.n > MAX_SIZE)
		return tk_fail(err, TOK_E_LIMIT, 0, "JSON of more than %d MiB",
			       MAX_SIZE >> 20);
	if (too_deep(text, &at))
		return tk_fail(err, TOK_E_LIMIT, at,
			       "JSON nested more than %d deep", MAX_DEPTH);
	json_t *root = json_loadb(text.n ? (const char *)text.p : "", text.n,
				  JSON_REJECT_DUPLICATES | flags, &cause);
	if (root) {
		*out = (tk_json *)(void *)root;
		return TOK_OK;
	}
	if (json_error_code(&cause) == json_error_out_of_memory)
		return tk_fail_status(err, TOK_E_MEMORY, "reading JSON");
	return tk_fail(err, TOK_E_MALFORMED, (uint64_t)cause.position,
		       "not valid JSON: line %d: %s", cause.line, cause.text);
}

tok_status tk_json_parse(tok_bytes text, tk_json **out, tok_error *err)
{
	return parse(text, 0, out, err);
}

tok_status tk_json_parse_loosely(tok_bytes text, tk_json **out,
				 tok_error *err)
{
	return parse(text, JSON_ALLOW_NUL, out, err);
}

tok_status tk_json_each(const tk_json *object,
			tok_status (*see)(void *ctx, const char *key,
					  const tk_json *value),
			void *ctx)
{
	/* jansson's iterators take a json_t that they do not change. */
	json_t *o = (json_t *)(uintptr_t)object;
	tok_status st = TOK_OK;

	for (void *i = json_object_iter(o); i && !st;
	     i = json_object_iter_next(o, i))
		st = see(ctx, json_object_iter_key(i),
			 (const void *)json_object_iter_value(i));
	return st;
}

void tk_json_free(tk_json *root)
{
	json_decref((json_t *)(void *)root);
}

bool tk_json_is_null(const tk_json *value)
{
	return json_is_null(of(value));
}

bool tk_json_is_object(const tk_json *value)
{
	return json_is_object(of(value));
}

bool tk_json_is_number(const tk_json *value)
{
	return json_is_number(of(value));
}

bool tk_json_is_array(const tk_json *value)
{
	return json_is_array(of(value));
}

const tk_json *tk_json_member(const tk_json *object, const char *key)
{
	return (const void *)json_object_get(of(object), key);
}

const tk_json *tk_json_item(const tk_json *array, size_t i)
{
	return (const void *)json_array_get(of(array), i);
}

size_t tk_json_n_members(const tk_json *object)
{
	return json_object_size(of(object));
}

size_t tk_json_n_items(const tk_json *array)
{
	return json_array_size(of(array));
}

const char *tk_json_string(const tk_json *value)
{
	return json_string_value(of(value));
}

tok_bytes tk_json_bytes(const tk_json *value)
{
	const char *s = json_string_value(of(value));

	return (tok_bytes){(const uint8_t *)s,
			   s ? json_string_length(of(value)) : 0};
}

bool tk_json_bool(const tk_json *value, bool *out)
{
	if (!json_is_boolean(of(value)))
		return false;
	*out = json_is_true(of(value));
	return true;
}

bool tk_json_u64(const tk_json *value, uint64_t *out)
{
	if (!json_is_integer(of(value)) || json_integer_value(of(value)) < 0)
		return false;
	*out = (uint64_t)json_integer_value(of(value));
	return true;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static tok_bytes trimmed(tok_bytes text, size_t begin, size_t end)
{
	while (begin < end && is_space(text.p[begin]))
		begin++;
	while (begin < end && is_space(text.p[end - 1]))
		end--;
	return (tok_bytes){text.p + begin, end - begin};
}

/* The text is valid, so a colon at depth 1 stands between key and value. */
bool tk_json_span(tok_bytes text, const char *key, tok_bytes *out)
{
	tok_bytes name = {0};
	size_t n = strlen(key), depth = 0, begin = 0;
	bool found = false;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.p[i];

		if (c == '"') {
			size_t end = string_end(text, i);
			if (depth == 1)
				name = (tok_bytes){text.p + i + 1, end - i - 2};
			i = end - 1;
		} else if (c == ':' && depth == 1) {
			found = name.n == n && !memcmp(name.p, key, n);
			begin = i + 1;
		} else if (found && depth == 1 && (c == ',' || c == '}')) {
			*out = trimmed(text, begin, i);
			return true;
		}
		if (c == '[' || c == '{')
			depth++;
		else if (c == ']' || c == '}')
			depth--;
	}
	return false;
}

void tk_json_out_init(struct tk_json_out *out, const tok_alloc *alloc,
		      unsigned n_line_levels)
{
	*out = (struct tk_json_out){.n_line_levels = n_line_levels};
	tok_buf_init(&out->buf, alloc);
}

void tk_json_out_release(struct tk_json_out *out)
{
	tok_buf_release(&out->buf);
}

tok_status tk_json_out_finish(struct tk_json_out *out, tok_buf *buf)
{
	tok_status st = out->status;

	if (!st)
		st = tk_buf_append(buf, out->buf.p, out->buf.n);
	tk_json_out_release(out);
	return st;
}

static void put(struct tk_json_out *out, const char *s, size_t n)
{
	if (!out->status)
		out->status = tk_buf_append(&out->buf, s, n);
}

static void text(struct tk_json_out *out, const char *s)
{
	put(out, s, strlen(s));
}

static void new_line(struct tk_json_out *out)
{
	text(out, "\n");
	for (unsigned i = 0; i < out->depth; i++)
		text(out, "\t");
}

static void escaped(struct tk_json_out *out, uint8_t c)
{
	static const char names[] = "\"\"\\\\\bb\ff\nn\rr\tt";
	char s[8] = {'\\'};

	for (size_t i = 0; i + 1 < sizeof(names); i += 2)
		if ((uint8_t)names[i] == c)
			s[1] = names[i + 1];
	if (!s[1])
		(void)snprintf(s, sizeof(s), "\\u%04x", c);
	text(out, s);
}

static void quoted(struct tk_json_out *out, const char *s)
{
	tok_bytes rest = tok_bytes_of(s);
	uint32_t c;

	text(out, "\"");
	while (rest.n) {
		size_t n = tk_utf8_decode(rest, &c);

		if (!n) {
			if (!out->status)
				out->status = TOK_E_ARGUMENT;
			return;
		}
		if (c < 0x20 || c == '"' || c == '\\' || c == 0x7f)
			escaped(out, (uint8_t)c);
		else
			put(out, (const char *)rest.p, n);
		rest.p += n;
		rest.n -= n;
	}
	text(out, "\"");
}

/* What stands before a value: the comma, the line, the key. */
static void lead(struct tk_json_out *out, const char *key)
{
	bool lines = out->depth && out->depth <= out->n_line_levels;

	if (out->behind)
		text(out, lines ? "," : ", ");
	if (lines)
		new_line(out);
	if (key) {
		quoted(out, key);
		text(out, ": ");
	}
	out->behind = true;
}

static void open_level(struct tk_json_out *out, const char *key,
		       const char *opener, char closer)
{
	lead(out, key);
	text(out, opener);
	assert(out->depth < sizeof(out->closer));
	out->closer[out->depth++] = closer;
	out->behind = false;
}

void tk_json_put_object(struct tk_json_out *out, const char *key)
{
	open_level(out, key, "{", '}');
}

void tk_json_put_array(struct tk_json_out *out, const char *key)
{
	open_level(out, key, "[", ']');
}

void tk_json_put_end(struct tk_json_out *out)
{
	bool lines = out->depth <= out->n_line_levels && out->behind;

	assert(out->depth);
	out->depth--;
	if (lines)
		new_line(out);
	put(out, &out->closer[out->depth], 1);
	out->behind = true;
}

void tk_json_put_string(struct tk_json_out *out, const char *key,
			const char *value)
{
	lead(out, key);
	quoted(out, value);
}

void tk_json_put_u64(struct tk_json_out *out, const char *key, uint64_t value)
{
	char s[24];

	(void)snprintf(s, sizeof(s), "%" PRIu64, value);
	tk_json_put_raw(out, key, s);
}

void tk_json_put_null(struct tk_json_out *out, const char *key)
{
	tk_json_put_raw(out, key, "null");
}

void tk_json_put_raw(struct tk_json_out *out, const char *key,
		     const char *value)
{
	lead(out, key);
	text(out, value);
}
