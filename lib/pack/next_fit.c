/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One open row; what does not fit closes it. In: documents. Out: rows in the
 * documents' order, sequences in the documents' order inside them.
 */
#include "pack/method.h"

tok_status tk_next_fit_add(struct tk_row **open, struct tk_rows *rows,
			   struct tk_part part)
{
	struct tk_row *row = *open;
	size_t n = tk_rows_pending(rows, &part);

	if (row && n <= rows->row_len - row->n_ids) {
		if (tk_rows_widen(rows, row, n))
			return TOK_E_MEMORY;
	} else {
		size_t n_full = n / rows->row_len, rest = n % rows->row_len;

		if (tk_rows_reserve(rows, n_full, rest))
			return TOK_E_MEMORY;
		if (row)
			tk_rows_push(rows, row);
		*open = NULL;
		tk_rows_fill(rows, n_full, &part);
		if (!rest)
			return TOK_OK;
		row = *open = tk_rows_take(rows);
	}
	tk_rows_place(rows, row, part);
	if (row->n_ids == rows->row_len) {
		tk_rows_push(rows, row);
		*open = NULL;
	}
	return TOK_OK;
}
