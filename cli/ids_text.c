/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids out and in. The parser takes what the writer wrote and what other
 * tokenizers write, and refuses the rest with the file, the line and the
 * number of the id in it (from 1).
 */
#include "ids_text.h"

#include <inttypes.h>
#include <string.h>

#include "pieces_text.h"
#include "put_json.h"

/* In blocks, each of which has room beforehand: of most texts there are as
 * many ids as a quarter of their bytes, or more. */
static void put_raw(struct output *out, const tok_id *id, size_t n,
		    size_t width)
{
	while (n) {
		size_t some = n < PUT_ROOM / width ? n : PUT_ROOM / width;
		uint8_t *to = put_room(out, some * width);

		for (size_t i = 0; i < some; i++)
			for (size_t k = 0; k < width; k++)
				*to++ = (uint8_t)((uint32_t)id[i] >> 8 * k);
		put_done(out, some * width);
		id += some;
		n -= some;
	}
}

static void put_pair_of(struct output *out, tok_span span, const char *between)
{
	put_count(out, span.begin);
	put_text(out, between);
	put_count(out, span.end);
}

static void put_line(struct output *out, const tok_model *model,
		     const struct tokens *t)
{
	if (!model && !t->offsets) {
		if (t->n_before && t->n)
			put(out, " ", 1);
		put_numbers(out, t->id, t->n, ' ');
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		if (i || t->n_before)
			put(out, " ", 1);
		if (model)
			put_piece(out, model, t->id[i]);
		else
			put_count(out, (uint64_t)t->id[i]);
		if (t->offsets) {
			put(out, ":", 1);
			put_pair_of(out, t->span[i], "-");
		}
	}
}

static void put_members(struct output *out, const struct tokens *t)
{
	if (!t->continues)
		put_text(out, "\"ids\":[");
	if (t->n_before && t->n)
		put(out, ",", 1);
	put_numbers(out, t->id, t->n, ',');
	if (!t->goes_on)
		put(out, "]", 1);
	if (t->offsets)
		put_text(out, ",\"offsets\":[");
	for (size_t i = 0; t->offsets && i < t->n; i++) {
		put_text(out, i ? ",[" : "[");
		put_pair_of(out, t->span[i], ",");
		put(out, "]", 1);
	}
	if (t->offsets)
		put(out, "]", 1);
}

void put_tokens_inside(struct output *out, enum id_format format,
		       const tok_model *model, const struct tokens *tokens)
{
	if (format == FORMAT_JSONL)
		put_members(out, tokens);
	else
		put_line(out, format == FORMAT_PIECES ? model : NULL, tokens);
}

void put_tokens(struct output *out, enum id_format format,
		const tok_model *model, const struct tokens *tokens)
{
	switch (format) {
	case FORMAT_IDS:
	case FORMAT_PIECES:
		put_tokens_inside(out, format, model, tokens);
		if (!tokens->goes_on)
			put(out, "\n", 1);
		break;
	case FORMAT_JSONL:
		if (!tokens->continues)
			put(out, "{", 1);
		put_tokens_inside(out, format, model, tokens);
		if (!tokens->goes_on)
			put(out, "}\n", 2);
		break;
	case FORMAT_U16:
		put_raw(out, tokens->id, tokens->n, 2);
		break;
	case FORMAT_U32:
		put_raw(out, tokens->id, tokens->n, 4);
		break;
	}
}

/* Where a text of ids is being read. */
struct cursor {
	tok_bytes rest;
	int32_t limit;
	const struct feed_place *place;
	tok_ids *ids;
	size_t before; /* ids->n at the beginning */
	tok_error *err;
};

static tok_status refuse(struct cursor *c, tok_status code, const char *what)
{
	size_t n = c->rest.n < 20 ? c->rest.n : 20, shown = 0;

	while (shown < n && c->rest.p[shown] > ' ' && c->rest.p[shown] < 127)
		shown++;
	return fail(c->err, code, "%s: line %" PRIu64 ", id %zu: '%.*s' %s",
		    c->place->path, c->place->line, c->ids->n - c->before + 1,
		    (int)shown, (const char *)c->rest.p, what);
}

static tok_status out_of_range(struct cursor *c, uint32_t id)
{
	return fail(c->err, TOK_E_RANGE,
		    "%s: line %" PRIu64 ", id %zu: %" PRIu32 " is not below "
		    "%" PRId32 ", the number of ids; is this the right model?",
		    c->place->path, c->place->line, c->ids->n - c->before + 1,
		    id, c->limit);
}

static tok_status take_id(struct cursor *c, uint32_t id)
{
	tok_id narrow = (tok_id)id;

	if (id >= (uint32_t)c->limit)
		return out_of_range(c, id);
	if (tok_ids_append(c->ids, &narrow, 1))
		return fail(c->err, TOK_E_MEMORY, "%s: out of memory",
			    c->place->path);
	return TOK_OK;
}

/* Does s end at byte i, or stand one of ends there? */
static bool ends_at(tok_bytes s, size_t i, const char *ends)
{
	return i == s.n || (s.p[i] && strchr(ends, s.p[i]));
}

/* Digits at the beginning of the rest, and then one of the bytes in ends, or
 * the end. */
static tok_status take_number(struct cursor *c, const char *ends)
{
	uint64_t id = 0;
	size_t n = 0;

	while (n < c->rest.n && c->rest.p[n] >= '0' && c->rest.p[n] <= '9') {
		if (id <= UINT32_MAX)
			id = id * 10 + (uint64_t)(c->rest.p[n] - '0');
		n++;
	}
	if (!n || !ends_at(c->rest, n, ends))
		return refuse(c, TOK_E_MALFORMED, "is not an id");
	if (id >= (uint64_t)c->limit)
		return out_of_range(c, id > UINT32_MAX ? UINT32_MAX
						       : (uint32_t)id);
	c->rest.p += n;
	c->rest.n -= n;
	return take_id(c, (uint32_t)id);
}

static void skip_blanks(struct cursor *c)
{
	while (c->rest.n && (*c->rest.p == ' ' || *c->rest.p == '\t' ||
			     *c->rest.p == '\r' || *c->rest.p == '\n')) {
		c->rest.p++;
		c->rest.n--;
	}
}

static size_t end_of_digits(tok_bytes s, size_t i)
{
	while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
		i++;
	return i;
}

/* Over ":BEGIN-END" of the id that was just taken, if it has that. */
static tok_status skip_offsets(struct cursor *c)
{
	tok_bytes s = c->rest;

	if (!s.n || s.p[0] != ':')
		return TOK_OK;

	size_t dash = end_of_digits(s, 1);
	bool good = dash > 1 && dash < s.n && s.p[dash] == '-';
	size_t end = good ? end_of_digits(s, dash + 1) : 0;
	if (end <= dash + 1 || !ends_at(s, end, " \t\r\n")) {
		c->ids->n--;
		return refuse(c, TOK_E_MALFORMED,
			      "should be offsets, such as :0-4");
	}
	c->rest.p += end;
	c->rest.n -= end;
	return TOK_OK;
}

static tok_status parse_line(struct cursor *c)
{
	tok_status st = TOK_OK;

	skip_blanks(c);
	while (!st && c->rest.n) {
		st = take_number(c, " \t\r\n:");
		if (!st)
			st = skip_offsets(c);
		skip_blanks(c);
	}
	return st;
}

/* Takes the byte if it is next, blanks before it left out. */
static bool take_byte(struct cursor *c, char byte)
{
	skip_blanks(c);
	if (!c->rest.n || *c->rest.p != (uint8_t)byte)
		return false;
	c->rest.p++;
	c->rest.n--;
	return true;
}

static tok_status parse_array(struct cursor *c)
{
	tok_status st = TOK_OK;

	if (!take_byte(c, '['))
		return refuse(c, TOK_E_MALFORMED, "should begin an array");
	if (take_byte(c, ']'))
		return TOK_OK;
	for (;;) {
		skip_blanks(c);
		st = take_number(c, " \t\r\n,]");
		if (st || take_byte(c, ']'))
			return st;
		if (!take_byte(c, ','))
			return refuse(c, TOK_E_MALFORMED,
				      "should be a comma or the end");
	}
}

/* Over a string, its first quote taken. */
static bool skip_string(struct cursor *c)
{
	while (c->rest.n) {
		uint8_t byte = *c->rest.p;
		size_t n = byte == '\\' && c->rest.n > 1 ? 2 : 1;

		c->rest.p += n;
		c->rest.n -= n;
		if (byte == '"')
			return true;
	}
	return false;
}

/* Over any value: what stands between balanced brackets is another's. */
static bool skip_value(struct cursor *c)
{
	size_t depth = 0, begin = c->rest.n;

	for (;;) {
		skip_blanks(c);
		if (!c->rest.n)
			return false;
		uint8_t byte = *c->rest.p;
		if (!depth && (byte == ',' || byte == '}'))
			return c->rest.n < begin;
		c->rest.p++;
		c->rest.n--;
		if (byte == '"' && !skip_string(c))
			return false;
		if (byte == '[' || byte == '{')
			depth++;
		if ((byte == ']' || byte == '}') && !depth--)
			return false;
	}
}

/* Takes a member's name and colon; *is_ids if it is "ids". */
static bool take_name(struct cursor *c, bool *is_ids)
{
	if (!take_byte(c, '"'))
		return false;
	*is_ids = c->rest.n > 3 && !memcmp(c->rest.p, "ids\"", 4);
	return skip_string(c) && take_byte(c, ':');
}

static tok_status parse_object(struct cursor *c)
{
	bool found = false, is_ids;
	tok_status st = TOK_OK;

	do {
		if (!take_name(c, &is_ids) || (is_ids && found))
			return refuse(c, TOK_E_MALFORMED, "is not a member");
		if (is_ids)
			st = parse_array(c);
		else if (!skip_value(c))
			return refuse(c, TOK_E_MALFORMED, "is not a value");
		found |= is_ids;
	} while (!st && take_byte(c, ','));
	if (!st && (!found || !take_byte(c, '}')))
		return refuse(c, TOK_E_MALFORMED,
			      "is not an object with the member \"ids\"");
	return st;
}

static tok_status parse_json(struct cursor *c)
{
	bool object = take_byte(c, '{');
	tok_status st = object ? parse_object(c) : parse_array(c);

	skip_blanks(c);
	if (!st && c->rest.n)
		return refuse(c, TOK_E_MALFORMED, "is too much");
	return st;
}

static tok_status parse_raw(struct cursor *c, size_t width)
{
	tok_status st = TOK_OK;

	if (c->rest.n % width)
		return fail(c->err, TOK_E_MALFORMED,
			    "%s: %zu bytes are no whole number of ids of %zu "
			    "bytes; is --format right?", c->place->path,
			    c->rest.n, width);
	for (; !st && c->rest.n; c->rest.p += width, c->rest.n -= width) {
		uint32_t id = 0;

		for (size_t k = 0; k < width; k++)
			id |= (uint32_t)c->rest.p[k] << 8 * k;
		st = take_id(c, id);
	}
	return st;
}

tok_status ids_parse(enum id_format format, tok_bytes text, int32_t limit,
		     const struct feed_place *place, tok_ids *ids,
		     tok_error *err)
{
	struct cursor c = {text, limit, place, ids, ids->n, err};

	switch (format) {
	case FORMAT_JSONL:
		return parse_json(&c);
	case FORMAT_U16:
		return parse_raw(&c, 2);
	case FORMAT_U32:
		return parse_raw(&c, 4);
	default:
		return parse_line(&c);
	}
}
