/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold of the runs of any normalizing. */
#ifndef CHECK_RUNS_H
#define CHECK_RUNS_H

#include <stdbool.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "text/normalize.h"

/* They tile raw and clean, and what they call equal is. */
static inline void check_runs(const struct tk_runs *runs, tok_bytes raw,
			      tok_bytes clean)
{
	if (runs->n ? runs->run[0].raw_at || runs->run[0].clean_at
		    : !tk_bytes_equal(raw, clean))
		abort();
	for (size_t i = 0; i < runs->n; i++) {
		const struct tk_run *r = &runs->run[i];
		bool last = i + 1 == runs->n;
		uint64_t to = last ? raw.n : r[1].raw_at;
		uint64_t clean_to = last ? clean.n : r[1].clean_at;

		if (to < r->raw_at || clean_to < r->clean_at || to > raw.n ||
		    clean_to > clean.n)
			abort();
		if (r->equal &&
		    !tk_bytes_equal(
			    (tok_bytes){raw.p + r->raw_at, to - r->raw_at},
			    (tok_bytes){clean.p + r->clean_at,
					clean_to - r->clean_at}))
			abort();
	}
}

#endif
