/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents one behind the other, cut where a row is full. In: documents or
 * parts of them. Out: rows in order, all full but the last; what a document
 * has in one row is one sequence, in however many parts it came.
 */
#include "pack/method.h"

tok_status tk_wrap_add(struct tk_row **open, struct tk_rows *rows,
		       struct tk_part part)
{
	struct tk_row *row = *open;
	size_t head = row ? rows->row_len - row->n_ids : 0;

	if (head > part.n)
		head = part.n;
	size_t n_full = (part.n - head) / rows->row_len;
	size_t rest = (part.n - head) % rows->row_len;

	if (tk_rows_reserve(rows, n_full, rest) ||
	    (row && tk_rows_widen(rows, row, head)))
		return TOK_E_MEMORY;
	if (row)
		tk_rows_put(row, tk_part_cut(&part, head));
	if (row && row->n_ids == rows->row_len) {
		tk_rows_push(rows, row);
		*open = NULL;
	}
	tk_rows_fill(rows, n_full, &part);
	if (rest) {
		*open = tk_rows_take(rows);
		tk_rows_put(*open, part);
	}
	return TOK_OK;
}
