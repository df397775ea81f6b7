/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON goes out as it is said, member by member: no tree is built, and what
 * an object holds is as large as it likes.
 */
#include "put_json.h"

#include <stdio.h>
#include <stdlib.h>

#include "escape.h"

static void put_json_character(struct output *out, const uint8_t *p,
			       size_t n, uint32_t c)
{
	if (!n)
		put_text(out, "\\ufffd");
	else if (c == '"' || c == '\\')
		put_format(out, "\\%c", (int)c);
	else if (c == '\n')
		put_text(out, "\\n");
	else if (c == '\t')
		put_text(out, "\\t");
	else if (c < 0x20 || c == 0x7F)
		put_format(out, "\\u%04x", (unsigned)c);
	else
		put(out, p, n);
}

void put_json(struct output *out, tok_bytes bytes)
{
	put_text(out, "\"");
	while (bytes.n) {
		uint32_t c = 0;
		size_t n = utf8_next(bytes, &c);

		put_json_character(out, bytes.p, n, c);
		n += !n;
		bytes.p += n;
		bytes.n -= n;
	}
	put_text(out, "\"");
}

void put_array(struct output *out, const int32_t *v, size_t n)
{
	put(out, "[", 1);
	put_numbers(out, v, n, ',');
	put(out, "]", 1);
}

void put_real(struct output *out, double value)
{
	char text[40];

	for (int digits = 15; digits <= 17; digits++) {
		(void)snprintf(text, sizeof(text), "%.*g", digits, value);
		if (strtod(text, NULL) == value)
			break;
	}
	put_text(out, text);
}

void put_key(struct output *out, const char *key)
{
	put_format(out, ",\"%s\":", key);
}

void put_pair(struct output *out, const char *key, uint64_t value)
{
	put_key(out, key);
	put_count(out, value);
}

void put_pair_text(struct output *out, const char *key, const char *value)
{
	put_key(out, key);
	put_json(out, tok_bytes_of(value));
}

void put_pair_bool(struct output *out, const char *key, bool value)
{
	put_key(out, key);
	put_text(out, value ? "true" : "false");
}
