/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows to the flat tensors of a training step. In: rows. Out: ids, positions,
 * labels, sequence bounds and numbers, all from seq_lengths alone: no id is
 * ever searched for.
 */
#include <string.h>

#include "base/memory.h"
#include "tok/pack.h"

enum { IGNORED_LABEL = -100 };

void tok_batch_init(tok_batch *batch, const tok_alloc *alloc)
{
	*batch = (tok_batch){.alloc = alloc};
}

static void free_tokens(tok_batch *b)
{
	int32_t *array[] = {b->input_ids, b->position_ids, b->labels,
			    b->seq_idx};

	for (int i = 0; i < 4; i++)
		tk_free(b->alloc, array[i], b->cap_total, sizeof(int32_t));
	b->input_ids = b->position_ids = b->labels = b->seq_idx = NULL;
	b->cap_total = 0;
}

static void free_bounds(tok_batch *b)
{
	tk_free(b->alloc, b->cu_seqlens, b->cap_seqs, sizeof(int32_t));
	b->cu_seqlens = NULL;
	b->cap_seqs = 0;
}

void tok_batch_release(tok_batch *batch)
{
	if (!batch)
		return;
	free_tokens(batch);
	free_bounds(batch);
	tok_batch_init(batch, batch->alloc);
}

/* What was there is not kept, so nothing is copied. */
static tok_status make_room(tok_batch *b, size_t total, size_t n_bounds)
{
	if (total > b->cap_total) {
		free_tokens(b);
		b->input_ids = tk_new(b->alloc, total, sizeof(int32_t));
		b->position_ids = tk_new(b->alloc, total, sizeof(int32_t));
		b->labels = tk_new(b->alloc, total, sizeof(int32_t));
		b->seq_idx = tk_new(b->alloc, total, sizeof(int32_t));
		b->cap_total = total;
	}
	if (n_bounds > b->cap_seqs) {
		free_bounds(b);
		b->cu_seqlens = tk_new(b->alloc, n_bounds, sizeof(int32_t));
		b->cap_seqs = n_bounds;
	}
	if (!b->cu_seqlens || (total && (!b->input_ids || !b->position_ids ||
					 !b->labels || !b->seq_idx)))
		return TOK_E_MEMORY;
	return TOK_OK;
}

static tok_status measure(const tok_row *row, size_t n_rows, size_t *total,
			  size_t *n_seqs)
{
	*total = *n_seqs = 0;
	for (size_t r = 0; r < n_rows; r++) {
		uint64_t sum = 0;

		if (row[r].n_ids > INT32_MAX - *total)
			return TOK_E_LIMIT;
		for (size_t s = 0; s < row[r].n_seqs; s++) {
			if (row[r].seq_lengths[s] < 1)
				return TOK_E_ARGUMENT;
			sum += (uint64_t)row[r].seq_lengths[s];
		}
		if (sum != row[r].n_ids)
			return TOK_E_ARGUMENT;
		*total += row[r].n_ids;
		*n_seqs += row[r].n_seqs;
	}
	return TOK_OK;
}

/* One sequence, behind those that are in b. */
static void append(tok_batch *b, const tok_id *id, int32_t n)
{
	size_t at = b->total;

	for (int32_t i = 0; i < n; i++) {
		b->position_ids[at + (size_t)i] = i;
		b->seq_idx[at + (size_t)i] = (int32_t)b->n_seqs;
	}
	memcpy(b->input_ids + at, id, (size_t)n * sizeof(*id));
	memcpy(b->labels + at, id, (size_t)n * sizeof(*id));
	b->labels[at] = IGNORED_LABEL;
	if (n > b->max_seqlen)
		b->max_seqlen = n;
	b->total += (size_t)n;
	b->cu_seqlens[++b->n_seqs] = (int32_t)b->total;
}

tok_status tok_batch_view(const tok_row *row, size_t n_rows, tok_batch *batch)
{
	size_t total, n_seqs;
	tok_status st = measure(row, n_rows, &total, &n_seqs);

	batch->total = batch->n_seqs = 0;
	batch->max_seqlen = 0;
	if (!st)
		st = make_room(batch, total, n_seqs + 1);
	if (st) {
		tok_batch_release(batch);
		return st;
	}
	batch->cu_seqlens[0] = 0;
	for (size_t r = 0; r < n_rows; r++) {
		const tok_id *id = row[r].input_ids;

		for (size_t s = 0; s < row[r].n_seqs; s++) {
			append(batch, id, row[r].seq_lengths[s]);
			id += row[r].seq_lengths[s];
		}
	}
	return TOK_OK;
}
