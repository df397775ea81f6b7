/* SPDX-License-Identifier: Apache-2.0 */
/* A writer in a directory that is not empty. */
#include "dataset.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void what_is_there_is_not_replaced_unasked(void **state)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	dataset_options(&o, 300, 60);
	assert_call(dataset_write(dir, &o, NULL, 3, NULL, &err), err);
	assert_int_equal(tok_writer_open(dir, &o, NULL, &w, &err),
			 TOK_E_EXISTS);
	assert_non_null(strstr(err.text, "data set"));
	dataset_check(dir, 3);

	for (int i = 0; i < 2; i++) {
		char *path = unit_path(dir, dataset_names[i]);
		assert_int_equal(unlink(path), 0);
		free(path);
	}
	assert_int_equal(tok_writer_open(dir, &o, NULL, &w, &err),
			 TOK_E_EXISTS);
	assert_non_null(strstr(err.text, "unfinished"));
	unit_remove_dir(dir);
}

static void replacing_options(tok_writer_options *o)
{
	dataset_options(o, 300, 60);
	o->shard_size = 1200;
	o->replace = 1;
}

/* Shards of the new set are written, and the old one is whole. */
static void a_failed_run_keeps_the_old_set(void **state)
{
	const tok_ledger wrong = {.bytes_in = 1};
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_writer *w;
	tok_error err;

	(void)state;
	replacing_options(&o);
	assert_call(dataset_write(dir, &o, NULL, 40, NULL, &err), err);
	for (int i = 0; i < 2; i++) {
		assert_call(tok_writer_open(dir, &o, NULL, &w, &err), err);
		assert_call(dataset_rows(w, &o, 20, &err), err);
		assert_true(dataset_has(dir, "unfinished/shard.00000.mds.zstd"));
		if (i)
			tok_writer_abort(w);
		else
			assert_int_equal(tok_writer_close(w, &wrong, NULL,
							  &err),
					 TOK_E_ARGUMENT);
		assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
		dataset_check(dir, 40);
		assert_false(dataset_has(dir, "unfinished"));
	}
	unit_remove_dir(dir);
}

static void a_killed_run_keeps_the_old_set(void **state)
{
	char *dir = unit_temp_dir();
	tok_writer_options o;
	tok_writer *w;
	tok_error err;
	int how;

	(void)state;
	replacing_options(&o);
	assert_call(dataset_write(dir, &o, NULL, 40, NULL, &err), err);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child) {
		if (!tok_writer_open(dir, &o, NULL, &w, &err) &&
		    !dataset_rows(w, &o, 20, &err) &&
		    !tok_writer_finish(w, NULL, &err))
			(void)raise(SIGKILL);
		_exit(1);
	}
	assert_true(waitpid(child, &how, 0) == child && WIFSIGNALED(how));
	assert_true(dataset_has(dir, "unfinished/tok.json"));
	assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
	dataset_check(dir, 40);

	assert_call(dataset_write(dir, &o, NULL, 10, NULL, &err), err);
	assert_false(dataset_has(dir, "unfinished"));
	assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
	dataset_check(dir, 10);
	unit_remove_dir(dir);
}

static void touch(const char *dir, const char *name)
{
	char *path = unit_path(dir, name);

	unit_write_file(path, BYTES("old"));
	free(path);
}

/* The new set is that of an empty directory; others' files stay. */
static void replacing(void **state)
{
	char *dir = unit_temp_dir(), *fresh = unit_temp_dir();
	tok_writer_options o;
	tok_error err;

	(void)state;
	replacing_options(&o);
	assert_call(dataset_write(dir, &o, NULL, 40, NULL, &err), err);
	assert_true(dataset_has(dir, "shard.00003.mds.zstd"));
	touch(dir, "note");
	touch(dir, "shard.00000.mds");
	touch(dir, "shard.00009.mds.zstd.partial-1-0");

	assert_call(dataset_write(dir, &o, NULL, 20, NULL, &err), err);
	o.replace = 0;
	assert_call(dataset_write(fresh, &o, NULL, 20, NULL, &err), err);
	assert_same_sets(dir, fresh);
	assert_true(dataset_has(dir, "note"));
	assert_false(dataset_has(dir, "shard.00000.mds"));
	assert_false(dataset_has(dir, "shard.00009.mds.zstd.partial-1-0"));
	assert_call(tok_verify(dir, NULL, NULL, NULL, &err), err);
	unit_remove_dir(dir);
	unit_remove_dir(fresh);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_is_not_replaced_unasked),
		cmocka_unit_test(a_failed_run_keeps_the_old_set),
		cmocka_unit_test(a_killed_run_keeps_the_old_set),
		cmocka_unit_test(replacing),
	};
	return cmocka_run_group_tests_name("writer_replace", tests, NULL, NULL);
}
