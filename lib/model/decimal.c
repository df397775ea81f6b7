/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A double to a decimal number. In: a double. Out: the shortest digits that
 * are read as it, by a correct reader and by one that is not: serde_json, by
 * which Hugging Face reads, takes the digits as one integer, rounds that to a
 * double, and divides by the power of ten, which rounds again; one in eight
 * shortest forms is another double there. So longer ones are tried, up to 19
 * digits, all of which a correct reader takes for x, and such as lie beside
 * them by less than half of x's last bit. For three in a thousand there are
 * none.
 */
#include "model/decimal.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SURE = 17,      /* digits that are always enough */
	MOST = 19,      /* digits that fit an integer of 64 bits */
	HALF_BIT = 54,  /* digits >> this: less than half of the last bit */
	EXACT_TENS = 22 /* powers of ten that are doubles */
};

/* x is digits * 10^-places. */
struct decimal {
	uint64_t digits;
	int places;
};

static double as_serde_reads(const struct decimal *d)
{
	double value = (double)d->digits, ten = 1;

	for (int i = 0; i < abs(d->places); i++)
		ten *= 10;
	return d->places < 0 ? value * ten : value / ten;
}

static bool read_alike(const struct decimal *d, double x)
{
	double got = as_serde_reads(d);

	return abs(d->places) > EXACT_TENS || !(got < x || got > x);
}

/* x > 0 in n digits; false if a correct reader takes them for another. */
static bool in_digits(double x, int n, struct decimal *d)
{
	char s[TK_DECIMAL];
	const char *e = s;

	(void)snprintf(s, sizeof(s), "%.*e", n - 1, x);
	if (n < SURE) {
		double got = strtod(s, NULL);

		if (got < x || got > x)
			return false;
	}
	/* Whatever the locale's point is, it is no digit. */
	for (d->digits = 0; *e != 'e'; e++)
		if (*e >= '0' && *e <= '9')
			d->digits = 10 * d->digits + (uint64_t)(*e - '0');
	d->places = n - 1 - (int)strtol(e + 1, NULL, 10);
	return true;
}

/* Beside d, where a correct reader still takes it for x. */
static bool step_aside(struct decimal *d, double x)
{
	for (uint64_t i = 1; i < d->digits >> HALF_BIT; i++) {
		struct decimal more = {d->digits + i, d->places};
		struct decimal less = {d->digits - i, d->places};

		if (read_alike(&more, x) || read_alike(&less, x)) {
			*d = read_alike(&more, x) ? more : less;
			return true;
		}
	}
	return false;
}

static struct decimal find(double x)
{
	struct decimal d;

	for (int n = 1; n <= MOST; n++)
		if (in_digits(x, n, &d) && read_alike(&d, x))
			return d;
	for (int n = MOST; n >= SURE; n--)
		if (in_digits(x, n, &d) && step_aside(&d, x))
			return d;
	return d;
}

void tk_decimal(double x, char out[TK_DECIMAL])
{
	static const char zeros[] = "0000000000000000000";
	const char *sign = x < 0 ? "-" : "";
	char digits[24];

	if (!(x < 0 || x > 0)) {
		(void)snprintf(out, TK_DECIMAL, "0.0");
		return;
	}
	struct decimal d = find(fabs(x));
	int n = snprintf(digits, sizeof(digits), "%llu",
			 (unsigned long long)d.digits);
	if (d.places < 0 || d.places >= MOST)
		(void)snprintf(out, TK_DECIMAL, "%s%se%d", sign, digits,
			       -d.places);
	else if (!d.places)
		(void)snprintf(out, TK_DECIMAL, "%s%s.0", sign, digits);
	else if (d.places < n)
		(void)snprintf(out, TK_DECIMAL, "%s%.*s.%s", sign,
			       n - d.places, digits, digits + n - d.places);
	else
		(void)snprintf(out, TK_DECIMAL, "%s0.%.*s%s", sign,
			       d.places - n, zeros, digits);
}
