/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Normalization by definition. In: bytes. Out: every maximal stretch of
 * UTF-8, turned into UTF-16 as a whole, normalized by ICU as a whole, and
 * turned back; the bytes between them copied. No boundaries, no fast path.
 */
#include "ref_normalize.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include "base/utf8.h"

struct ref_normalizer {
	USet *age;
	UNormalizer2 *norm;
};

struct ref_normalizer *ref_normalizer_new(tok_normalize form, int major,
					  int minor)
{
	static const char *const data[] = {
		[TOK_NORMALIZE_NFC] = "nfc",
		[TOK_NORMALIZE_NFKC] = "nfkc",
		[TOK_NORMALIZE_NFKC_CASEFOLD] = "nfkc_cf",
	};
	struct ref_normalizer *n = malloc(sizeof(*n));
	UErrorCode code = U_ZERO_ERROR;
	char pattern[64];
	UChar wide[64];

	assert(n);
	snprintf(pattern, sizeof(pattern), "[:age=%d.%d:]", major, minor);
	u_charsToUChars(pattern, wide, (int32_t)strlen(pattern) + 1);
	n->age = uset_openPattern(wide, -1, &code);
	n->norm = unorm2_openFiltered(
		unorm2_getInstance(NULL, data[form], UNORM2_COMPOSE, &code),
		n->age, &code);
	assert(U_SUCCESS(code));
	return n;
}

void ref_normalizer_free(struct ref_normalizer *n)
{
	unorm2_close(n->norm);
	uset_close(n->age);
	free(n);
}

static size_t normalize_stretch(const struct ref_normalizer *n,
				tok_bytes raw, uint8_t *out)
{
	size_t room = raw.n * 20 + 1;
	UChar *from = malloc(room * sizeof(*from));
	UChar *to = malloc(room * sizeof(*to));
	UErrorCode code = U_ZERO_ERROR;
	int32_t n_from, n_to, size;

	assert(from && to);
	u_strFromUTF8(from, (int32_t)room, &n_from, (const char *)raw.p,
		      (int32_t)raw.n, &code);
	n_to = unorm2_normalize(n->norm, from, n_from, to, (int32_t)room,
				&code);
	u_strToUTF8((char *)out, (int32_t)(3 * room), &size, to, n_to, &code);
	assert(U_SUCCESS(code));
	free(from);
	free(to);
	return (size_t)size;
}

tok_bytes ref_normalize(const struct ref_normalizer *n, tok_bytes raw)
{
	uint8_t *out = malloc(raw.n * 64 + 64);
	size_t n_out = 0;

	assert(out);
	for (size_t at = 0, end; at < raw.n; at = end) {
		uint32_t c;
		size_t size;

		for (end = at; end < raw.n; end += size) {
			size = tk_utf8_decode(
				(tok_bytes){raw.p + end, raw.n - end}, &c);
			if (!size)
				break;
		}
		if (end > at)
			n_out += normalize_stretch(
				n, (tok_bytes){raw.p + at, end - at},
				out + n_out);
		else
			out[n_out++] = raw.p[end++];
	}
	return (tok_bytes){out, n_out};
}
