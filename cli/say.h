/* SPDX-License-Identifier: Apache-2.0 */
/* What is said to a person, on standard error: one sentence a matter. */
#ifndef SAY_H
#define SAY_H

#include "settings.h"

#if defined(__GNUC__)
#define LIKE_PRINTF(at, args) __attribute__((format(printf, at, args)))
#else
#define LIKE_PRINTF(at, args)
#endif

/* Fills err and returns code. */
tok_status fail(tok_error *err, tok_status code, const char *format, ...)
	LIKE_PRINTF(3, 4);
/* As fail, saying why from errno. */
tok_status fail_errno(tok_error *err, int errnum, const char *format, ...)
	LIKE_PRINTF(3, 4);

/* "tok: ..." of err; TOK_END (a closed pipe) says nothing. Both return the
 * exit code. */
int say_failed(tok_status status, const tok_error *err);
int say_misused(const char *format, ...) LIKE_PRINTF(1, 2);
/* Said unless -q. */
void say_note(const struct settings *s, const char *format, ...)
	LIKE_PRINTF(2, 3);

/* The one of n names that wrong was likely meant to be, or NULL. */
const char *did_you_mean(const char *wrong, const char *const *name, size_t n);

#endif
