/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows while they are filled. In: parts of documents. Out: rows in a queue.
 * All that can fail is in reserve and widen: a method calls them before it
 * changes anything, so a failed add leaves the packer as it was.
 */
#include "pack/rows.h"

#include <assert.h>
#include <string.h>

#include "base/memory.h"

enum { SEQ_SIZE = sizeof(tok_origin) + sizeof(int32_t) };

void tk_rows_free(const struct tk_rows *rows, struct tk_row *row)
{
	if (!row)
		return;
	tk_free(rows->alloc, row->id, row->cap_ids, sizeof(*row->id));
	tk_free(rows->alloc, row->origin, row->cap_seqs, SEQ_SIZE);
	tk_free(rows->alloc, row, 1, sizeof(*row));
}

static void free_list(const struct tk_rows *rows, struct tk_row *row)
{
	while (row) {
		struct tk_row *next = row->next;

		tk_rows_free(rows, row);
		row = next;
	}
}

void tk_rows_release(struct tk_rows *rows)
{
	free_list(rows, rows->spare);
	free_list(rows, rows->first);
	tk_rows_free(rows, rows->begun);
	rows->begun = NULL;
	rows->spare = rows->first = rows->last = NULL;
	rows->n_spare = 0;
}

static tok_status widen_seqs(const tok_alloc *alloc, struct tk_row *row)
{
	size_t cap = row->cap_seqs + row->cap_seqs / 2 + 4;
	tok_origin *origin = tk_new(alloc, cap, SEQ_SIZE);

	if (!origin)
		return TOK_E_MEMORY;
	int32_t *length = (int32_t *)(void *)(origin + cap);
	if (row->n_seqs) {
		memcpy(origin, row->origin, row->n_seqs * sizeof(*origin));
		memcpy(length, row->length, row->n_seqs * sizeof(*length));
	}
	tk_free(alloc, row->origin, row->cap_seqs, SEQ_SIZE);
	row->origin = origin;
	row->length = length;
	row->cap_seqs = cap;
	return TOK_OK;
}

tok_status tk_rows_widen(const struct tk_rows *rows, struct tk_row *row,
			 size_t n)
{
	if (!tk_grow(rows->alloc, (void **)&row->id, &row->cap_ids,
		     row->n_ids + n, sizeof(*row->id)))
		return TOK_E_MEMORY;
	if (row->n_seqs < row->cap_seqs)
		return TOK_OK;
	return widen_seqs(rows->alloc, row);
}

size_t tk_rows_pending(const struct tk_rows *rows, const struct tk_part *part)
{
	return part->n + (rows->begun ? rows->begun->n_ids : 0);
}

/* The row begun is taken first, then spare ones from the front of their list,
 * so the ones to widen are the first n_full + 1; missing ones are added
 * behind. */
tok_status tk_rows_reserve(struct tk_rows *rows, size_t n_full, size_t rest)
{
	struct tk_row **at = &rows->spare;
	size_t n_rows = n_full + (rest > 0), i = 0;

	if (rows->begun && n_rows) {
		size_t n = n_full ? rows->row_len : rest;

		if (tk_rows_widen(rows, rows->begun, n - rows->begun->n_ids))
			return TOK_E_MEMORY;
		i = 1;
	}
	for (; i < n_rows; i++) {
		if (!*at) {
			*at = tk_new_zeroed(rows->alloc, 1, sizeof(**at));
			if (!*at)
				return TOK_E_MEMORY;
			rows->n_spare++;
		}
		size_t n = i < n_full ? rows->row_len : rest;
		if (tk_rows_widen(rows, *at, n))
			return TOK_E_MEMORY;
		at = &(*at)->next;
	}
	return TOK_OK;
}

struct tk_row *tk_rows_take(struct tk_rows *rows)
{
	struct tk_row *row = rows->begun;

	if (row) {
		rows->begun = NULL;
	} else {
		row = rows->spare;
		assert(row);
		rows->spare = row->next;
		rows->n_spare--;
		row->next = NULL;
	}
	row->opened = rows->n_opened++;
	return row;
}

/*
 * Whether part is more of the last sequence. Numbers may come twice, but only
 * a document's own next part begins where its sequence ends: another begins
 * at 0, or, its full rows being elsewhere, at a multiple of row_len, where no
 * sequence of a row with room ends.
 */
static bool continues(const struct tk_row *row, const struct tk_part *part)
{
	if (!part->begin || !row->n_seqs)
		return false;
	const tok_origin *last = &row->origin[row->n_seqs - 1];
	uint64_t length = (uint64_t)row->length[row->n_seqs - 1];

	return last->document == part->document &&
	       last->begin + length == part->begin;
}

void tk_rows_put(struct tk_row *row, struct tk_part part)
{
	if (!part.n)
		return;
	assert(row->n_ids + part.n <= row->cap_ids);
	memcpy(row->id + row->n_ids, part.id, part.n * sizeof(*row->id));
	row->n_ids += part.n;
	if (continues(row, &part)) {
		row->length[row->n_seqs - 1] += (int32_t)part.n;
		return;
	}
	assert(row->n_seqs < row->cap_seqs);
	row->length[row->n_seqs] = (int32_t)part.n;
	row->origin[row->n_seqs] = (tok_origin){part.document, part.begin};
	row->n_seqs++;
}

void tk_rows_place(struct tk_rows *rows, struct tk_row *row,
		   struct tk_part part)
{
	const struct tk_row *begun = rows->begun;

	if (begun) {
		tk_rows_put(row, (struct tk_part){begun->id,
						  begun->origin->document,
						  begun->origin->begin,
						  begun->n_ids});
		tk_rows_forget(rows);
	}
	tk_rows_put(row, part);
}

void tk_rows_hold(struct tk_rows *rows, struct tk_part part)
{
	if (!part.n)
		return;
	struct tk_row *row = tk_rows_take(rows);

	tk_rows_put(row, part);
	rows->begun = row;
}

void tk_rows_forget(struct tk_rows *rows)
{
	tk_rows_recycle(rows, rows->begun);
	rows->begun = NULL;
}

void tk_rows_push(struct tk_rows *rows, struct tk_row *row)
{
	row->next = NULL;
	if (rows->last)
		rows->last->next = row;
	else
		rows->first = row;
	rows->last = row;
}

struct tk_row *tk_rows_shift(struct tk_rows *rows)
{
	struct tk_row *row = rows->first;

	if (!row)
		return NULL;
	rows->first = row->next;
	if (!rows->first)
		rows->last = NULL;
	row->next = NULL;
	return row;
}

void tk_rows_recycle(struct tk_rows *rows, struct tk_row *row)
{
	if (!row)
		return;
	if (rows->n_spare >= rows->n_keep) {
		tk_rows_free(rows, row);
		return;
	}
	row->n_ids = row->n_seqs = 0;
	row->next = rows->spare;
	rows->spare = row;
	rows->n_spare++;
}

void tk_rows_fill(struct tk_rows *rows, size_t n_full, struct tk_part *part)
{
	for (size_t i = 0; i < n_full; i++) {
		struct tk_row *row = tk_rows_take(rows);

		tk_rows_put(row, tk_part_cut(part, rows->row_len - row->n_ids));
		tk_rows_push(rows, row);
	}
}

struct tk_part tk_part_cut(struct tk_part *part, size_t n)
{
	struct tk_part head = *part;

	assert(n <= part->n);
	head.n = n;
	part->id += n;
	part->begin += n;
	part->n -= n;
	return head;
}
