/* SPDX-License-Identifier: Apache-2.0 */
/* The best of many candidates, in memory for few. */
#ifndef TK_SELECT_H
#define TK_SELECT_H

#include "tok/base.h"

struct tk_candidate {
	uint64_t worth, count;
	tok_bytes bytes;
};

/* Holds candidates until they are 4 * n_wanted; then the best n_wanted stay.
 * Better is higher worth, then longer, then earlier bytewise. */
struct tk_candidates {
	const tok_alloc *alloc;
	struct tk_candidate *at;
	size_t n, cap, n_wanted;
};

void tk_candidates_init(struct tk_candidates *c, size_t n_wanted,
			const tok_alloc *alloc);
void tk_candidates_release(struct tk_candidates *c);
tok_status tk_candidates_add(struct tk_candidates *c,
			     struct tk_candidate candidate);
/* Adds all of from. */
tok_status tk_candidates_join(struct tk_candidates *c,
			      const struct tk_candidates *from);
/* Leaves the best n_wanted, in no order. */
void tk_candidates_select(struct tk_candidates *c);

#endif
