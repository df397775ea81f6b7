/* SPDX-License-Identifier: Apache-2.0 */
/* What they give: stream_check. Here: when they are made, and failures. */
#include "unit.h"

#include "segment/shares.h"
#include "toy.h"

static const struct tk_choice best = {.draw = false};

static void need_threads_and_text(void **state)
{
	tok_model *m = toy_model(&(uint64_t){51}, 20, 3);
	const tok_bytes text = BYTES("abc\nab\nabcab\nca\nabc\n");
	const tok_bytes line = BYTES("abcababcabcaabcabcabcab");
	tok_encoder *e;
	tok_pool *one, *two;
	tok_ids ids = {0}, want = {0};
	size_t done;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_ok(tok_pool_new(1, NULL, &one));
	assert_ok(tok_pool_new(2, NULL, &two));
	assert_ok(tk_shares(e, NULL, text, 0, &best, 4, &ids, &done));
	assert_int_equal(done, 0);
	assert_ok(tk_shares(e, one, text, 0, &best, 4, &ids, &done));
	assert_int_equal(done, 0);
	assert_ok(tk_shares(e, two, text, 0, &best, 20, &ids, &done));
	assert_int_equal(done, 0);
	/* One line, and nobody knows where the next begins. */
	assert_ok(tk_shares(e, two, line, 0, &best, 4, &ids, &done));
	assert_int_equal(done, 0);
	assert_int_equal(ids.n, 0);
	assert_ok(tk_shares(e, two, text, 0, &best, 4, &ids, &done));
	assert_int_equal(done, 13);
	assert_ok(tok_encode(e, (tok_bytes){text.p, done}, &want));
	assert_int_equal(ids.n, want.n);
	assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tok_pool_free(one);
	tok_pool_free(two);
	tok_encoder_free(e);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_bytes text = BYTES("abc\nab\nabcab\nca\nabc\n");
	tok_encoder_options o;
	tok_encoder *e = NULL;
	tok_pool *pool = NULL;
	tok_ids ids;
	size_t done;

	tok_ids_init(&ids, alloc);
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.cache_size = 0;
	/* No thread but this one: the allocator belongs to it. */
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (!st)
		st = tok_pool_new(2, NULL, &pool);
	if (!st)
		st = tk_shares(e, pool, text, 0, &best, 200, &ids, &done);
	if (!st)
		st = tk_shares(e, NULL, text, 0, &best, 4, &ids, &done);
	assert_true(!st || !ids.n);
	tok_ids_release(&ids);
	tok_pool_free(pool);
	tok_encoder_free(e);
	return st;
}

static void fails_without_memory(void **state)
{
	tok_model *m = toy_model(&(uint64_t){52}, 20, 3);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(need_threads_and_text),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("shares", tests, NULL, NULL);
}
