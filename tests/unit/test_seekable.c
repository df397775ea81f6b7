/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdbool.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "shard/seekable.h"

static void frames_come_back(void **state)
{
	tk_zstd *z = tk_zstd_new(NULL);
	tok_bytes raw = BYTES("all work and no play makes jack a dull boy");
	struct tk_frame frame = {0};
	tok_buf zip = {0};
	uint8_t back[100];

	(void)state;
	assert_ok(tk_zstd_pack(z, 3, raw, &zip, &frame));
	assert_true(zip.n <= tk_zstd_bound(raw.n));
	assert_int_equal(frame.zip_size, zip.n);
	assert_int_equal(frame.raw_size, raw.n);
	assert_int_equal(frame.checksum, (uint32_t)tk_xxh64(raw));
	assert_ok(tk_zstd_unpack(z, (tok_bytes){zip.p, zip.n}, &frame, back));
	assert_memory_equal(back, raw.p, raw.n);
	tok_buf_release(&zip);
	tk_zstd_free(z);
	tk_zstd_free(NULL);
}

/* One frame and no more, whole, with its size and checksum in it. */
static void damaged_frames_are_refused(void **state)
{
	tk_zstd *z = tk_zstd_new(NULL);
	tok_bytes raw = BYTES("to be or not to be, to be or not to be");
	struct tk_frame frame = {0}, wrong;
	tok_buf zip = {0};
	uint8_t back[100];

	(void)state;
	assert_ok(tk_zstd_pack(z, 3, raw, &zip, &frame));
	for (size_t bit = 0; bit < 8 * zip.n; bit++) {
		zip.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
		tok_status st = tk_zstd_unpack(z, (tok_bytes){zip.p, zip.n},
					       &frame, back);
		/* zstd leaves a few bits unused: they change nothing. */
		if (!st)
			assert_memory_equal(back, raw.p, raw.n);
		else
			assert_int_equal(st, TOK_E_CORRUPT);
		zip.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < zip.n; n++) {
		wrong = frame;
		wrong.zip_size = (uint32_t)n;
		assert_int_equal(tk_zstd_unpack(z, (tok_bytes){zip.p, n},
						&wrong, back),
				 TOK_E_CORRUPT);
	}
	wrong = frame;
	wrong.raw_size--;
	assert_int_equal(tk_zstd_unpack(z, (tok_bytes){zip.p, zip.n}, &wrong,
					back), TOK_E_CORRUPT);
	wrong = frame;
	wrong.checksum++;
	assert_int_equal(tk_zstd_unpack(z, (tok_bytes){zip.p, zip.n}, &wrong,
					back), TOK_E_CORRUPT);
	tok_buf_release(&zip);
	tk_zstd_free(z);
}

static const struct tk_frame three[] = {
	{.zip_size = 20, .raw_size = 100, .checksum = 7},
	{.zip_size = 30, .raw_size = 200, .checksum = 8},
	{.zip_size = 40, .raw_size = 300, .checksum = 9},
};

static void tables_come_back(void **state)
{
	struct tk_frame got[3];
	tok_buf table = {0};
	uint32_t n;

	(void)state;
	assert_ok(tk_seekable_end(three, three + 1, 2, &table));
	assert_int_equal(table.n, tk_seekable_table_size(3));
	uint64_t size = 90 + table.n;
	tok_bytes footer = {table.p + table.n - TK_SEEKABLE_FOOTER,
			    TK_SEEKABLE_FOOTER};
	assert_true(tk_seekable_footer(footer, size, &n));
	assert_int_equal(n, 3);
	assert_true(tk_seekable_parse((tok_bytes){table.p, table.n}, size, got,
				      &n));
	assert_int_equal(n, 3);
	assert_int_equal(got[2].zip_at, 50);
	assert_int_equal(got[2].raw_at, 300);
	assert_int_equal(got[1].checksum, 8);
	/* Not the file's size, or a table larger than the file. */
	assert_false(tk_seekable_parse((tok_bytes){table.p, table.n}, size + 1,
				       got, &n));
	assert_false(tk_seekable_footer(footer, table.n, &n));
	tok_buf_release(&table);
}

/* All bits but those of unpacked sizes and checksums, which the frames
 * themselves are compared with. */
static void damaged_tables_are_refused(void **state)
{
	struct tk_frame got[3];
	tok_buf table = {0};
	uint32_t n;

	(void)state;
	assert_ok(tk_seekable_end(three, three + 1, 2, &table));
	tok_bytes all = {table.p, table.n};
	tok_bytes footer = {table.p + table.n - TK_SEEKABLE_FOOTER,
			    TK_SEEKABLE_FOOTER};
	for (size_t bit = 0; bit < 8 * table.n; bit++) {
		size_t at = bit / 8;
		bool entry = at >= 8 && at < table.n - TK_SEEKABLE_FOOTER;

		if (entry && (at - 8) % 12 >= 4)
			continue;
		table.p[at] ^= (uint8_t)(1 << bit % 8);
		assert_false(tk_seekable_footer(footer, 90 + table.n, &n) &&
			     n == 3 &&
			     tk_seekable_parse(all, 90 + table.n, got, &n));
		table.p[at] ^= (uint8_t)(1 << bit % 8);
	}
	/* A frame of nothing, and one larger than the format allows. */
	n = 3;
	tk_put32(table.p + 12, 0);
	assert_false(tk_seekable_parse(all, 90 + table.n, got, &n));
	tk_put32(table.p + 12, TK_SEEKABLE_MAX_FRAME + 1u);
	assert_false(tk_seekable_parse(all, 90 + table.n, got, &n));
	tok_buf_release(&table);
}

/* With filler, every frame but the last is smaller than what follows it. */
static void filler_where_a_reader_needs_it(void **state)
{
	uint64_t seed = 4;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct tk_frame frame[7] = {{0}}, got[8];
		size_t k = 1 + unit_below(&seed, 6);
		uint64_t sum = 0;
		tok_buf end = {0};
		uint32_t n;

		for (size_t i = 0; i < k; i++) {
			frame[i].zip_size = (uint32_t)(1 + unit_below(&seed, 300));
			frame[i].raw_size = 1;
			sum += frame[i].zip_size;
		}
		assert_ok(tk_seekable_end(frame, frame + 1, k - 1, &end));
		uint64_t size = sum + end.n, behind = size;
		for (size_t i = 0; i + 1 < k; i++) {
			behind -= frame[i].zip_size;
			assert_true(frame[i].zip_size < behind);
		}
		assert_true(tk_seekable_footer(
			(tok_bytes){end.p + end.n - TK_SEEKABLE_FOOTER,
				    TK_SEEKABLE_FOOTER}, size, &n));
		size_t table = (size_t)tk_seekable_table_size(n);
		assert_int_equal(n, k + (end.n > table));
		assert_true(end.n - table <= 300);
		assert_true(tk_seekable_parse(
			(tok_bytes){end.p + end.n - table, table}, size, got,
			&n));
		assert_int_equal(n, k);
		tok_buf_release(&end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_come_back),
		cmocka_unit_test(damaged_frames_are_refused),
		cmocka_unit_test(tables_come_back),
		cmocka_unit_test(damaged_tables_are_refused),
		cmocka_unit_test(filler_where_a_reader_needs_it),
	};
	return cmocka_run_group_tests_name("seekable", tests, NULL, NULL);
}
