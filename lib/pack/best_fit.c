/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Streaming best fit over a bounded number of open rows. In: documents. Out:
 * rows as they become full or must make place.
 *
 * A document goes to the fullest open row that has room, the oldest among
 * equals; where none has, it opens a row, and if open_rows rows are
 * open, the fullest (oldest among equals) leaves first. A row that becomes
 * full leaves at once; tokens that fill a whole row are one without ever
 * being open, and push none out. An exact rule: the twin is ref_pack.c.
 *
 * The open rows are kept sorted by (room, opened), so the fullest is the
 * first, and the row for n tokens the first with room >= n: a binary search.
 * Moving a row in the order moves a few hundred bytes for the usual 64 rows,
 * less than the document's own ids; free-space classes would cost a list for
 * every possible room instead.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "pack/method.h"

struct tk_open_row {
	uint32_t room; /* 1 .. row_len - 1 */
	struct tk_row *row;
};

tok_status tk_best_fit_init(struct tk_best_fit *fit, const tok_alloc *alloc,
			    size_t n_open)
{
	fit->n = 0;
	fit->cap = n_open;
	fit->open = tk_new(alloc, n_open, sizeof(*fit->open));
	return fit->open ? TOK_OK : TOK_E_MEMORY;
}

void tk_best_fit_release(struct tk_best_fit *fit, const struct tk_rows *rows)
{
	for (size_t i = 0; i < fit->n; i++)
		tk_rows_free(rows, fit->open[i].row);
	tk_free(rows->alloc, fit->open, fit->cap, sizeof(*fit->open));
}

/* The first place at which (room, opened) is not below the one given. */
static size_t find(const struct tk_best_fit *fit, size_t room, uint64_t opened)
{
	size_t low = 0, high = fit->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct tk_open_row *o = &fit->open[mid];

		if (o->room < room ||
		    (o->room == room && o->row->opened < opened))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static struct tk_row *remove_at(struct tk_best_fit *fit, size_t i)
{
	struct tk_row *row = fit->open[i].row;

	fit->n--;
	memmove(&fit->open[i], &fit->open[i + 1],
		(fit->n - i) * sizeof(*fit->open));
	return row;
}

static void insert(struct tk_best_fit *fit, struct tk_row *row, uint32_t room)
{
	size_t i = find(fit, room, row->opened);

	assert(fit->n < fit->cap);
	memmove(&fit->open[i + 1], &fit->open[i],
		(fit->n - i) * sizeof(*fit->open));
	fit->open[i] = (struct tk_open_row){room, row};
	fit->n++;
}

tok_status tk_best_fit_add(struct tk_best_fit *fit, struct tk_rows *rows,
			   struct tk_part part)
{
	size_t n = tk_rows_pending(rows, &part);
	size_t n_full = n / rows->row_len, rest = n % rows->row_len;
	size_t i = rest ? find(fit, rest, 0) : fit->n;
	struct tk_row *into = i < fit->n ? fit->open[i].row : NULL;

	if (tk_rows_reserve(rows, n_full, into ? 0 : rest) ||
	    (into && tk_rows_widen(rows, into, rest)))
		return TOK_E_MEMORY;

	tk_rows_fill(rows, n_full, &part);
	if (!rest)
		return TOK_OK;
	if (into) {
		(void)remove_at(fit, i);
	} else {
		if (fit->n == fit->cap)
			tk_rows_push(rows, remove_at(fit, 0));
		into = tk_rows_take(rows);
	}
	tk_rows_place(rows, into, part);
	if (into->n_ids == rows->row_len)
		tk_rows_push(rows, into);
	else
		insert(fit, into, rows->row_len - (uint32_t)into->n_ids);
	return TOK_OK;
}

static int by_age(const void *a, const void *b)
{
	uint64_t x = ((const struct tk_open_row *)a)->row->opened;
	uint64_t y = ((const struct tk_open_row *)b)->row->opened;

	return (x > y) - (x < y);
}

void tk_best_fit_finish(struct tk_best_fit *fit, struct tk_rows *rows)
{
	if (fit->n)
		qsort(fit->open, fit->n, sizeof(*fit->open), by_age);
	for (size_t i = 0; i < fit->n; i++)
		tk_rows_push(rows, fit->open[i].row);
	fit->n = 0;
}
