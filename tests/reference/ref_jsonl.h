/* SPDX-License-Identifier: Apache-2.0 */
/* A field of a line of JSON, by jansson. */
#ifndef REF_JSONL_H
#define REF_JSONL_H

#include "tok/base.h"

/* The string field of line, appended to text: statuses as tk_jsonl_find, but
 * TOK_E_UNSUPPORTED for JSON that jansson refuses for limits of its own
 * (numbers that overflow, zero bytes in names). */
tok_status ref_jsonl(const char *field, tok_bytes line, tok_buf *text);

#endif
