/* SPDX-License-Identifier: Apache-2.0 */
/* Back pointers that wait long for a place where all paths meet. */
#ifndef TK_FROZEN_H
#define TK_FROZEN_H

#include "base/memory.h"

/* The longest period that is seen: the strings whose repetition has no cut and
 * no meeting are short. */
enum { TK_FROZEN_PERIOD = 64 };

/* Some slots as they are, then those that repeat the last `period` of them. */
struct tk_frozen_run {
	size_t n_own, n_again;
	size_t period; /* 0: none repeat as yet */
};

/* Slots, from the first to the last. Zero it. */
struct tk_frozen {
	size_t n;
	uint64_t *back; /* the runs' own slots: unit << 16 | size */
	size_t n_backs, cap_backs;
	struct tk_frozen_run *run;
	size_t n_runs, cap_runs;
	/* Of the last run. Where period - 1 is the index: so many of the last
	 * slots are equal to those a period before them. */
	uint32_t same[TK_FROZEN_PERIOD];
	size_t phase; /* n_again modulo period */
};

/* Appends n slots. The unit of one that has no size is not kept. TOK_E_MEMORY;
 * release it then. */
tok_status tk_frozen_add(struct tk_frozen *f, const tok_alloc *alloc,
			 const uint32_t *unit, const uint16_t *size, size_t n);
void tk_frozen_release(struct tk_frozen *f, const tok_alloc *alloc);

/* Reads slots, each below the one before. */
struct tk_frozen_reader {
	const struct tk_frozen_run *run;
	const uint64_t *back; /* of this run */
	size_t begin;         /* slot at which it begins */
};

struct tk_frozen_reader tk_frozen_read(const struct tk_frozen *f);
/* unit << 16 | size, of a slot < f->n. */
uint64_t tk_frozen_at(struct tk_frozen_reader *r, size_t slot);

#endif
