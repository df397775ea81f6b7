/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors, notes and guesses at what was meant. All of it goes to standard
 * error and begins with "tok: ", so that it can be told from a script's own.
 */
#include "say.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAX_NAME 32

tok_status fail(tok_error *err, tok_status code, const char *format, ...)
{
	va_list args;

	err->code = code;
	err->at = 0;
	va_start(args, format);
	(void)vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}

tok_status fail_errno(tok_error *err, int errnum, const char *format, ...)
{
	va_list args;
	tok_status code = errnum == ENOSPC ? TOK_E_SPACE : TOK_E_IO;
	char why[100];

	err->code = code;
	err->at = 0;
	va_start(args, format);
	int n = vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	if (strerror_r(errnum, why, sizeof(why)))
		(void)snprintf(why, sizeof(why), "error %d", errnum);
	if (n >= 0 && (size_t)n < sizeof(err->text))
		(void)snprintf(err->text + n, sizeof(err->text) - (size_t)n,
			       ": %s", why);
	return code;
}

int say_failed(tok_status status, const tok_error *err)
{
	if (status == TOK_END)
		return EXIT_DONE;
	bool told = err->code == status && err->text[0];
	fprintf(stderr, "tok: %s\n",
		told ? err->text : tok_status_text(status));
	return EXIT_FAILED;
}

int say_misused(const char *format, ...)
{
	va_list args;

	fputs("tok: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return EXIT_MISUSED;
}

void say_note(const struct settings *s, const char *format, ...)
{
	va_list args;

	if (s->quiet)
		return;
	fputs("tok: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Edits that turn a into b (Levenshtein), b shorter than MAX_NAME. */
static size_t distance(const char *a, const char *b)
{
	size_t row[MAX_NAME + 1], n = strlen(b);

	for (size_t j = 0; j <= n; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t swap = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = min3(swap, row[j] + 1, row[j - 1] + 1);
		}
	}
	return row[n];
}

const char *did_you_mean(const char *wrong, const char *const *name, size_t n)
{
	const char *best = NULL;
	size_t best_edits = 3; /* further away is no slip of the finger */

	if (strlen(wrong) > MAX_NAME)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (strlen(name[i]) > MAX_NAME)
			continue;
		size_t edits = distance(wrong, name[i]);
		/* that many edits turn it into any word of its length */
		if (edits == strlen(wrong))
			continue;
		if (edits < best_edits && edits < strlen(name[i])) {
			best = name[i];
			best_edits = edits;
		}
	}
	return best;
}
