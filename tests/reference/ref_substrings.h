/* SPDX-License-Identifier: Apache-2.0 */
/* Substrings of weighted strings, counted one by one: the twin of seeding. */
#ifndef REF_SUBSTRINGS_H
#define REF_SUBSTRINGS_H

#include <stdint.h>

#include "tok/base.h"

struct ref_text {
	tok_bytes bytes;
	uint64_t weight;
};

/* Occurrences of s at characters of the texts. */
uint64_t ref_count(const struct ref_text *text, size_t n, tok_bytes s);

/*
 * 1 if s (of two bytes or more, whole characters) is a piece that seeding may
 * choose: it occurs min_count times, and no longer substring of at most
 * max_piece bytes, made of whole characters, that begins with it occurs as
 * often.
 */
int ref_is_candidate(const struct ref_text *text, size_t n, tok_bytes s,
		     uint64_t min_count, size_t max_piece);

#endif
