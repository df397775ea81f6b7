/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "shard/stage.h"

static const char *const names[] = {
	"tok.json", "index.json", "shard.00000.mds.zstd",
	"shard.00001.mds.zstd", "shard.00000.mds",
	"shard.00001.mds.zstd.partial-7-0", "notes.txt", "shard.00001.mds.gz",
};
/* The first are ours. */
enum { N = sizeof(names) / sizeof(names[0]), OURS = 6 };

static void put(const char *dir, const char *name, const char *content)
{
	char *path = unit_path(dir, name);

	unit_write_file(path, tok_bytes_of(content));
	free(path);
}

static char *filled(void)
{
	char *dir = unit_temp_dir();

	for (int i = 0; i < N; i++)
		put(dir, names[i], "old");
	return dir;
}

/* A letter a name: of what is in the file, or '-' where there is none. */
static void check_files(const char *dir, const char *want)
{
	char found[N + 1] = "";

	for (int i = 0; i < N; i++) {
		char *path = unit_path(dir, names[i]);

		found[i] = '-';
		if (!access(path, F_OK)) {
			tok_bytes file = unit_read_file(path);
			found[i] = (char)file.p[0];
			free((void *)(uintptr_t)file.p);
		}
		free(path);
	}
	assert_string_equal(found, want);
}

static void check_no_stage(const char *dir)
{
	char *stage = unit_path(dir, "unfinished");

	assert_int_not_equal(access(stage, F_OK), 0);
	free(stage);
}

/* A shard, and what names it. */
static tok_status write_new(struct tk_stage *s, tok_error *err)
{
	const tok_bytes part[] = {BYTES("n"), BYTES("ew")};
	static const char *const new_names[] = {"shard.00000.mds.zstd",
						"index.json", "tok.json"};
	tok_status st = TOK_OK;

	for (int i = 0; !st && i < 3; i++)
		st = tk_stage_write(s, new_names[i], part, 2, err);
	return st;
}

static void open_stage(struct tk_stage *s, const char *dir, bool replace)
{
	tok_error err;

	assert_ok(tk_stage_open(s, dir, replace, NULL, &err));
}

static void what_is_published_replaces_the_old(void **state)
{
	char *dir = filled();
	struct tk_stage s;
	tok_error err;

	(void)state;
	open_stage(&s, dir, true);
	assert_ok(write_new(&s, &err));
	check_files(dir, "oooooooo");
	assert_ok(tk_stage_publish(&s, &err));
	check_files(dir, "nnn---oo");
	tk_stage_close(&s);
	check_files(dir, "nnn---oo");
	check_no_stage(dir);
	unit_remove_dir(dir);
}

static void what_is_not_published_leaves_nothing(void **state)
{
	char *base = unit_temp_dir(), *dir = unit_path(base, "set");
	struct tk_stage s;
	tok_error err;

	(void)state;
	open_stage(&s, dir, false);
	assert_ok(write_new(&s, &err));
	check_files(dir, "--------");
	tk_stage_close(&s);
	assert_int_not_equal(access(dir, F_OK), 0);

	open_stage(&s, dir, false);
	assert_ok(write_new(&s, &err));
	assert_ok(tk_stage_publish(&s, &err));
	tk_stage_close(&s);
	check_files(dir, "nnn-----");

	open_stage(&s, dir, true);
	put(dir, "shard.00001.mds.zstd", "old");
	assert_ok(write_new(&s, &err));
	tk_stage_close(&s);
	check_files(dir, "nnno----");
	check_no_stage(dir);
	free(dir);
	unit_remove_dir(base);
}

/* Publishing fails at its last step: all of the old set comes back. */
static void what_cannot_be_published_changes_nothing(void **state)
{
	char *dir = filled();
	struct tk_stage s;
	tok_error err;

	(void)state;
	open_stage(&s, dir, true);
	assert_ok(write_new(&s, &err));
	char *manifest = unit_path(dir, "unfinished/tok.json");
	assert_int_equal(unlink(manifest), 0);
	assert_int_equal(tk_stage_publish(&s, &err), TOK_E_IO);
	assert_non_null(strstr(err.text, "tok.json"));
	tk_stage_close(&s);
	check_files(dir, "oooooooo");
	check_no_stage(dir);
	free(manifest);
	unit_remove_dir(dir);
}

/* Where neither the new set nor the old one can be moved, nothing of the old
 * one is removed. */
static void what_cannot_come_back_is_kept(void **state)
{
	char *dir = unit_temp_dir(), *old = unit_path(dir, "unfinished/old");
	char *block = unit_path(old, "index.json");
	struct tk_stage s;
	tok_error err;

	(void)state;
	put(dir, "tok.json", "old");
	put(dir, "index.json", "old");
	open_stage(&s, dir, true);
	assert_ok(write_new(&s, &err));
	assert_int_equal(mkdir(old, 0777) | mkdir(block, 0777), 0);
	assert_int_equal(tk_stage_publish(&s, &err), TOK_E_IO);
	tk_stage_close(&s);
	char *manifest = unit_path(old, "tok.json");
	assert_int_equal(access(manifest, F_OK), 0);
	free(manifest);
	free(block);
	free(old);
	unit_remove_dir(dir);
}

static void a_set_that_came_meanwhile_is_not_replaced(void **state)
{
	char *dir = unit_temp_dir();
	struct tk_stage s;
	tok_error err;

	(void)state;
	open_stage(&s, dir, false);
	assert_ok(write_new(&s, &err));
	put(dir, "index.json", "other's");
	assert_int_equal(tk_stage_publish(&s, &err), TOK_E_EXISTS);
	tk_stage_close(&s);
	check_files(dir, "-o------");
	check_no_stage(dir);
	unit_remove_dir(dir);
}

static void refuses_by_name(void **state)
{
	struct tk_stage s;
	tok_error err;

	(void)state;
	for (int i = 0; i < N; i++) {
		char *dir = unit_temp_dir();

		put(dir, names[i], "x");
		assert_int_equal(tk_stage_open(&s, dir, false, NULL, &err),
				 i < OURS ? TOK_E_EXISTS : TOK_OK);
		if (i < OURS)
			assert_non_null(strstr(err.text, i < 2 ? "a data set"
							       : "unfinished"));
		tk_stage_close(&s);
		check_no_stage(dir);
		unit_remove_dir(dir);
	}
}

/* What a killed process left, also half-way through publishing. */
static void leftovers_are_taken_over_when_asked(void **state)
{
	char *dir = unit_temp_dir(), *stage = unit_path(dir, "unfinished");
	char *old = unit_path(stage, "old");
	struct tk_stage s;
	tok_error err;

	(void)state;
	assert_int_equal(mkdir(stage, 0777) | mkdir(old, 0777), 0);
	put(stage, "shard.00009.mds.zstd", "left");
	put(stage, "shard.00010.mds.zstd.partial-7-0", "left");
	put(old, "tok.json", "left");
	assert_int_equal(tk_stage_open(&s, dir, false, NULL, &err),
			 TOK_E_EXISTS);
	assert_non_null(strstr(err.text, "unfinished"));
	tk_stage_close(&s);
	assert_int_equal(access(old, F_OK), 0);

	open_stage(&s, dir, true);
	assert_ok(write_new(&s, &err));
	assert_ok(tk_stage_publish(&s, &err));
	tk_stage_close(&s);
	check_files(dir, "nnn-----");
	check_no_stage(dir);
	free(old);
	free(stage);
	unit_remove_dir(dir);
}

static tok_status all_of_it(const tok_alloc *alloc, void *ctx)
{
	struct tk_stage s;
	tok_status st = tk_stage_open(&s, ctx, true, alloc, NULL);

	if (!st)
		st = write_new(&s, NULL);
	if (!st)
		st = tk_stage_publish(&s, NULL);
	tk_stage_close(&s);
	return st;
}

static void failing_memory(void **state)
{
	char *dir = filled();

	(void)state;
	unit_fail_each(all_of_it, dir);
	check_files(dir, "nnn---oo");
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_published_replaces_the_old),
		cmocka_unit_test(what_is_not_published_leaves_nothing),
		cmocka_unit_test(what_cannot_be_published_changes_nothing),
		cmocka_unit_test(what_cannot_come_back_is_kept),
		cmocka_unit_test(a_set_that_came_meanwhile_is_not_replaced),
		cmocka_unit_test(refuses_by_name),
		cmocka_unit_test(leftovers_are_taken_over_when_asked),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("stage", tests, NULL, NULL);
}
