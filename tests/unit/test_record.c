/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/json.h"
#include "train/record.h"

static void says_options_and_books(void **state)
{
	tok_train_options o;
	tok_train_report r = {
		.ledger = {.bytes_in = 10, .bytes_documents = 7,
			   .bytes_container = 2, .bytes_skipped = {0, 0, 1}},
		.vocab_size = 300,
		.tokens = 5,
	};
	tk_json *root;
	uint64_t v;
	tok_buf out;

	(void)state;
	tok_train_options_defaults(&o, sizeof(o));
	o.split = TOK_SPLIT_SPACE;
	tok_buf_init(&out, NULL);
	assert_ok(tk_record_write(&o, &r, &out));
	assert_int_equal(out.p[out.n - 1], 0);
	assert_ok(tk_json_parse((tok_bytes){out.p, out.n - 1}, &root, NULL));
	const tk_json *options = tk_json_member(root, "options");
	assert_string_equal(tk_json_string(tk_json_member(options, "split")),
			    "space");
	assert_true(tk_json_u64(tk_json_member(root, "vocab_size"), &v));
	assert_int_equal(v, 300);
	const tk_json *ledger = tk_json_member(root, "ledger");
	const tk_json *skipped = tk_json_member(ledger, "bytes_skipped");
	assert_true(tk_json_u64(tk_json_member(skipped, "sampled"), &v));
	assert_int_equal(v, 1);
	tk_json_free(root);
	tok_buf_release(&out);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_train_options o;
	tok_train_report r = {.tokens = 5};
	tok_buf out;

	(void)ctx;
	tok_train_options_defaults(&o, sizeof(o));
	tok_buf_init(&out, alloc);
	tok_status st = tk_record_write(&o, &r, &out);
	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(run, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_options_and_books),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
