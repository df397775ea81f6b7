/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows while they are filled: taken from the spare ones, filled by a method,
 * then ready in a queue, lent to the caller and spare again. A document that
 * comes in parts begins a row of its own, which is the next one taken, and
 * what is in it counts as the first tokens of whatever is placed next.
 */
#ifndef TK_ROWS_H
#define TK_ROWS_H

#include <stdbool.h>

#include "tok/pack.h"

struct tk_row {
	struct tk_row *next; /* in the list that it is on */
	uint64_t opened;     /* rises from row to row */
	tok_id *id;
	size_t n_ids, cap_ids;
	tok_origin *origin; /* one block with length, which lies behind it */
	int32_t *length;
	size_t n_seqs, cap_seqs;
};

struct tk_rows {
	const tok_alloc *alloc;
	uint32_t row_len;
	size_t n_keep;                /* spare rows to keep at most */
	struct tk_row *spare;
	size_t n_spare;
	struct tk_row *begun;         /* or NULL: one sequence, not placed */
	struct tk_row *first, *last;  /* ready, in order */
	uint64_t n_opened;
};

/* Tokens [begin, begin + n) of a document; id is the first of them. */
struct tk_part {
	const tok_id *id;
	uint64_t document, begin;
	size_t n;
};

/* Takes the first n tokens off part and returns them. */
struct tk_part tk_part_cut(struct tk_part *part, size_t n);

void tk_rows_release(struct tk_rows *rows);

/* Tokens to place: those that wait in rows->begun, and part. */
size_t tk_rows_pending(const struct tk_rows *rows, const struct tk_part *part);

/* Makes sure that the next n_full rows taken hold row_len tokens and the one
 * after them rest (0: none is needed), one sequence each, with what waits. */
tok_status tk_rows_reserve(struct tk_rows *rows, size_t n_full, size_t rest);

/* Room for one more sequence of n tokens. */
tok_status tk_rows_widen(const struct tk_rows *rows, struct tk_row *row,
			 size_t n);

/* A row out of those reserved: the one begun, or an empty one. */
struct tk_row *tk_rows_take(struct tk_rows *rows);
/* Appends a sequence, or lengthens the last one if it is the part before;
 * its room was reserved. */
void tk_rows_put(struct tk_row *row, struct tk_part part);
/* Appends what waits and part, as one sequence. */
void tk_rows_place(struct tk_rows *rows, struct tk_row *row,
		   struct tk_part part);
/* part waits, in a reserved row. */
void tk_rows_hold(struct tk_rows *rows, struct tk_part part);
/* What waits is placed nowhere. */
void tk_rows_forget(struct tk_rows *rows);
/* The row is ready. */
void tk_rows_push(struct tk_rows *rows, struct tk_row *row);
/* The first that is ready, or NULL. */
struct tk_row *tk_rows_shift(struct tk_rows *rows);
/* A row nobody reads any more. */
void tk_rows_recycle(struct tk_rows *rows, struct tk_row *row);
void tk_rows_free(const struct tk_rows *rows, struct tk_row *row);

/* Takes n_full reserved rows, fills each with the next row_len tokens of
 * what waits and part, makes them ready, and leaves in part what is behind
 * them. */
void tk_rows_fill(struct tk_rows *rows, size_t n_full, struct tk_part *part);

#endif
