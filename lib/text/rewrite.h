/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One part rewritten character by character, keeping count of which old
 * character each new one came from, as tokenizers' NormalizedString::transform
 * does it (tokenizers 0.23, tokenizer/normalizer.rs, observed and rewritten).
 */
#ifndef TK_REWRITE_H
#define TK_REWRITE_H

#include "text/parts.h"

struct tk_rewrite {
	const struct tk_parts *from;
	size_t begin, at, end; /* of the old text; at: not yet accounted for */
	struct tk_parts *to;
};

/*
 * Appends c. change 0: in place of the next old character; -n: of that and
 * the n after it; 1: beside them, from where the old character before came.
 * What is beyond the old text takes the place of nothing. Errors as
 * tk_parts_put.
 */
tok_status tk_rewrite_put(struct tk_rewrite *w, uint32_t c, int64_t change);

/* Appends text in place of old bytes [begin, stop): all of it from where the
 * last of these came. Errors as tk_parts_put. */
tok_status tk_rewrite_replace(struct tk_rewrite *w, size_t stop,
			      tok_bytes text);

#endif
