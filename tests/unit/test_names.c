/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "shard/names.h"

static void what_names_are(void **state)
{
	static const struct {
		const char *name;
		enum tk_name_kind kind;
		size_t shard;
	} cases[] = {
		{"tok.json", TK_NAME_MANIFEST, 0},
		{"index.json", TK_NAME_INDEX, 0},
		{"shard.00000.mds.zstd", TK_NAME_SHARD, 0},
		{"shard.00042.mds", TK_NAME_RAW, 42},
		{"shard.123456.mds.zstd", TK_NAME_SHARD, 123456},
		{"shard.00007.mds.zstd.partial-12-0", TK_NAME_PARTIAL, 7},
		{"tok.json.partial-1-0", TK_NAME_PARTIAL, 0},
		{"index.json.partial-1-0", TK_NAME_PARTIAL, 0},
		{"unfinished", TK_NAME_STAGE, 0},
		{"unfinished-1", TK_NAME_OTHER, 0},
		{"shard.00007.mds.zstd.partial-", TK_NAME_OTHER, 0},
		{"shard.00007.mds.zstd.partial-1", TK_NAME_OTHER, 0},
		{"shard.00007.mds.zstd.partial-1-0x", TK_NAME_OTHER, 0},
		{"shard.00007.mds.zstdx", TK_NAME_OTHER, 0},
		{"shard.0000.mds.zstd", TK_NAME_OTHER, 0},
		{"shard.000000.mds.zstd", TK_NAME_OTHER, 0},
		{"shard.9999999.mds.zstd", TK_NAME_OTHER, 0},
		{"shard.99999999999999999999999.mds", TK_NAME_OTHER, 0},
		{"shard..mds", TK_NAME_OTHER, 0},
		{"shard.", TK_NAME_OTHER, 0},
		{"shard", TK_NAME_OTHER, 0},
		{"val", TK_NAME_OTHER, 0},
		{"README", TK_NAME_OTHER, 0},
		{".", TK_NAME_OTHER, 0},
		{"", TK_NAME_OTHER, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t shard = 0;
		assert_int_equal(tk_names_kind(cases[i].name, &shard),
				 cases[i].kind);
		if (cases[i].kind != TK_NAME_OTHER)
			assert_int_equal(shard, cases[i].shard);
	}
}

static void names_of_shards(void **state)
{
	char name[TK_NAME_SIZE];

	(void)state;
	tk_names_zip(3, name);
	assert_string_equal(name, "shard.00003.mds.zstd");
	tk_names_raw(TK_MAX_SHARDS - 1, name);
	assert_string_equal(name, "shard.1048575.mds");
}

static tok_status count(void *ctx, const char *name, enum tk_name_kind kind,
			size_t shard, tok_error *err)
{
	(void)name;
	(void)shard;
	(void)err;
	((int *)ctx)[kind]++;
	return TOK_OK;
}

static void a_directory(void **state)
{
	char *dir = unit_temp_dir();
	char *path = unit_path(dir, "shard.00000.mds.zstd");
	int n[TK_NAME_STAGE + 1] = {0};
	tok_error err;

	(void)state;
	unit_write_file(path, BYTES("x"));
	free(path);
	assert_ok(tk_names_each(dir, count, n, &err));
	assert_int_equal(n[TK_NAME_SHARD], 1);
	assert_int_equal(n[TK_NAME_MANIFEST], 0);
	path = unit_path(dir, "none");
	assert_int_equal(tk_names_each(path, count, n, &err), TOK_E_IO);
	assert_non_null(strstr(err.text, "none"));
	free(path);
	unit_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_names_are),
		cmocka_unit_test(names_of_shards),
		cmocka_unit_test(a_directory),
	};
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
