/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest_sample.h"

static void comes_back(void **state)
{
	tok_buf file = sample_written();
	struct tk_manifest m = {0}, want;
	tok_error err;

	(void)state;
	sample_make(&want, NULL);
	assert_call(tk_manifest_parse((tok_bytes){file.p, file.n}, "x", &m,
				      &err), err);
	assert_string_equal(m.set.settings, sample_settings);
	assert_int_equal(m.n_shards, 2);
	assert_memory_equal(m.shard, want.shard, 2 * sizeof(*m.shard));
	assert_memory_equal(&m.set.ledger, &want.set.ledger,
			    sizeof(tok_ledger));
	assert_memory_equal(m.set.model.byte, dataset_model.byte, 16);
	assert_int_equal(m.set.tokens, 30);
	assert_int_equal(m.set.zip_bytes, 500);
	assert_int_equal(m.frame_size, 100);
	assert_int_equal(m.mds.size_limit, 1000);
	/* Written again it is the same file. */
	tok_buf again = {0};
	assert_ok(tk_manifest_write(&m, &again));
	assert_int_equal(again.n, file.n);
	assert_memory_equal(again.p, file.p, file.n);
	tok_buf_release(&again);
	tok_buf_release(&file);
	tk_manifest_release(&m);
	tk_manifest_release(&want);
}

static void numbers_beyond_int64_are_refused(void **state)
{
	struct tk_manifest m;
	tok_buf out = {0};

	(void)state;
	sample_make(&m, NULL);
	m.set.ledger.bytes_in = (uint64_t)INT64_MAX + 1;
	assert_int_equal(tk_manifest_write(&m, &out), TOK_E_LIMIT);
	tk_manifest_release(&m);
	tok_buf_release(&out);
}

static tok_status round_trip(const tok_alloc *alloc, void *ctx)
{
	struct tk_manifest m, back = {.alloc = alloc};
	tok_buf out = {.alloc = alloc};

	(void)ctx;
	sample_make(&m, alloc);
	tok_status st = m.n_shards == 2 ? TOK_OK : TOK_E_MEMORY;
	if (!st)
		st = tk_manifest_write(&m, &out);
	if (!st)
		st = tk_manifest_parse((tok_bytes){out.p, out.n}, "x", &back,
				       NULL);
	tk_manifest_release(&m);
	tk_manifest_release(&back);
	tok_buf_release(&out);
	return st;
}

static void failing_memory(void **state)
{
	(void)state;
	unit_fail_each(round_trip, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comes_back),
		cmocka_unit_test(numbers_beyond_int64_are_refused),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
