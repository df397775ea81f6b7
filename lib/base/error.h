/* SPDX-License-Identifier: Apache-2.0 */
/* One failure, said once. */
#ifndef TK_ERROR_H
#define TK_ERROR_H

#include "base/compiler.h"
#include "tok/base.h"

/* Fills err (may be NULL) and returns code, so that a failing function ends
 * in `return tk_fail(err, TOK_E_IO, at, "%s: ...", path)`. */
tok_status tk_fail(tok_error *err, tok_status code, uint64_t at,
		   const char *format, ...) TK_PRINTF(4, 5);

/* As tk_fail, for a failed system call: errno's text is appended, and a full
 * disk becomes TOK_E_SPACE (EEXIST TOK_E_EXISTS, ENOMEM TOK_E_MEMORY). */
tok_status tk_fail_errno(tok_error *err, int errnum, const char *format, ...)
	TK_PRINTF(3, 4);

/* A call without details failed: says what was being done, and why. */
tok_status tk_fail_status(tok_error *err, tok_status code, const char *what);

#endif
