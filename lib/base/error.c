/* SPDX-License-Identifier: Apache-2.0 */
/* Status words and error sentences. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const status_text[TOK_N_STATUS] = {
	[TOK_OK] = "ok",
	[TOK_END] = "end",
	[TOK_E_MEMORY] = "out of memory",
	[TOK_E_LIMIT] = "over a limit",
	[TOK_E_ARGUMENT] = "wrong argument",
	[TOK_E_RANGE] = "out of range",
	[TOK_E_IO] = "input or output failed",
	[TOK_E_SPACE] = "no space left",
	[TOK_E_EXISTS] = "already exists",
	[TOK_E_FORMAT] = "unknown format",
	[TOK_E_CORRUPT] = "damaged data",
	[TOK_E_MALFORMED] = "malformed document",
	[TOK_E_MISMATCH] = "does not belong together",
	[TOK_E_UNSUPPORTED] = "not supported",
	[TOK_E_STOPPED] = "stopped",
};

const char *tok_status_text(tok_status status)
{
	if ((unsigned)status >= TOK_N_STATUS)
		return "unknown status";
	return status_text[status];
}

tok_status tk_fail(tok_error *err, tok_status code, uint64_t at,
		   const char *format, ...)
{
	if (!err)
		return code;
	err->code = code;
	err->at = at;

	va_list args;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

static tok_status status_of_errno(int errnum)
{
	switch (errnum) {
	case ENOSPC:
#ifdef EDQUOT
	case EDQUOT:
#endif
		return TOK_E_SPACE;
	case EEXIST:
		return TOK_E_EXISTS;
	case ENOMEM:
		return TOK_E_MEMORY;
	default:
		return TOK_E_IO;
	}
}

tok_status tk_fail_errno(tok_error *err, int errnum, const char *format, ...)
{
	tok_status code = status_of_errno(errnum);

	if (!err)
		return code;
	err->code = code;
	err->at = 0;

	va_list args;
	va_start(args, format);
	int n = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	/* strerror may write to memory that all threads share. */
	char why[200];
	if (strerror_r(errnum, why, sizeof(why)))
		(void)snprintf(why, sizeof(why), "error %d", errnum);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		(void)snprintf(err->text + n, sizeof(err->text) - (size_t)n,
			       ": %s", why);
	return code;
}

tok_status tk_fail_status(tok_error *err, tok_status code, const char *what)
{
	return tk_fail(err, code, 0, "%s: %s", what, tok_status_text(code));
}
