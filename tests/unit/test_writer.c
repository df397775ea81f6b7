/* SPDX-License-Identifier: Apache-2.0 */
#include "dataset.h"

#include <sys/stat.h>
#include <unistd.h>

/* Small shards and frames, ids on both sides of uint16. */
static void rows_come_back(void **state)
{
	static const int32_t n_ids[] = {1, 300, 65536, 65537, 1 << 30};
	static const uint32_t frame[] = {1, 500, 256 << 10};
	tok_error err;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		for (size_t k = 0; k < 3; k++) {
			char *dir = unit_temp_dir();
			tok_writer_options o;
			tok_dataset set, seen;

			dataset_options(&o, n_ids[i], 60);
			o.shard_size = 6000;
			o.frame_size = frame[k];
			assert_call(dataset_write(dir, &o, NULL, 80, &set,
						  &err), err);
			assert_true(set.shards >= 2);
			assert_call(tok_verify(dir, NULL, NULL, &seen, &err), err);
			assert_memory_equal(&set, &seen, sizeof(set));
			dataset_check(dir, 80);
			unit_remove_dir(dir);
		}
	}
}

static void the_pool_does_not_show(void **state)
{
	static const unsigned widths[] = {1, 2, 7};
	tok_writer_options o;
	tok_error err;

	(void)state;
	dataset_options(&o, 5000, 200);
	o.shard_size = 20000;
	o.frame_size = 1000;
	char *one = unit_temp_dir();
	assert_call(dataset_write(one, &o, NULL, 100, NULL, &err), err);
	for (size_t i = 0; i < 3; i++) {
		char *other = unit_temp_dir();
		tok_pool *pool;

		assert_ok(tok_pool_new(widths[i], NULL, &pool));
		assert_call(dataset_write(other, &o, pool, 100, NULL, &err),
			    err);
		assert_same_sets(one, other);
		assert_call(tok_verify(other, pool, NULL, NULL, &err), err);
		tok_pool_free(pool);
		unit_remove_dir(other);
	}
	unit_remove_dir(one);
}

/* A shard holds shard_size bytes and not one more. */
static void shards_at_their_edges(void **state)
{
	const int32_t length = 10;
	const tok_id id[10] = {0};
	const tok_row row = {id, 10, &length, NULL, 1};
	tok_writer_options o;
	tok_error err;
	tok_dataset set;

	(void)state;
	dataset_options(&o, 300, 10);
	o.shard_size = 100000;
	char *dir = unit_temp_dir();
	tok_writer *w;
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	for (int i = 0; i < 10; i++)
		assert_call(tok_writer_row(w, &row, &err), err);
	assert_call(tok_writer_close(w, NULL, &set, &err), err);
	unit_remove_dir(dir);

	/* shard_size is in the header, and has three digits less now. */
	uint32_t exact = (uint32_t)set.raw_bytes - 3;
	for (uint32_t less = 0; less < 2; less++) {
		o.shard_size = exact - less;
		dir = unit_temp_dir();
		assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
		for (int i = 0; i < 10; i++)
			assert_call(tok_writer_row(w, &row, &err), err);
		assert_call(tok_writer_close(w, NULL, &set, &err), err);
		assert_int_equal(set.shards, 1 + less);
		if (!less)
			assert_int_equal(set.raw_bytes, exact);
		assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
		unit_remove_dir(dir);
	}
}

static void no_rows_at_all(void **state)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_ledger ledger = {.bytes_in = 3, .bytes_container = 3,
			     .documents = 3, .documents_empty = 3};
	tok_dataset set;
	tok_writer *w;
	tok_error err;
	tok_row row;

	(void)state;
	dataset_options(&o, 300, 10);
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	assert_call(tok_writer_close(w, &ledger, &set, &err), err);
	assert_int_equal(set.shards, 0);
	assert_call(tok_verify(dir, NULL, NULL, &set, &err), err);
	assert_int_equal(set.ledger.documents_empty, 3);
	tok_reader *r;
	assert_call(tok_reader_open(dir, NULL, &r, &err), err);
	assert_int_equal(tok_reader_row(r, 0, &row, &err), TOK_E_RANGE);
	tok_reader_close(r);
	unit_remove_dir(dir);
}

static void wrong_rows_are_refused_and_do_no_harm(void **state)
{
	static const tok_id id[] = {1, 2, 3, 9}, wrong_id[] = {1, 10},
			    negative[] = {-1};
	static const int32_t l4[] = {4}, l3[] = {3}, zero[] = {4, 0},
			     l2[] = {2}, l1[] = {1};
	static const struct {
		tok_row row;
		tok_status want;
	} cases[] = {
		{{id, 0, NULL, NULL, 0}, TOK_E_ARGUMENT},
		{{id, 4, l3, NULL, 1}, TOK_E_ARGUMENT},
		{{id, 4, zero, NULL, 2}, TOK_E_ARGUMENT},
		{{id, 4, NULL, NULL, 0}, TOK_E_ARGUMENT},
		{{id, 5, l4, NULL, 1}, TOK_E_ARGUMENT},
		{{id, 1, l1, NULL, 2}, TOK_E_ARGUMENT},
		{{wrong_id, 2, l2, NULL, 1}, TOK_E_RANGE},
		{{negative, 1, l1, NULL, 1}, TOK_E_RANGE},
	};
	const tok_row good = {id, 4, l4, NULL, 1};
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_writer *w;
	tok_dataset set;
	tok_error err;

	(void)state;
	dataset_options(&o, 10, 4);
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_call(tok_writer_row(w, &good, &err), err);
		assert_int_equal(tok_writer_row(w, &cases[i].row, &err),
				 cases[i].want);
		assert_int_equal(tok_writer_row(w, &cases[i].row, NULL),
				 cases[i].want);
	}
	assert_call(tok_writer_close(w, NULL, &set, &err), err);
	assert_int_equal(set.rows, sizeof(cases) / sizeof(cases[0]));
	assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
	unit_remove_dir(dir);
}

static void wrong_options_are_refused(void **state)
{
	char *dir = unit_temp_dir(), *set = unit_path(dir, "set");
	tok_writer_options good, o;
	tok_writer *w;
	tok_error err;

	(void)state;
	dataset_options(&good, 10, 4);
#define REFUSED(change) \
	o = good; \
	change; \
	assert_int_equal(tok_writer_open(set, &o, NULL, &w, &err), \
			 TOK_E_ARGUMENT); \
	assert_null(w); \
	assert_true(strlen(err.text) > 10)
	REFUSED(o.n_ids = 0);
	REFUSED(o.n_ids = -1);
	REFUSED(o.row_len = 0);
	REFUSED(o.row_len = UINT32_MAX);
	REFUSED(o.row_len = 1 << 30);
	REFUSED(o.row_len = 1 << 24);
	REFUSED(o.level = 0);
	REFUSED(o.level = 23);
	REFUSED(o.frame_size = 0);
	REFUSED(o.frame_size = UINT32_MAX);
	REFUSED(o.shard_size = 200);
	REFUSED(o.settings = "[1]");
	REFUSED(o.settings = "{\"a\":");
	REFUSED(o.size = 0);
	REFUSED(o.size = sizeof(o) + 8);
#undef REFUSED
	assert_int_not_equal(access(set, F_OK), 0);
	free(set);
	unit_remove_dir(dir);
}

static void a_wrong_ledger_publishes_nothing(void **state)
{
	tok_ledger wrong[] = {
		{.tokens_text = 5, .tokens_stored = 5},
		{.bytes_in = 1},
	};
	char *base = unit_temp_dir(), *dir = unit_path(base, "set");
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	dataset_options(&o, 300, 60);
	o.shard_size = 2000;
	for (int i = 0; i < 2; i++) {
		assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
		assert_call(dataset_rows(w, &o, 30, &err), err);
		assert_true(dataset_has(dir, "unfinished/shard.00000.mds.zstd"));
		assert_false(dataset_has(dir, "shard.00000.mds.zstd"));
		assert_int_equal(tok_writer_close(w, &wrong[i], NULL, &err),
				 TOK_E_ARGUMENT);
		assert_int_not_equal(access(dir, F_OK), 0);
	}
	free(dir);
	unit_remove_dir(base);
}

static void abort_leaves_what_was_there(void **state)
{
	char *dir = unit_temp_dir(), *note = unit_path(dir, "note");
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	unit_write_file(note, BYTES("mine"));
	dataset_options(&o, 300, 60);
	o.shard_size = 2000;
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	assert_call(dataset_rows(w, &o, 30, &err), err);
	tok_writer_abort(w);
	tok_writer_abort(NULL);
	for (int i = 0; i < DATASET_NAMES; i++)
		assert_false(dataset_has(dir, dataset_names[i]));
	assert_true(dataset_has(dir, "note"));
	free(note);
	unit_remove_dir(dir);
}

/* Finished is not published, and takes no more rows. */
static void finishing(void **state)
{
	char *dir = unit_temp_dir();
	const tok_id id = 1;
	const int32_t length = 1;
	const tok_row row = {&id, 1, &length, NULL, 1};
	tok_writer_options o;
	tok_dataset set;
	tok_writer *w;
	tok_error err;

	(void)state;
	dataset_options(&o, 300, 60);
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	assert_call(dataset_rows(w, &o, 5, &err), err);
	assert_call(tok_writer_finish(w, NULL, &err), err);
	assert_call(tok_writer_finish(w, NULL, &err), err);
	assert_false(dataset_has(dir, "tok.json"));
	assert_int_equal(tok_writer_row(w, &row, &err), TOK_E_ARGUMENT);
	assert_call(tok_writer_close(w, NULL, &set, &err), err);
	assert_int_equal(set.rows, 5);
	dataset_check(dir, 5);
	unit_remove_dir(dir);
}

static void directories_that_cannot_be(void **state)
{
	char *dir = unit_temp_dir(), *file = unit_path(dir, "file");
	char *below = unit_path(file, "set"), *deep = unit_path(dir, "a/b");
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	unit_write_file(file, BYTES(""));
	dataset_options(&o, 300, 60);
	assert_int_equal(tok_writer_open(file, &o, NULL, &w, &err), TOK_E_IO);
	assert_int_equal(tok_writer_open(below, &o, NULL, &w, &err), TOK_E_IO);
	assert_int_equal(tok_writer_open(deep, &o, NULL, &w, &err), TOK_E_IO);
	assert_non_null(strstr(err.text, "a/b"));
	free(file);
	free(below);
	free(deep);
	unit_remove_dir(dir);
}

/* A directory where a shard should go: the write fails, the writer stays
 * failed, and closing it removes what it made. */
static void a_failed_write_sticks(void **state)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	dataset_options(&o, 300, 60);
	o.shard_size = 2000;
	assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
	char *path = unit_path(dir, "unfinished/shard.00001.mds.zstd");
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(dataset_rows(w, &o, 80, &err), TOK_E_IO);
	assert_true(dataset_has(dir, "unfinished/shard.00000.mds.zstd"));
	assert_int_equal(dataset_rows(w, &o, 1, &err), TOK_E_IO);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(tok_writer_finish(w, NULL, &err), TOK_E_IO);
	assert_int_equal(tok_writer_close(w, NULL, NULL, &err), TOK_E_IO);
	assert_false(dataset_has(dir, "unfinished"));
	assert_false(dataset_has(dir, "tok.json"));
	free(path);
	unit_remove_dir(dir);
}

static tok_status write_all(const tok_alloc *alloc, void *ctx)
{
	tok_writer_options o;

	dataset_options(&o, 300, 40);
	o.alloc = alloc;
	o.shard_size = 1500;
	o.frame_size = 300;
	o.replace = 1;
	return dataset_write(ctx, &o, NULL, 20, NULL, NULL);
}

static void failing_memory(void **state)
{
	char *dir = unit_temp_dir(), *set = unit_path(dir, "set");
	tok_error err;

	(void)state;
	unit_fail_each(write_all, set);
	assert_call(tok_verify(set, NULL, NULL, NULL, &err), err);
	free(set);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_back),
		cmocka_unit_test(the_pool_does_not_show),
		cmocka_unit_test(shards_at_their_edges),
		cmocka_unit_test(no_rows_at_all),
		cmocka_unit_test(wrong_rows_are_refused_and_do_no_harm),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(a_wrong_ledger_publishes_nothing),
		cmocka_unit_test(abort_leaves_what_was_there),
		cmocka_unit_test(finishing),
		cmocka_unit_test(directories_that_cannot_be),
		cmocka_unit_test(a_failed_write_sticks),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
