/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON of control files (manifests, indexes): small, read whole. Reading is
 * jansson's, which allocates by malloc; writing is ours, so that the bytes
 * are known.
 */
#ifndef TK_JSON_H
#define TK_JSON_H

#include <stdbool.h>

#include "tok/base.h"

/* A value; belongs to the root that it was found in. */
typedef struct tk_json tk_json;

/*
 * One object or array (UTF-8), strictly: no duplicate keys, no NUL in strings, no
 * integer beyond int64, nothing behind it. TOK_E_MALFORMED; TOK_E_LIMIT for
 * more than 256 MiB or a nesting of more than 64; TOK_E_MEMORY. err->at and
 * err->text say where and what; *out is NULL on failure.
 */
tok_status tk_json_parse(tok_bytes text, tk_json **out, tok_error *err);
/* The same for files of others, in whose strings there may be NUL: their keys
 * and strings end there as C strings. */
tok_status tk_json_parse_loosely(tok_bytes text, tk_json **out,
				 tok_error *err);
void tk_json_free(tk_json *root);

/* Getters accept NULL, and answer NULL or false for another type. */
bool tk_json_is_null(const tk_json *value);
bool tk_json_is_object(const tk_json *value);
bool tk_json_is_number(const tk_json *value);
bool tk_json_is_array(const tk_json *value);
const tk_json *tk_json_member(const tk_json *object, const char *key);
const tk_json *tk_json_item(const tk_json *array, size_t i);
size_t tk_json_n_items(const tk_json *array);
size_t tk_json_n_members(const tk_json *object);
const char *tk_json_string(const tk_json *value);
/* A string with the NULs in it; {NULL, 0} for another type. */
tok_bytes tk_json_bytes(const tk_json *value);
bool tk_json_bool(const tk_json *value, bool *out);

/* Calls see(ctx, key, value) for each member of an object, in the order of
 * the text, until it does not return TOK_OK; returns its last answer. */
tok_status tk_json_each(const tk_json *object,
			tok_status (*see)(void *ctx, const char *key,
					  const tk_json *value),
			void *ctx);
bool tk_json_u64(const tk_json *value, uint64_t *out); /* 0 .. INT64_MAX */

/* Where the value of a member of the outermost object lies in a text that
 * tk_json_parse accepted; false if there is none with that key. */
bool tk_json_span(tok_bytes text, const char *key, tok_bytes *out);

/*
 * Writes as Python's json.dumps does (", " and ": ", ASCII controls escaped),
 * except that members of the first n_line_levels levels stand on lines of
 * their own behind tabs, and that characters beyond ASCII stay as they are.
 * Keys are NULL in arrays and for the outermost value. A failure sticks in
 * status: TOK_E_MEMORY, or TOK_E_ARGUMENT for a string that is not UTF-8.
 */
struct tk_json_out {
	tok_buf buf;
	tok_status status;
	unsigned n_line_levels, depth;
	bool behind; /* a member stands before the next one */
	char closer[8];
};

void tk_json_out_init(struct tk_json_out *out, const tok_alloc *alloc,
		      unsigned n_line_levels);
void tk_json_out_release(struct tk_json_out *out);
/* Appends what was written to buf and releases out, also on failure; its
 * status, or TOK_E_MEMORY. */
tok_status tk_json_out_finish(struct tk_json_out *out, tok_buf *buf);
void tk_json_put_object(struct tk_json_out *out, const char *key);
void tk_json_put_array(struct tk_json_out *out, const char *key);
void tk_json_put_end(struct tk_json_out *out);
void tk_json_put_string(struct tk_json_out *out, const char *key,
			const char *value);
void tk_json_put_u64(struct tk_json_out *out, const char *key,
		     uint64_t value);
void tk_json_put_null(struct tk_json_out *out, const char *key);
/* value is JSON already. */
void tk_json_put_raw(struct tk_json_out *out, const char *key,
		     const char *value);

#endif
