/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"

#include <stdbool.h>
#include <unistd.h>

enum { ROWS = 4, N_IDS = 300, ROW_LEN = 20 };

static const char *const names[] = {"tok.json", "index.json",
				    "shard.00000.mds.zstd"};

static char *make_set(size_t n_rows)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_error err;

	dataset_options(&o, N_IDS, ROW_LEN);
	o.frame_size = 60;
	o.shard_size = 1200;
	assert_call(dataset_write(dir, &o, NULL, n_rows, NULL, &err), err);
	return dir;
}

static void expect_corrupt(const char *dir)
{
	tok_error err;
	tok_status st = tok_verify(dir, NULL, NULL, NULL, &err);

	assert_true(st == TOK_E_CORRUPT || st == TOK_E_FORMAT);
	assert_int_equal(err.code, st);
	assert_non_null(strstr(err.text, dir));
}

/* The reader fails, or what it gives is right. */
static void expect_no_lie(const char *dir)
{
	tok_reader *r;
	tok_row row;

	if (tok_reader_open(dir, NULL, &r, NULL))
		return;
	for (uint64_t i = 0; i < ROWS; i++)
		if (!tok_reader_row(r, i, &row, NULL))
			assert_row(&row, i, N_IDS, ROW_LEN);
	tok_reader_close(r);
}

/* All bits of the shard; one of each byte of the JSON files, of which
 * test_manifest.c tries all, and which are compared as a whole. */
static void every_bit_counts(void **state)
{
	char *dir = make_set(ROWS);

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *path = unit_path(dir, names[i]);
		tok_bytes file = unit_read_file(path);
		uint8_t *p = (uint8_t *)(uintptr_t)file.p;

		for (size_t bit = 0; bit < 8 * file.n; bit += i < 2 ? 9 : 1) {
			p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			unit_write_file(path, file);
			p[bit / 8] ^= (uint8_t)(1 << bit % 8);
			expect_corrupt(dir);
			if (i == 2)
				expect_no_lie(dir);
		}
		unit_write_file(path, file);
		free(p);
		free(path);
	}
	assert_ok(tok_verify(dir, NULL, NULL, NULL, NULL));
	unit_remove_dir(dir);
}

static void every_byte_counts(void **state)
{
	char *dir = make_set(ROWS);

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *path = unit_path(dir, names[i]);
		tok_bytes file = unit_read_file(path);

		for (size_t n = 0; n < file.n; n++) {
			unit_write_file(path, (tok_bytes){file.p, n});
			expect_corrupt(dir);
			if (i == 2)
				expect_no_lie(dir);
		}
		unit_write_file(path, file);
		free((void *)(uintptr_t)file.p);
		free(path);
	}
	unit_remove_dir(dir);
}

static void files_that_are_missing(void **state)
{
	tok_error err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *dir = make_set(ROWS), *path = unit_path(dir, names[i]);

		assert_int_equal(unlink(path), 0);
		assert_int_equal(tok_verify(dir, NULL, NULL, NULL, &err),
				 i ? TOK_E_CORRUPT : TOK_E_FORMAT);
		assert_non_null(strstr(err.text, names[i]));
		free(path);
		unit_remove_dir(dir);
	}
}

static void files_that_belong_to_no_set(void **state)
{
	static const struct {
		const char *name;
		bool fine;
	} cases[] = {
		{"shard.00077.mds.zstd", false},
		{"shard.00077.mds", false},
		{"shard.00000.mds", false}, /* unpacked, and not this shard */
		{"shard.00000.mds.zstd.partial-1-0", false},
		{"tok.json.partial-1-0", false},
		{"notes.txt", true},
		{"val", true},
		{"unfinished", true}, /* the next set is being written */
	};
	char *dir = make_set(ROWS);
	tok_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *path = unit_path(dir, cases[i].name);

		unit_write_file(path, BYTES("x"));
		assert_int_equal(tok_verify(dir, NULL, NULL, NULL, &err),
				 cases[i].fine ? TOK_OK : TOK_E_CORRUPT);
		if (!cases[i].fine)
			assert_non_null(strstr(err.text, cases[i].name));
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	unit_remove_dir(dir);
}

/* Two shards change places: each is whole, and neither is what it says. */
static void shards_that_changed_places(void **state)
{
	char *dir = make_set(60);
	char *a = unit_path(dir, "shard.00000.mds.zstd");
	char *b = unit_path(dir, "shard.00001.mds.zstd");
	char *c = unit_path(dir, "other");

	(void)state;
	assert_int_equal(rename(a, c) | rename(b, a) | rename(c, b), 0);
	expect_corrupt(dir);
	free(a);
	free(b);
	free(c);
	unit_remove_dir(dir);
}

/* The first bad shard is told, whoever found another one first. */
static void pools_say_the_same(void **state)
{
	static const unsigned widths[] = {1, 2, 7};
	char *dir = make_set(200);
	tok_dataset one, other;
	tok_error err, other_err;

	(void)state;
	assert_call(tok_verify(dir, NULL, NULL, &one, &err), err);
	assert_true(one.shards > 7);
	for (int broken = 0; broken < 2; broken++) {
		if (broken) {
			char *a = unit_path(dir, "shard.00003.mds.zstd");
			char *b = unit_path(dir, "shard.00005.mds.zstd");
			unit_write_file(a, BYTES("x"));
			unit_write_file(b, BYTES("x"));
			free(a);
			free(b);
			expect_corrupt(dir);
			(void)tok_verify(dir, NULL, NULL, NULL, &err);
		}
		for (size_t i = 0; i < 3; i++) {
			tok_pool *pool;

			assert_ok(tok_pool_new(widths[i], NULL, &pool));
			tok_status st = tok_verify(dir, pool, NULL, &other,
						   &other_err);
			assert_int_equal(st, broken ? TOK_E_CORRUPT : TOK_OK);
			if (broken)
				assert_string_equal(err.text, other_err.text);
			else
				assert_memory_equal(&one, &other, sizeof(one));
			tok_pool_free(pool);
		}
	}
	unit_remove_dir(dir);
}

struct watching {
	uint64_t done, total;
	int n_calls, stop_at;
};

static int watch_it(void *ctx, const char *stage, uint64_t done,
		    uint64_t total)
{
	struct watching *w = ctx;

	assert_string_equal(stage, "verify");
	assert_true(done >= w->done && done <= total);
	w->done = done;
	w->total = total;
	return ++w->n_calls == w->stop_at;
}

static void is_watched(void **state)
{
	char *dir = make_set(200);
	struct watching seen = {0}, stopping = {.stop_at = 3};
	const tok_progress watch = {watch_it, &seen};
	const tok_progress stop = {watch_it, &stopping}, nobody = {0};
	tok_dataset set;
	tok_pool *pool;
	tok_error err;

	(void)state;
	assert_call(tok_verify(dir, NULL, &watch, &set, &err), err);
	assert_int_equal(seen.total, set.zip_bytes);
	assert_true(seen.n_calls > 100 && seen.done > seen.total / 2);
	assert_call(tok_verify(dir, NULL, &nobody, &set, &err), err);
	assert_int_equal(tok_verify(dir, NULL, &stop, &set, &err),
			 TOK_E_STOPPED);
	assert_int_equal(stopping.n_calls, 3);
	assert_non_null(strstr(err.text, dir));

	assert_ok(tok_pool_new(3, NULL, &pool));
	seen = (struct watching){0};
	assert_call(tok_verify(dir, pool, &watch, &set, &err), err);
	tok_pool_free(pool);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit_counts),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(files_that_are_missing),
		cmocka_unit_test(files_that_belong_to_no_set),
		cmocka_unit_test(shards_that_changed_places),
		cmocka_unit_test(pools_say_the_same),
		cmocka_unit_test(is_watched),
	};
	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
