/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of a model's pieces, which the threads of an encoder share. */
#ifndef TK_MATCH_TABLES_H
#define TK_MATCH_TABLES_H

#include <stdatomic.h>

#include "segment/matches.h"

/* Zero it but for alloc. All but init and release may be called by any number
 * of threads at once. */
struct tk_match_tables {
	const tok_alloc *alloc;
	atomic_int state; /* see match_tables.c */
	struct tk_matches matches;
};

/* The tables; NULL while there are none. */
const struct tk_matches *tk_match_tables_get(struct tk_match_tables *t);

/*
 * Makes them, in time linear in the pieces, unless they are there, cannot be
 * had (see tk_matches_init), or are being made by another thread, which nobody
 * waits for. TOK_E_MEMORY; another call may then have it.
 */
tok_status tk_match_tables_make(struct tk_match_tables *t,
				const tok_model *model);
void tk_match_tables_release(struct tk_match_tables *t);

#endif
