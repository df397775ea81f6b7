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

	if (row && part.n <= rows->row_len - row->n_ids) {
		if (tk_rows_widen(rows, row, part.n))
			return TOK_E_MEMORY;
	} else {
		size_t n_full = part.n / rows->row_len;

		if (tk_rows_reserve(rows, n_full, part.n % rows->row_len))
			return TOK_E_MEMORY;
		if (row)
			tk_rows_push(rows, row);
		*open = NULL;
		tk_rows_fill(rows, n_full, &part);
		if (!part.n)
			return TOK_OK;
		row = *open = tk_rows_take(rows);
	}
	tk_rows_put(row, part);
	if (row->n_ids == rows->row_len) {
		tk_rows_push(rows, row);
		*open = NULL;
	}
	return TOK_OK;
}
