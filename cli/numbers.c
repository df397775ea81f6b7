/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict numbers. In: the whole value of an option. Out: the number, or
 * false. strtod reads the point of the C locale here, because the program
 * never calls setlocale.
 */
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

/* Digits up to *end, which may be anything. */
static bool leading_digits(const char *text, const char **end, uint64_t *out)
{
	uint64_t n = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*end = p;
	*out = n;
	return p != text;
}

bool number_count(const char *text, uint64_t *out)
{
	const char *end;

	return leading_digits(text, &end, out) && !*end;
}

bool number_size(const char *text, uint64_t *out)
{
	static const char letters[] = "kKmMgGtT";
	const char *end;

	if (!leading_digits(text, &end, out))
		return false;
	if (!*end)
		return true;

	const char *letter = strchr(letters, *end);
	if (!letter || end[1])
		return false;
	unsigned shift = 10 * ((unsigned)(letter - letters) / 2 + 1);
	if (*out > UINT64_MAX >> shift)
		return false;
	*out <<= shift;
	return true;
}

bool number_real(const char *text, bool infinite, double *out)
{
	char *end;

	if (infinite && !strcmp(text, "inf")) {
		*out = strtod("inf", NULL);
		return true;
	}
	if (!*text || text[strspn(text, "0123456789.eE+-")] ||
	    !strchr(".0123456789", *text))
		return false;
	*out = strtod(text, &end);
	return !*end && *out <= 1.7e308;
}
