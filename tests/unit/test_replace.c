/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <unistd.h>

#include "shard/replace.h"

static const char *const names[] = {
	"tok.json", "index.json", "shard.00000.mds.zstd",
	"shard.00001.mds.zstd", "shard.00000.mds",
	"shard.00001.mds.zstd.partial-7-0", "notes.txt", "shard.00001.mds.gz",
};
enum { N = sizeof(names) / sizeof(names[0]) };

static char *filled(void)
{
	char *dir = unit_temp_dir();

	for (int i = 0; i < N; i++) {
		char *path = unit_path(dir, names[i]);
		unit_write_file(path, BYTES("x"));
		free(path);
	}
	return dir;
}

/* The names that are there, as bits. */
static unsigned there(const char *dir)
{
	unsigned bits = 0;

	for (int i = 0; i < N; i++) {
		char *path = unit_path(dir, names[i]);
		bits |= (unsigned)!access(path, F_OK) << i;
		free(path);
	}
	return bits;
}

static void begins_and_ends(void **state)
{
	char *dir = filled();
	tok_error err;

	(void)state;
	assert_int_equal(there(dir), 0xff);
	assert_ok(tk_replace_begin(dir, NULL, &err));
	assert_int_equal(there(dir), 0xec);
	assert_ok(tk_replace_begin(dir, NULL, &err));
	assert_ok(tk_replace_end(dir, 1, NULL, &err));
	assert_int_equal(there(dir), 0xc4);
	assert_ok(tk_replace_end(dir, 0, NULL, &err));
	assert_int_equal(there(dir), 0xc0);
	assert_ok(tk_replace_refuse(dir, &err));
	unit_remove_dir(dir);
}

static void refuses_by_name(void **state)
{
	tok_error err;

	(void)state;
	for (int i = 0; i < N; i++) {
		char *dir = unit_temp_dir(), *path = unit_path(dir, names[i]);
		unit_write_file(path, BYTES("x"));
		assert_int_equal(tk_replace_refuse(dir, &err),
				 i < 6 ? TOK_E_EXISTS : TOK_OK);
		if (i < 6)
			assert_non_null(strstr(err.text, i < 2 ? "a data set"
							       : "unfinished"));
		free(path);
		unit_remove_dir(dir);
	}
}

static tok_status both(const tok_alloc *alloc, void *ctx)
{
	tok_status st = tk_replace_begin(ctx, alloc, NULL);

	return st ? st : tk_replace_end(ctx, 0, alloc, NULL);
}

static void failing_memory(void **state)
{
	char *dir = filled();

	(void)state;
	unit_fail_each(both, dir);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_and_ends),
		cmocka_unit_test(refuses_by_name),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("replace", tests, NULL, NULL);
}
