/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "text/paths.h"

static char *dir;

static char *put(const char *name)
{
	char *path = unit_path(dir, name);

	unit_write_file(path, tok_bytes_of(name));
	return path;
}

static void put_dir(const char *name)
{
	char *path = unit_path(dir, name);

	assert_int_equal(mkdir(path, 0777), 0);
	free(path);
}

static void put_link(const char *target, const char *name)
{
	char *path = unit_path(dir, name);

	assert_int_equal(symlink(target, path), 0);
	free(path);
}

/* The names below dir in order of reading, with a space behind each. */
static void check_order(const struct tk_paths *in, const char *want)
{
	tok_buf got = {0};

	for (size_t i = 0; i < in->n; i++) {
		const char *path = tk_paths_name(in, in->order[i]);

		assert_memory_equal(path, dir, strlen(dir));
		assert_ok(tk_buf_text(&got, path + strlen(dir) + 1));
		assert_ok(tk_buf_text(&got, " "));
	}
	assert_ok(tk_buf_append(&got, "", 1));
	assert_string_equal((const char *)got.p, want);
	tok_buf_release(&got);
}

static void expand(struct tk_paths *in, const char *a, const char *b)
{
	const char *paths[] = {a, b};

	assert_ok(tk_paths_init(in, paths, b ? 2 : 1, NULL, NULL));
}

static void directories(void **state)
{
	(void)state;
	static const char *const names[] = {"b",     "a.txt", "a/x", "a/.no",
					    ".hidden", "a/y/z", "\xC3\xA9"};
	struct tk_paths in;
	char *slashes = unit_path(dir, "/");

	put_dir("a");
	put_dir("a/y");
	put_dir(".git");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		free(put(names[i]));
	free(put(".git/config"));
	expand(&in, dir, NULL);
	check_order(&in, "a.txt a/x a/y/z b \xC3\xA9 ");
	assert_int_equal(in.n_files, 5);
	assert_int_equal(in.file[0].size, 5);
	tk_paths_release(&in);
	/* Slashes at the end of a name do not double. */
	expand(&in, slashes, NULL);
	check_order(&in, "a.txt a/x a/y/z b \xC3\xA9 ");
	tk_paths_release(&in);
	free(slashes);
}

static void named_twice(void **state)
{
	(void)state;
	struct tk_paths in;
	char *b = put("b");

	free(put("a"));
	free(put("c"));
	put_link("a", "d");
	expand(&in, b, dir);
	/* b is named by its path and by the directory, a also by a link. */
	check_order(&in, "b a b c a ");
	assert_int_equal(in.n_files, 3);
	assert_int_equal(in.file[in.order[0]].named, 2);
	assert_int_equal(in.file[in.order[1]].named, 2);
	assert_int_equal(in.file[in.order[3]].named, 1);
	/* Files are numbered as they are first read. */
	assert_int_equal(in.order[0], 0);
	assert_int_equal(in.order[1], 1);
	assert_int_equal(in.order[3], 2);
	tk_paths_release(&in);
	free(b);
}

static void links(void **state)
{
	(void)state;
	struct tk_paths in;

	put_dir("a");
	free(put("a/x"));
	put_link("..", "a/up");
	put_link(".", "a/self");
	put_link("a", "other");
	expand(&in, dir, NULL);
	check_order(&in, "a/x a/x ");
	assert_int_equal(in.n_files, 1);
	tk_paths_release(&in);
}

/* Two links a step and no loop: more paths than anyone can walk. */
static void many_ways(void **state)
{
	(void)state;
	const char *paths[] = {dir};
	struct tk_paths in;
	tok_error err;
	char name[40], target[20];

	for (int i = 0; i < 30; i++) {
		snprintf(name, sizeof(name), "d%d", i);
		put_dir(name);
		snprintf(target, sizeof(target), "../d%d", i + 1);
		for (int k = 0; k < 2; k++) {
			snprintf(name, sizeof(name), "d%d/%d", i, k);
			put_link(target, name);
		}
	}
	put_dir("d30");
	assert_int_equal(tk_paths_init(&in, paths, 1, NULL, &err),
			 TOK_E_LIMIT);
	tk_paths_release(&in);
}

static void only_regular_files_in_directories(void **state)
{
	(void)state;
	struct tk_paths in;
	char *fifo = unit_path(dir, "fifo");

	assert_int_equal(mkfifo(fifo, 0666), 0);
	free(put("file"));
	expand(&in, dir, NULL);
	check_order(&in, "file ");
	tk_paths_release(&in);
	/* By name it is an input of unknown size, and opening does not wait. */
	expand(&in, fifo, NULL);
	assert_int_equal(in.n_files, 1);
	assert_false(in.file[0].regular);
	tk_paths_release(&in);
	free(fifo);
}

static void check_fails(const char *a, const char *b, tok_status want)
{
	const char *paths[] = {a, b};
	struct tk_paths in;
	tok_error err;

	assert_int_equal(tk_paths_init(&in, paths, b ? 2 : a ? 1 : 0, NULL,
					&err),
			 want);
	assert_int_equal(err.code, want);
	tk_paths_release(&in);
}

static void failures(void **state)
{
	(void)state;
	char *missing = unit_path(dir, "missing");
	char *file = put("file");
	char *below = unit_path(file, "x");

	check_fails(NULL, NULL, TOK_E_ARGUMENT);
	check_fails(missing, NULL, TOK_E_IO);
	check_fails(below, NULL, TOK_E_IO);
	check_fails("-", "-", TOK_E_ARGUMENT);
	put_link("missing", "link");
	check_fails(dir, NULL, TOK_E_IO);
	bool is_root = geteuid() == 0; /* it may read everything */
	assert_int_equal(chmod(dir, 0755) | chmod(file, 0), 0);
	if (is_root)
		assert_int_equal(seteuid(1), 0);
	check_fails(file, NULL, TOK_E_IO);
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	free(below);
	free(missing);
	free(file);
}

static void an_empty_directory_is_no_input(void **state)
{
	(void)state;
	struct tk_paths in;

	expand(&in, dir, NULL);
	assert_int_equal(in.n, 0);
	assert_int_equal(in.n_files, 0);
	tk_paths_release(&in);
}

static tok_status expand_twice(const tok_alloc *alloc, void *ctx)
{
	const char *paths[] = {dir, dir};
	struct tk_paths in;
	(void)ctx;

	tok_status st = tk_paths_init(&in, paths, 2, alloc, NULL);
	tk_paths_release(&in);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	put_dir("a");
	free(put("a/x"));
	free(put("b"));
	unit_fail_each(expand_twice, NULL);
}

static int set_up(void **state)
{
	(void)state;
	dir = unit_temp_dir();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unit_remove_dir(dir);
	return 0;
}

#define IN_A_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(directories),
		IN_A_DIRECTORY(named_twice),
		IN_A_DIRECTORY(links),
		IN_A_DIRECTORY(many_ways),
		IN_A_DIRECTORY(only_regular_files_in_directories),
		IN_A_DIRECTORY(failures),
		IN_A_DIRECTORY(an_empty_directory_is_no_input),
		IN_A_DIRECTORY(allocation_fails),
	};
	return cmocka_run_group_tests_name("paths", tests, NULL, NULL);
}
