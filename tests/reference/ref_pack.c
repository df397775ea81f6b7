/* SPDX-License-Identifier: Apache-2.0 */
/* Open rows are a list in order of opening, searched from end to end. */
#include "ref_pack.h"

#include <stdlib.h>
#include <string.h>

static void append_row(struct ref_plan *list, struct ref_row row)
{
	list->row = realloc(list->row, (list->n_rows + 1) * sizeof(row));
	if (!list->row)
		abort();
	list->row[list->n_rows++] = row;
}

static struct ref_row remove_row(struct ref_plan *list, size_t i)
{
	struct ref_row row = list->row[i];

	memmove(list->row + i, list->row + i + 1,
		(list->n_rows - i - 1) * sizeof(row));
	list->n_rows--;
	return row;
}

static void append_seq(struct ref_row *row, struct ref_seq seq)
{
	row->seq = realloc(row->seq, (row->n_seqs + 1) * sizeof(seq));
	if (!row->seq)
		abort();
	row->seq[row->n_seqs++] = seq;
	row->n_tokens += seq.n;
}

/* The fullest row with room for n, the oldest among equals; or n_rows. */
static size_t fullest(const struct ref_plan *open, size_t row_len, size_t n)
{
	size_t best = open->n_rows;

	for (size_t i = 0; i < open->n_rows; i++) {
		if (open->row[i].n_tokens + n > row_len)
			continue;
		if (best == open->n_rows ||
		    open->row[i].n_tokens > open->row[best].n_tokens)
			best = i;
	}
	return best;
}

static void place(const tok_pack_options *o, struct ref_plan *open,
		  struct ref_plan *plan, struct ref_seq seq)
{
	size_t i = fullest(open, o->row_len, seq.n);
	size_t limit = o->method == TOK_METHOD_BEST_FIT ? o->open_rows : 1;
	int whole = seq.n == o->row_len;

	if (whole && o->method == TOK_METHOD_BEST_FIT) {
		struct ref_row row = {0};
		append_seq(&row, seq);
		append_row(plan, row);
		return;
	}
	if (i == open->n_rows) {
		if (open->n_rows == limit)
			append_row(plan, remove_row(open, fullest(open,
								  o->row_len,
								  0)));
		i = open->n_rows;
		append_row(open, (struct ref_row){0});
	}
	append_seq(&open->row[i], seq);
	if (open->row[i].n_tokens == o->row_len)
		append_row(plan, remove_row(open, i));
}

void ref_pack(const tok_pack_options *o, const size_t *length,
	      size_t n_documents, struct ref_plan *plan)
{
	struct ref_plan open = {0};

	*plan = (struct ref_plan){0};
	for (size_t d = 0; d < n_documents; d++) {
		size_t n = length[d], at = 0;

		if (o->method != TOK_METHOD_WRAP && n > o->row_len) {
			if (o->over_long == TOK_OVER_LONG_TRUNCATE)
				n = o->row_len;
			else if (o->over_long != TOK_OVER_LONG_SPLIT)
				n = 0;
		}
		while (at < n) {
			size_t part = o->row_len;

			if (o->method == TOK_METHOD_WRAP && open.n_rows)
				part -= open.row[0].n_tokens;
			if (part > n - at)
				part = n - at;
			place(o, &open, plan, (struct ref_seq){d, at, part});
			at += part;
		}
	}
	while (open.n_rows)
		append_row(plan, remove_row(&open, 0));
	free(open.row);
}

void ref_pack_release(struct ref_plan *plan)
{
	for (size_t i = 0; i < plan->n_rows; i++)
		free(plan->row[i].seq);
	free(plan->row);
}
