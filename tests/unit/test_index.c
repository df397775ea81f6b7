/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "shard/index.h"

/* What json.dump(.., sort_keys=True) prints of MDSWriter's index. */
static const char want[] =
	"{\"shards\": [{\"column_encodings\": [\"ndarray:int32\", "
	"\"ndarray:int32\"], \"column_names\": [\"input_ids\", "
	"\"seq_lengths\"], \"column_sizes\": [null, null], "
	"\"compression\": \"zstd:9\", \"format\": \"mds\", \"hashes\": "
	"[\"xxh64\"], \"raw_data\": {\"basename\": \"shard.00000.mds\", "
	"\"bytes\": 400, \"hashes\": {\"xxh64\": \"0000000000000005\"}}, "
	"\"samples\": 2, \"size_limit\": 1000, \"version\": 2, "
	"\"zip_data\": {\"basename\": \"shard.00000.mds.zstd\", "
	"\"bytes\": 300, \"hashes\": {\"xxh64\": "
	"\"fedcba9876543210\"}}}], \"version\": 2}";

static const struct tk_shard_info shard = {
	2, 3, 20, 400, 300, 5, UINT64_C(0xfedcba9876543210)};

static tok_status write_one(const tok_alloc *alloc, void *ctx)
{
	struct tk_manifest m = {.alloc = alloc, .mds = {true, 9, 1000}};
	tok_buf out = {.alloc = alloc};

	(void)ctx;
	tok_status st = tk_manifest_add(&m, &shard);
	if (!st)
		st = tk_index_write(&m, &out);
	if (!st) {
		assert_int_equal(out.n, sizeof(want) - 1);
		assert_memory_equal(out.p, want, out.n);
	}
	tk_manifest_release(&m);
	tok_buf_release(&out);
	return st;
}

static void one_shard(void **state)
{
	(void)state;
	unit_fail_each(write_one, NULL);
}

static void none(void **state)
{
	struct tk_manifest m = {0};
	tok_buf out = {0};

	(void)state;
	assert_ok(tk_index_write(&m, &out));
	assert_int_equal(out.n, strlen("{\"shards\": [], \"version\": 2}"));
	assert_memory_equal(out.p, "{\"shards\": [], \"version\": 2}", out.n);
	tok_buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_shard),
		cmocka_unit_test(none),
	};
	return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
