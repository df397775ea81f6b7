/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which ASCII SentencePiece's normalizer leaves as it is, whatever stands
 * beside it: the words of most texts need no normalizer.
 */
#ifndef TK_PLAIN_H
#define TK_PLAIN_H

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "base/bytes.h"
#include "base/compiler.h"
#include "text/sp_normalize.h"

enum {
	TK_PLAIN_STAYS = 1, /* as it is, if ASCII follows or nothing */
	TK_PLAIN_SPACE = 2, /* becomes one space, if ASCII follows or nothing;
			       and no key of the map holds it but at its
			       beginning */
	TK_PLAIN_ENDS = 4   /* stays, and no piece holds it before a space:
			       set by the model */
};

struct tk_plain {
	bool works;     /* else there is nothing plain */
	bool printable; /* all of '!' to '~' stay */
	bool low;       /* what becomes a space is ' ' or below */
	uint8_t class[256];
	/* Bit b & 63 of stays[a & 15]: three-byte characters that begin with
	 * a and b stay, whatever follows. */
	uint64_t stays[16];
};

/* What is plain with this form, but for its user-defined symbols. */
void tk_plain_find(struct tk_plain *plain, const struct tk_sp_form *form);

/* No word may begin as this symbol does, or hold it. */
void tk_plain_exclude(struct tk_plain *plain, tok_bytes symbol);

/* High bits of the bytes of x that are not '!' to '~'. */
TK_INLINE uint64_t tk_plain_unprintable(uint64_t x)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;
	uint64_t low = x & ~high;

	/* Of seven bits each, so no byte carries into another. */
	return (x | (low + ones) | ~((low | high) - '!' * ones)) & high;
}

/* How far tk_plain_seen looks. */
enum { TK_PLAIN_SEEN = 16 };

/* How many of the TK_PLAIN_SEEN bytes at p are '!' to '~', up to one that is
 * not. No branch: nobody can foretell how long a word is. */
TK_INLINE size_t tk_plain_seen_anywhere(const uint8_t *p)
{
	uint64_t first = tk_plain_unprintable(tk_get64(p));
	uint64_t second = tk_plain_unprintable(tk_get64(p + 8));
	uint64_t none = -(uint64_t)!first, all = -(uint64_t)!second & none;
	uint64_t ends = first | (second & none) | (all & 1);

	return (TK_LOWEST_BIT(ends) >> 3) + (none & 8) + (all & 8);
}

/* The same, by what the processor has for it. */
#if defined(__SSE2__)
TK_INLINE size_t tk_plain_seen(const uint8_t *p)
{
	/* Signed: what is not ASCII is below 0. */
	const __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	const __m128i stays = _mm_and_si128(
		_mm_cmpgt_epi8(x, _mm_set1_epi8(' ')),
		_mm_cmplt_epi8(x, _mm_set1_epi8('~' + 1)));

	return TK_LOWEST_BIT(~(unsigned long long)_mm_movemask_epi8(stays));
}
#else
#define tk_plain_seen tk_plain_seen_anywhere
#endif

/* Bytes of text[at..) that stay, up to one that may not. */
TK_INLINE size_t tk_plain_run(const struct tk_plain *plain, tok_bytes text,
			      size_t at)
{
	size_t i = at;

	while (plain->printable && text.n - i >= 8) {
		uint64_t ends = tk_plain_unprintable(tk_get64(text.p + i));

		if (ends)
			return i + TK_LOWEST_BIT(ends) / 8 - at;
		i += 8;
	}
	while (i < text.n && plain->class[text.p[i]] & TK_PLAIN_STAYS)
		i++;
	return i - at;
}

/*
 * Bytes of text that stay for certain: ASCII before ASCII or the end, and
 * characters of three bytes. It may be less than all that do.
 */
TK_INLINE size_t tk_plain_ahead(const struct tk_plain *plain, tok_bytes text)
{
	const uint8_t *p = text.p;
	size_t i = 0, n = text.n;

	while (i < n) {
		if (p[i] < 0x80) {
			if (!(plain->class[p[i]] & TK_PLAIN_STAYS) ||
			    (i + 1 < n && p[i + 1] >= 0x80))
				break;
			i++;
			continue;
		}
		if (n - i < 3 || p[i] >> 4 != 0xE ||
		    ((p[i + 1] ^ 0x80) | (p[i + 2] ^ 0x80)) > 0x3F ||
		    !(plain->stays[p[i] & 15] >> (p[i + 1] & 63) & 1))
			break;
		i += 3;
	}
	return i;
}

/* The first byte of text[at..) that may be one of spaces, if they are low;
 * text.n if there is none. */
TK_INLINE size_t tk_plain_low(tok_bytes text, size_t at)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), high = ones << 7;

	for (; text.n - at >= 8; at += 8) {
		uint64_t x = tk_get64(text.p + at);
		uint64_t low = ~(((x & ~high) | high) - '!' * ones) & ~x & high;

		if (low)
			return at + TK_LOWEST_BIT(low) / 8;
	}
	while (at < text.n && text.p[at] > ' ')
		at++;
	return at;
}

#endif
