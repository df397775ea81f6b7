/* SPDX-License-Identifier: Apache-2.0 */
/* Every place of every text is looked at for every question. */
#include "ref_substrings.h"

#include <string.h>

#include "base/utf8.h"

static int at_character(tok_bytes text, size_t at)
{
	uint32_t c;
	size_t i = 0;

	while (i < at) {
		size_t size = tk_utf8_decode((tok_bytes){text.p + i,
							 text.n - i}, &c);
		i += size ? size : 1;
	}
	return i == at;
}

static int occurs(tok_bytes text, size_t at, tok_bytes s)
{
	return s.n <= text.n - at && !memcmp(text.p + at, s.p, s.n) &&
	       at_character(text, at);
}

uint64_t ref_count(const struct ref_text *text, size_t n, tok_bytes s)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < text[i].bytes.n; at++)
			if (occurs(text[i].bytes, at, s))
				count += text[i].weight;
	return count;
}

int ref_is_candidate(const struct ref_text *text, size_t n, tok_bytes s,
		     uint64_t min_count, size_t max_piece)
{
	uint64_t count = ref_count(text, n, s);

	if (count < min_count)
		return 0;
	for (size_t i = 0; i < n; i++)
		for (size_t at = 0; at < text[i].bytes.n; at++) {
			tok_bytes t = text[i].bytes;
			uint32_t c;

			if (!occurs(t, at, s))
				continue;
			tok_bytes rest = {t.p + at + s.n, t.n - at - s.n};
			size_t more = tk_utf8_decode(rest, &c);
			tok_bytes longer = {t.p + at, s.n + more};
			if (more && longer.n <= max_piece &&
			    ref_count(text, n, longer) == count)
				return 0;
		}
	return 1;
}
