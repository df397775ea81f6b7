/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods: each knows which rows are open and where the next document
 * goes: what of it waits (tk_rows_hold), and part. An add that fails
 * (TOK_E_MEMORY) changes nothing; there is at least one token to place.
 * Wrapping lets nothing wait, and takes any part of a document.
 */
#ifndef TK_METHOD_H
#define TK_METHOD_H

#include "pack/rows.h"

enum { TK_MAX_OPEN_ROWS = 65536 };

/* Open rows by room, the fullest first, the oldest first among equals. */
struct tk_best_fit {
	struct tk_open_row *open;
	size_t n, cap;
};

tok_status tk_best_fit_init(struct tk_best_fit *fit, const tok_alloc *alloc,
			    size_t n_open);
void tk_best_fit_release(struct tk_best_fit *fit, const struct tk_rows *rows);
tok_status tk_best_fit_add(struct tk_best_fit *fit, struct tk_rows *rows,
			   struct tk_part part);
void tk_best_fit_finish(struct tk_best_fit *fit, struct tk_rows *rows);

/* *open is the open row or NULL; it has tokens and room. */
tok_status tk_next_fit_add(struct tk_row **open, struct tk_rows *rows,
			   struct tk_part part);
tok_status tk_wrap_add(struct tk_row **open, struct tk_rows *rows,
		       struct tk_part part);

#endif
