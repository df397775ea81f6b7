/* SPDX-License-Identifier: Apache-2.0 */
/* New characters and where they came from. In: a part, and what each new
 * character stands for in it. Out: text with its raw bytes. */
#include "text/rewrite.h"

#include "base/utf8.h"

/* Steps over n old characters; parts hold UTF-8. */
static void skip(struct tk_rewrite *w, uint64_t n)
{
	for (; n && w->at < w->end; n--) {
		tok_bytes text = {w->from->text.p, w->end};
		uint32_t c;

		w->at += tk_utf8_at(text, w->at, &c);
	}
}

/* Where the old byte at `at`, inside the part, came from. */
static tok_span source(const struct tk_rewrite *w, size_t at)
{
	if (!w->to->tracks || w->begin == w->end)
		return (tok_span){0, 0};
	return w->from->from[at < w->end ? at : w->end - 1];
}

/* Of a new character before all old ones: nothing, at their beginning. */
static tok_span before_all(const struct tk_rewrite *w)
{
	uint64_t begin = source(w, w->begin).begin;

	return (tok_span){begin, begin};
}

tok_status tk_rewrite_put(struct tk_rewrite *w, uint32_t c, int64_t change)
{
	uint8_t bytes[4];
	size_t n = tk_utf8_encode(c, bytes);
	tok_span from = change <= 0	     ? source(w, w->at)
			: w->at > w->begin ? source(w, w->at - 1)
					   : before_all(w);

	if (change <= 0)
		skip(w, 1 + (uint64_t)-change);
	return tk_parts_put(w->to, (tok_bytes){bytes, n}, from);
}

tok_status tk_rewrite_replace(struct tk_rewrite *w, size_t stop,
			      tok_bytes text)
{
	w->at = stop;
	return tk_parts_put(w->to, text, source(w, stop - 1));
}
