/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of the stable ids of any text by any model. */
#ifndef STABLE_CHECK_H
#define STABLE_CHECK_H

#include "tok/segment.h"

struct stable_check {
	const tok_model *model;
	tok_encoder *encoder, *fresh; /* fresh has no cache */
	tok_ids stable, all;
	tok_buf tail, text;
	uint64_t random;
	uint64_t n_texts, n_pairs, n_bytes, tail_bytes;
};

void stable_check_init(struct stable_check *c, const tok_model *model,
		       uint64_t seed);
void stable_check_release(struct stable_check *c);

/* The stable ids of text; checks them with n continuations: of pieces and
 * their beginnings, single bytes, spaces, marks, parts of characters. */
void stable_check(struct stable_check *c, tok_bytes text, int n);
/* Of all beginnings of text; and its ids where it comes in n ways in parts. */
void stable_check_beginnings(struct stable_check *c, tok_bytes text, int n);

/*
 * The most that is true of text when up to `most` of n symbols follow, or 0:
 * how many leading ids all of those have. stable_check was called with text.
 */
size_t stable_check_truth(struct stable_check *c, tok_bytes text,
			  const char *const *symbol, size_t n, size_t most);

#endif
