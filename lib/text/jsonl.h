/* SPDX-License-Identifier: Apache-2.0 */
/* One string out of a line of JSON. */
#ifndef TK_JSONL_H
#define TK_JSONL_H

#include "tok/base.h"

/* Zero it, set field and text.alloc; release text when done. */
struct tk_jsonl {
	tok_bytes field; /* name of a top-level field, UTF-8, borrowed */
	tok_buf text;    /* where strings with escapes are put together */
	const char *why; /* after a failure: what was wrong, ... */
	size_t at;       /* ... and where in the line */
};

/*
 * *text is the value of the field in the object that line is: bytes of the
 * line where it has no escapes, else bytes of j->text. Of fields with one
 * name the last counts, as in JavaScript and Python. The whole line is held
 * to RFC 8259: UTF-8 without overlong forms, no lone surrogate. TOK_END if
 * the line is blank, TOK_E_MALFORMED if it is not a JSON object or nested
 * more than 512 deep, TOK_E_MISMATCH if the object has no such field or it is
 * not a string, TOK_E_MEMORY.
 */
tok_status tk_jsonl_find(struct tk_jsonl *j, tok_bytes line, tok_bytes *text);

#endif
