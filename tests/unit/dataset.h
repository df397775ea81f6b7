/* SPDX-License-Identifier: Apache-2.0 */
/* Small data sets for tests: rows that follow from their number. */
#ifndef DATASET_H
#define DATASET_H

#include <stdio.h>
#include <unistd.h>

#include "tok/shard.h"
#include "unit.h"

enum { DATASET_MAX_ROW = 300 };

struct dataset_row {
	tok_id id[DATASET_MAX_ROW];
	int32_t length[DATASET_MAX_ROW];
	tok_row row;
};

/* Row number i of a set with so many ids and tokens a row at most. */
static inline void dataset_row(uint64_t i, int32_t n_ids, uint32_t row_len,
			       struct dataset_row *out)
{
	uint64_t seed = i * 77 + 1;
	size_t n = 1 + unit_below(&seed, row_len), n_seqs = 0;

	if (i % 5 == 0)
		n = row_len;
	for (size_t t = 0; t < n; t++)
		out->id[t] = (tok_id)unit_below(&seed, (size_t)n_ids);
	out->id[0] = n_ids - 1;
	for (size_t left = n; left;) {
		size_t part = 1 + unit_below(&seed, left);
		out->length[n_seqs++] = (int32_t)part;
		left -= part;
	}
	out->row = (tok_row){out->id, n, out->length, NULL, n_seqs};
}

static inline void dataset_options(tok_writer_options *o, int32_t n_ids,
				   uint32_t row_len)
{
	tok_writer_options_defaults(o, sizeof(*o));
	o->n_ids = n_ids;
	o->row_len = row_len;
}

static inline tok_status dataset_rows(tok_writer *w,
				      const tok_writer_options *o,
				      size_t n_rows, tok_error *err)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n_rows; i++) {
		struct dataset_row r;
		dataset_row(i, o->n_ids, o->row_len, &r);
		st = tok_writer_row(w, &r.row, err);
	}
	return st;
}

/* Writes n_rows rows to dir. */
static inline tok_status dataset_write(const char *dir,
				       const tok_writer_options *o,
				       tok_pool *pool, size_t n_rows,
				       tok_dataset *set, tok_error *err)
{
	tok_writer *w;
	tok_status st = tok_writer_open(dir, o, pool, &w, err);

	if (st)
		return st;
	st = dataset_rows(w, o, n_rows, err);
	if (st) {
		tok_writer_abort(w);
		return st;
	}
	return tok_writer_close(w, NULL, set, err);
}

static inline void assert_row(const tok_row *row, uint64_t i, int32_t n_ids,
			      uint32_t row_len)
{
	struct dataset_row r;

	dataset_row(i, n_ids, row_len, &r);
	assert_int_equal(row->n_ids, r.row.n_ids);
	assert_int_equal(row->n_seqs, r.row.n_seqs);
	assert_memory_equal(row->input_ids, r.id, r.row.n_ids * sizeof(tok_id));
	assert_memory_equal(row->seq_lengths, r.length,
			    r.row.n_seqs * sizeof(int32_t));
}

/* Fails with the sentence, not with a number. */
#define assert_call(call, err) \
	do { \
		if (call) \
			fail_msg("%s: %s", #call, (err).text); \
	} while (0)

static const char *const dataset_names[] = {
	"tok.json", "index.json", "shard.00000.mds.zstd",
	"shard.00001.mds.zstd", "shard.00002.mds.zstd",
	"shard.00003.mds.zstd", "shard.00004.mds.zstd",
};
enum { DATASET_NAMES = sizeof(dataset_names) / sizeof(dataset_names[0]) };

static inline int dataset_has(const char *dir, const char *name)
{
	char *path = unit_path(dir, name);
	int there = !access(path, F_OK);

	free(path);
	return there;
}

/* The same files of the same bytes. */
static inline void assert_same_sets(const char *a, const char *b)
{
	for (int i = 0; i < DATASET_NAMES; i++) {
		assert_int_equal(dataset_has(a, dataset_names[i]),
				 dataset_has(b, dataset_names[i]));
		if (!dataset_has(a, dataset_names[i]))
			continue;
		char *pa = unit_path(a, dataset_names[i]);
		char *pb = unit_path(b, dataset_names[i]);
		tok_bytes x = unit_read_file(pa), y = unit_read_file(pb);
		assert_int_equal(x.n, y.n);
		assert_memory_equal(x.p, y.p, x.n);
		free((void *)(uintptr_t)x.p);
		free((void *)(uintptr_t)y.p);
		free(pa);
		free(pb);
	}
}

/* Opens it, and finds these rows. */
static inline void dataset_check(const char *dir, size_t n_rows)
{
	tok_reader *r;
	tok_error err;
	tok_row row;

	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	const tok_dataset *set = tok_reader_dataset(r);
	assert_int_equal(set->rows, n_rows);
	for (size_t i = 0; i < n_rows; i++) {
		assert_call(tok_reader_row(r, i, &row, &err), err);
		assert_row(&row, i, set->n_ids, set->row_len);
	}
	tok_reader_close(r);
}

/* A model's fingerprint. */
static const tok_digest dataset_model = {
	{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa,
	 0xbb, 0xcc, 0xdd, 0xee, 0xff}};

#endif
