/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Canonical order in linear time, for the segments that no text of people
 * has. ICU inserts each mark into its place among those before it, which
 * takes quadratic time for a long run of marks in the wrong order: a megabyte
 * of them would take minutes.
 */
#ifndef TK_CANONICAL_H
#define TK_CANONICAL_H

#include <stdbool.h>

#include <unicode/unorm2.h>

#include "tok/base.h"

/* UTF-16 that grows out of room of its own. */
struct tk_units {
	UChar *p;
	size_t n, cap;
	const tok_alloc *alloc;
	UChar room[128];
};

void tk_units_init(struct tk_units *units, const tok_alloc *alloc);
void tk_units_release(struct tk_units *units);
/* Room for n units in all; what was there is kept. */
bool tk_units_reserve(struct tk_units *units, size_t n);

/* to is set to the full decomposition of from in canonical order, which norm
 * takes to the same text as from. TOK_E_MEMORY, TOK_E_LIMIT. */
tok_status tk_canonical(const UNormalizer2 *norm, const struct tk_units *from,
			struct tk_units *to);

#endif
