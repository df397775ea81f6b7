/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"

#include "base/bytes.h"
#include "shard/mds.h"

static const struct tk_mds_config narrow = {false, 3, 1 << 26};

/* The layout by hand: sizes, then shape and values of each column. */
static void rows_by_hand(void **state)
{
	static const tok_id id[] = {1, 258, 65535};
	static const int32_t length[] = {2, 1};
	static const uint8_t want[] = {
		8, 0, 0, 0, 10, 0, 0, 0,
		4, 3, 1, 0, 2, 1, 255, 255,
		4, 2, 2, 0, 0, 0, 1, 0, 0, 0,
	};
	static const uint8_t wide[] = {
		14, 0, 0, 0, 10, 0, 0, 0,
		4, 3, 1, 0, 0, 0, 2, 1, 0, 0, 255, 255, 0, 0,
		4, 2, 2, 0, 0, 0, 1, 0, 0, 0,
	};
	const tok_row row = {id, 3, length, NULL, 2};
	uint8_t got[64];

	(void)state;
	assert_int_equal(tk_mds_row_size(false, 3, 2), sizeof(want));
	tk_mds_encode(false, &row, got);
	assert_memory_equal(got, want, sizeof(want));
	assert_int_equal(tk_mds_row_size(true, 3, 2), sizeof(wide));
	tk_mds_encode(true, &row, got);
	assert_memory_equal(got, wide, sizeof(wide));
	assert_false(tk_mds_wide(65536));
	assert_true(tk_mds_wide(65537));
}

/* The shape takes one byte up to 255, two up to 65,535, then four. */
static void shapes_at_their_edges(void **state)
{
	static const size_t edge[] = {1, 255, 256, 65535, 65536};
	static tok_id id[65536];
	static uint8_t buf[4 * 65536 + 100];
	const char *why;

	(void)state;
	for (size_t i = 0; i < sizeof(edge) / sizeof(edge[0]); i++) {
		int32_t length = (int32_t)edge[i];
		const tok_row row = {id, edge[i], &length, NULL, 1};
		struct tk_mds_row got = {0};
		size_t size = (size_t)tk_mds_row_size(true, edge[i], 1);

		tk_mds_encode(true, &row, buf);
		assert_ok(tk_mds_decode(true, 1, (tok_bytes){buf, size}, &got,
					&why));
		assert_int_equal(got.n_ids, edge[i]);
		assert_int_equal(got.length[0], length);
		tk_mds_row_release(&got);
	}
}

static void rows_come_back(void **state)
{
	uint8_t buf[4096];
	struct tk_mds_row got = {0};
	const char *why;

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		bool wide = i % 2;
		int32_t n_ids = wide ? 70000 : 60000;
		struct dataset_row r;
		dataset_row(i, n_ids, DATASET_MAX_ROW, &r);
		size_t size = (size_t)tk_mds_row_size(wide, r.row.n_ids,
						      r.row.n_seqs);
		tk_mds_encode(wide, &r.row, buf);
		assert_ok(tk_mds_decode(wide, n_ids, (tok_bytes){buf, size},
					&got, &why));
		tok_row back = {got.id, got.n_ids, got.length, NULL,
				got.n_seqs};
		assert_row(&back, i, n_ids, DATASET_MAX_ROW);
	}
	tk_mds_row_release(&got);
}

static tok_status decode(const uint8_t *p, size_t n)
{
	struct tk_mds_row got = {0};
	const char *why = NULL;
	/* A block of its own, so that reading past the end shows. */
	uint8_t *copy = malloc(n + !n);

	memcpy(copy, p, n);
	tok_status st = tk_mds_decode(false, 300, (tok_bytes){copy, n}, &got,
				      &why);
	assert_non_null(why);
	free(copy);
	tk_mds_row_release(&got);
	return st;
}

static void damaged_rows_are_refused(void **state)
{
	static const tok_id id[] = {1, 299, 7};
	static const int32_t length[] = {2, 1};
	const tok_row row = {id, 3, length, NULL, 2};
	uint8_t buf[64];
	size_t n = (size_t)tk_mds_row_size(false, 3, 2);

	(void)state;
	tk_mds_encode(false, &row, buf);
	assert_ok(decode(buf, n));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(decode(buf, i), TOK_E_CORRUPT);
	assert_int_equal(decode(buf, n + 1), TOK_E_CORRUPT);
	/* Ids may change to other ids, all else is tied together. */
	for (size_t bit = 0; bit < 8 * n; bit++) {
		if (bit / 8 >= 10 && bit / 8 < 16)
			continue;
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(decode(buf, n), TOK_E_CORRUPT);
		buf[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	tk_put16(buf + 12, 300);
	assert_int_equal(decode(buf, n), TOK_E_CORRUPT);
}

/* What Python's json.dumps(.., sort_keys=True) prints. */
static void the_header_as_python_prints_it(void **state)
{
	static const char want[] =
		"{\"column_encodings\": [\"ndarray:uint16\", "
		"\"ndarray:int32\"], \"column_names\": [\"input_ids\", "
		"\"seq_lengths\"], \"column_sizes\": [null, null], "
		"\"compression\": \"zstd:3\", \"format\": \"mds\", "
		"\"hashes\": [\"xxh64\"], \"size_limit\": 67108864, "
		"\"version\": 2}";
	tok_buf json = {0};

	(void)state;
	assert_ok(tk_mds_config_json(&narrow, &json));
	assert_int_equal(json.n, sizeof(want) - 1);
	assert_memory_equal(json.p, want, json.n);
	tok_buf_release(&json);
}

static void headers_come_back(void **state)
{
	static const uint32_t size[] = {10, 20, 30};
	tok_bytes json = BYTES("{}"), got;
	uint32_t *offset;
	const char *why;
	tok_buf out = {0};
	size_t n;

	(void)state;
	assert_ok(tk_mds_header(size, 3, json, &out));
	assert_int_equal(out.n, tk_mds_header_size(3, json.n));
	tok_bytes data = {out.p, out.n};
	assert_ok(tk_mds_header_parse(data, out.n + 60, NULL, &offset, &n,
				      &got, &why));
	assert_int_equal(n, 3);
	assert_int_equal(offset[0], out.n);
	assert_int_equal(offset[2], out.n + 30);
	assert_int_equal(got.n, 2);
	free(offset);
	assert_int_equal(tk_mds_header_parse(data, out.n + 59, NULL, &offset,
					     &n, &got, &why),
			 TOK_E_CORRUPT);
	/* Every change of a bit of the numbers shows. */
	for (size_t bit = 0; bit < 8 * (out.n - 2); bit++) {
		out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		tok_status st = tk_mds_header_parse(data, out.n + 60, NULL,
						    &offset, &n, &got, &why);
		/* An offset in the middle may move between its neighbours;
		 * the row there then does not decode. */
		if (!st) {
			assert_in_range(bit / 8, 8, 15);
			free(offset);
		} else {
			assert_int_equal(st, TOK_E_CORRUPT);
		}
		out.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t i = 0; i < out.n - 2; i++)
		assert_int_equal(tk_mds_header_parse((tok_bytes){out.p, i},
						     out.n + 60, NULL, &offset,
						     &n, &got, &why),
				 TOK_E_CORRUPT);
	tok_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_by_hand),
		cmocka_unit_test(shapes_at_their_edges),
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(damaged_rows_are_refused),
		cmocka_unit_test(the_header_as_python_prints_it),
		cmocka_unit_test(headers_come_back),
	};
	return cmocka_run_group_tests_name("mds", tests, NULL, NULL);
}
