/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROWS = 400, N_IDS = 3000, ROW_LEN = 50 };

static char *make_set(uint32_t shard_size)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_error err;

	dataset_options(&o, N_IDS, ROW_LEN);
	o.shard_size = shard_size;
	o.frame_size = 500;
	o.model = &dataset_model;
	o.settings = "{\"a\": 1}";
	assert_call(dataset_write(dir, &o, NULL, ROWS, NULL, &err), err);
	return dir;
}

static size_t n_open_files(void)
{
	DIR *d = opendir("/dev/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* More shards than stay open, in an order that jumps between them. */
static void rows_in_any_order(void **state)
{
	char *dir = make_set(1000);
	uint64_t seed = 9;
	tok_reader *r;
	tok_error err;
	tok_row row;

	(void)state;
	size_t before = n_open_files();
	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	assert_true(tok_reader_dataset(r)->shards > 40);
	for (int i = 0; i < 3000; i++) {
		uint64_t k = unit_below(&seed, ROWS);
		assert_call(tok_reader_row(r, k, &row, &err), err);
		assert_row(&row, k, N_IDS, ROW_LEN);
		assert_null(row.origin);
	}
	assert_true(n_open_files() <= before + 16);
	assert_int_equal(tok_reader_row(r, ROWS, &row, &err), TOK_E_RANGE);
	assert_int_equal(tok_reader_row(r, UINT64_MAX, &row, NULL),
			 TOK_E_RANGE);
	tok_reader_close(r);
	tok_reader_close(NULL);
	assert_int_equal(n_open_files(), before);
	unit_remove_dir(dir);
}

static void a_directory_that_cannot_be_written(void **state)
{
	char *dir = make_set(100000);
	tok_reader *r;
	tok_error err;
	tok_row row;

	(void)state;
	assert_int_equal(chmod(dir, 0555), 0);
	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	assert_call(tok_reader_row(r, 7, &row, &err), err);
	tok_reader_close(r);
	assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
	assert_int_equal(chmod(dir, 0755), 0);
	unit_remove_dir(dir);
}

static void what_the_set_says(void **state)
{
	char *dir = make_set(100000);
	tok_reader *r;
	tok_error err;

	(void)state;
	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	const tok_dataset *set = tok_reader_dataset(r);
	assert_int_equal(set->n_ids, N_IDS);
	assert_int_equal(set->row_len, ROW_LEN);
	assert_int_equal(set->rows, ROWS);
	assert_int_equal(set->has_model, 1);
	assert_memory_equal(&set->model, &dataset_model, 16);
	assert_string_equal(set->settings, "{\"a\": 1}");
	assert_int_equal(set->ledger.tokens_stored, set->tokens);
	tok_reader_close(r);
	unit_remove_dir(dir);
}

static void another_model_is_refused(void **state)
{
	char *dir = make_set(100000);
	tok_digest other = dataset_model;
	tok_reader_options o;
	tok_reader *r;
	tok_error err;

	(void)state;
	tok_reader_options_defaults(&o, sizeof(o));
	o.model = &dataset_model;
	assert_call(tok_reader_open(dir, &o, &r, &err), err);
	tok_reader_close(r);
	other.byte[15] ^= 1;
	o.model = &other;
	assert_int_equal(tok_reader_open(dir, &o, &r, &err), TOK_E_MISMATCH);
	assert_null(r);
	assert_non_null(strstr(err.text, "00112233445566778899aabbccddeefe"));
	o.size = 3;
	assert_int_equal(tok_reader_open(dir, &o, &r, &err), TOK_E_ARGUMENT);
	unit_remove_dir(dir);
}

static void a_set_that_names_no_model_is_refused(void **state)
{
	char *dir = unit_temp_dir();
	tok_writer_options w;
	tok_reader_options o;
	tok_reader *r;
	tok_error err;

	(void)state;
	dataset_options(&w, 300, 20);
	assert_call(dataset_write(dir, &w, NULL, 3, NULL, &err), err);
	tok_reader_options_defaults(&o, sizeof(o));
	o.model = &dataset_model;
	assert_int_equal(tok_reader_open(dir, &o, &r, &err), TOK_E_MISMATCH);
	assert_non_null(strstr(err.text, "does not say"));
	assert_null(strstr(err.text, "another"));
	unit_remove_dir(dir);
}

static void what_is_no_set(void **state)
{
	char *dir = unit_temp_dir(), *path = unit_path(dir, "tok.json");
	tok_reader *r;
	tok_error err;

	(void)state;
	assert_int_equal(tok_reader_open(dir, NULL, &r, &err), TOK_E_FORMAT);
	assert_non_null(strstr(err.text, "no tok.json"));
	assert_int_equal(tok_reader_open(path, NULL, &r, &err), TOK_E_IO);
	unit_write_file(path, BYTES("{}"));
	assert_int_equal(tok_reader_open(dir, NULL, &r, &err), TOK_E_FORMAT);
	assert_null(r);
	free(path);
	unit_remove_dir(dir);
}

static void a_missing_shard(void **state)
{
	char *dir = make_set(10000), *path;
	tok_reader *r;
	tok_error err;
	tok_row row;

	(void)state;
	path = unit_path(dir, "shard.00001.mds.zstd");
	assert_int_equal(unlink(path), 0);
	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	assert_call(tok_reader_row(r, 0, &row, &err), err);
	assert_int_equal(tok_reader_row(r, ROWS / 3, &row, &err),
			 TOK_E_CORRUPT);
	assert_non_null(strstr(err.text, "shard.00001"));
	/* The reader lives on. */
	assert_call(tok_reader_row(r, 0, &row, &err), err);
	assert_row(&row, 0, N_IDS, ROW_LEN);
	tok_reader_close(r);
	free(path);
	unit_remove_dir(dir);
}

/* The XXH64 of the first shard, unpacked: how it is packed depends on the
 * version of zstd. */
static uint64_t raw_hash(const char *dir)
{
	static const char name[] = "\"xxh64_raw\": \"";
	char *path = unit_path(dir, "tok.json");
	tok_bytes file = unit_read_file(path);

	((char *)(uintptr_t)file.p)[file.n] = 0;
	const char *at = strstr((const char *)file.p, name);
	assert_non_null(at);
	uint64_t hash = strtoull(at + sizeof(name) - 1, NULL, 16);
	assert_true(hash != 0);
	free((void *)(uintptr_t)file.p);
	free(path);
	return hash;
}

/* The set in tests/golden/shard, written once: it stays readable, and is
 * what the writer writes today. */
static void the_golden_set(void **state)
{
	const char *root = getenv("TOK_SOURCE_ROOT");
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_dataset now;
	tok_reader *r;
	tok_error err;
	tok_row row;

	(void)state;
	assert_non_null(root);
	char *golden = unit_path(root, "tests/golden/shard");
	assert_call(tok_verify(golden, NULL, NULL, NULL, &err), err);
	assert_call(tok_reader_open(golden, NULL, &r, &err), err);
	const tok_dataset *set = tok_reader_dataset(r);
	assert_int_equal(set->rows, 3);
	dataset_options(&o, set->n_ids, set->row_len);
	o.model = &set->model;
	o.settings = set->settings;
	o.shard_size = 65536;
	o.frame_size = 60;
	assert_call(dataset_write(dir, &o, NULL, 3, &now, &err), err);
	assert_int_equal(now.raw_bytes, set->raw_bytes);
	assert_true(raw_hash(dir) == raw_hash(golden));
	for (uint64_t i = 0; i < 3; i++) {
		assert_call(tok_reader_row(r, i, &row, &err), err);
		assert_row(&row, i, set->n_ids, set->row_len);
	}
	tok_reader_close(r);
	free(golden);
	unit_remove_dir(dir);
}

static tok_status read_some(const tok_alloc *alloc, void *ctx)
{
	tok_reader_options o;
	tok_reader *r;
	tok_row row;

	tok_reader_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_reader_open(ctx, &o, &r, NULL);
	for (uint64_t i = 0; !st && i < ROWS; i += 90)
		st = tok_reader_row(r, i, &row, NULL);
	tok_reader_close(r);
	return st;
}

static void failing_memory(void **state)
{
	char *dir = make_set(4000);

	(void)state;
	unit_fail_each(read_some, dir);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_in_any_order),
		cmocka_unit_test(a_directory_that_cannot_be_written),
		cmocka_unit_test(what_the_set_says),
		cmocka_unit_test(another_model_is_refused),
		cmocka_unit_test(a_set_that_names_no_model_is_refused),
		cmocka_unit_test(what_is_no_set),
		cmocka_unit_test(a_missing_shard),
		cmocka_unit_test(the_golden_set),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("reader", tests, NULL, NULL);
}
