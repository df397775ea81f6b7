/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decomposes and orders UTF-16.
 *
 * In: well-formed UTF-16. Out: its decomposition, where each run of marks is
 * sorted by combining class (Unicode 15.0, D109). Stable counting sort, one
 * pass a run: linear whatever the order was.
 */
#include "text/canonical.h"

#include <string.h>

#include <unicode/utf16.h>

#include "base/memory.h"

enum {
	CLASSES = 256,
	MAPPING = 32, /* units; the longest is 18 */
	MAX_UNITS = 1 << 30
};

void tk_units_init(struct tk_units *u, const tok_alloc *alloc)
{
	u->p = u->room;
	u->n = 0;
	u->cap = sizeof(u->room) / sizeof(u->room[0]);
	u->alloc = alloc;
}

void tk_units_release(struct tk_units *u)
{
	if (u->p != u->room)
		tk_free(u->alloc, u->p, u->cap, sizeof(*u->p));
	tk_units_init(u, u->alloc);
}

bool tk_units_reserve(struct tk_units *u, size_t n)
{
	UChar *p = u->p == u->room ? NULL : u->p;
	size_t cap = p ? u->cap : 0;

	if (n <= u->cap)
		return true;
	if (!tk_grow(u->alloc, (void **)&p, &cap, n, sizeof(*p)))
		return false;
	if (u->p == u->room)
		memcpy(p, u->room, u->n * sizeof(*p));
	u->p = p;
	u->cap = cap;
	return true;
}

/* The character at text[*i], which is moved behind it. */
static UChar32 next_character(const UChar *text, size_t *i)
{
	UChar unit = text[(*i)++];

	if (!U16_IS_LEAD(unit))
		return unit;
	return U16_GET_SUPPLEMENTARY(unit, text[(*i)++]);
}

static tok_status decompose(const UNormalizer2 *norm,
			    const struct tk_units *from, struct tk_units *to)
{
	to->n = 0;
	for (size_t i = 0; i < from->n;) {
		UErrorCode code = U_ZERO_ERROR;
		size_t begin = i;
		UChar mapping[MAPPING];
		UChar32 c = next_character(from->p, &i);
		int32_t n = unorm2_getDecomposition(norm, c, mapping, MAPPING,
						    &code);
		if (U_FAILURE(code) || to->n > MAX_UNITS)
			return TOK_E_LIMIT;
		const UChar *p = n < 0 ? from->p + begin : mapping;
		size_t more = n < 0 ? i - begin : (size_t)n;
		if (!tk_units_reserve(to, to->n + more))
			return TOK_E_MEMORY;
		memcpy(to->p + to->n, p, more * sizeof(*p));
		to->n += more;
	}
	return TOK_OK;
}

/* Sorts text[begin, end), marks alone, by class; scratch is as long. */
static void sort_marks(const UNormalizer2 *norm, UChar *text, size_t begin,
		       size_t end, UChar *scratch)
{
	size_t at[CLASSES] = {0}, sum = begin;

	for (size_t i = begin, from = i; i < end; from = i) {
		UChar32 c = next_character(text, &i);
		at[unorm2_getCombiningClass(norm, c)] += i - from;
	}
	for (size_t k = 0; k < CLASSES; k++) {
		size_t n = at[k];
		at[k] = sum;
		sum += n;
	}
	for (size_t i = begin, from = i; i < end; from = i) {
		UChar32 c = next_character(text, &i);
		size_t *to = &at[unorm2_getCombiningClass(norm, c)];
		memcpy(scratch + *to, text + from, (i - from) * sizeof(*text));
		*to += i - from;
	}
	memcpy(text + begin, scratch + begin, (end - begin) * sizeof(*text));
}

/* Finds the runs of marks that are out of order. */
static void order(const UNormalizer2 *norm, struct tk_units *u, UChar *scratch)
{
	size_t begin = 0;
	uint8_t last = 0;
	bool sorted = true;

	for (size_t i = 0, from = 0; i < u->n; from = i) {
		UChar32 c = next_character(u->p, &i);
		uint8_t class = unorm2_getCombiningClass(norm, c);
		if (!class) {
			if (!sorted)
				sort_marks(norm, u->p, begin, from, scratch);
			sorted = true;
			begin = i;
		} else if (class < last) {
			sorted = false;
		}
		last = class;
	}
	if (!sorted)
		sort_marks(norm, u->p, begin, u->n, scratch);
}

tok_status tk_canonical(const UNormalizer2 *norm, const struct tk_units *from,
			struct tk_units *to)
{
	tok_status st = decompose(norm, from, to);

	if (st || !to->n)
		return st;
	UChar *scratch = tk_new(to->alloc, to->n, sizeof(*scratch));
	if (!scratch)
		return TOK_E_MEMORY;
	order(norm, to, scratch);
	tk_free(to->alloc, scratch, to->n, sizeof(*scratch));
	return TOK_OK;
}
