/* SPDX-License-Identifier: Apache-2.0 */
/* Packs lengths and writes the rows as text, such as "0:3 2:5 | 1:8": the
 * document of each sequence and its length, rows apart by bars. */
#ifndef ROWS_TEXT_H
#define ROWS_TEXT_H

#include <stdio.h>

#include "tok/pack.h"
#include "unit.h"

static inline void rows_text_ready(tok_packer *p, char *text, size_t size)
{
	tok_row row;

	while (!tok_packer_next(p, &row)) {
		size_t n = strlen(text);
		if (n)
			n += (size_t)snprintf(text + n, size - n, " |");
		for (size_t s = 0; s < row.n_seqs; s++)
			n += (size_t)snprintf(text + n, size - n, "%s%d:%d",
					      n ? " " : "",
					      (int)row.origin[s].document,
					      (int)row.seq_lengths[s]);
	}
}

static inline void rows_text(tok_method method, uint32_t row_len,
			     uint32_t open_rows, const size_t *length,
			     size_t n, char *text, size_t size)
{
	static const tok_id ids[1000];
	tok_pack_options o;
	tok_packer *p;

	tok_pack_options_defaults(&o, sizeof(o));
	o.row_len = row_len;
	o.method = method;
	o.open_rows = open_rows;
	assert_ok(tok_packer_new(&o, &p));
	text[0] = 0;
	for (size_t d = 0; d < n; d++) {
		assert_true(length[d] <= 1000);
		assert_ok(tok_packer_add(p, ids, length[d], d));
		rows_text_ready(p, text, size);
	}
	assert_ok(tok_packer_finish(p));
	rows_text_ready(p, text, size);
	tok_packer_free(p);
}

#define LENGTHS(...) \
	(const size_t[]){__VA_ARGS__}, \
		sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t)

#endif
