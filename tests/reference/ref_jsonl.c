/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field of a line of JSON, by building the whole tree with jansson.
 *
 * In: a field's name and a line. Out: the field's bytes, or a status.
 */
#include "ref_jsonl.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "base/buf.h"

static bool is_blank(tok_bytes line)
{
	for (size_t i = 0; i < line.n; i++)
		if (!line.p[i] || !strchr(" \t\r\n", line.p[i]))
			return false;
	return true;
}

tok_status ref_jsonl(const char *field, tok_bytes line, tok_buf *text)
{
	tok_status st = TOK_E_MISMATCH;
	json_error_t error;

	if (is_blank(line))
		return TOK_END;
	/* jansson loses one that follows a number. */
	if (memchr(line.p, 0, line.n))
		return TOK_E_MALFORMED;
	json_t *root = json_loadb((const char *)line.p, line.n,
				  JSON_ALLOW_NUL, &error);
	if (!root) {
		enum json_error_code code = json_error_code(&error);
		return code == json_error_numeric_overflow ||
				       code == json_error_null_byte_in_key
			       ? TOK_E_UNSUPPORTED
			       : TOK_E_MALFORMED;
	}
	const json_t *value = json_object_get(root, field);
	if (!json_is_object(root))
		st = TOK_E_MALFORMED;
	else if (json_is_string(value))
		st = tk_buf_append(text, json_string_value(value),
				   json_string_length(value));
	json_decref(root);
	return st;
}
