/* SPDX-License-Identifier: Apache-2.0 */
/* What they give: stream_check. Here: when they are made, and failures. */
#include "unit.h"

#include "segment/shares.h"
#include "toy.h"

static const struct tk_choice best = {.draw = false};

static void check(tok_encoder *e, tok_pool *pool, tok_bytes text, size_t size,
		  size_t want_done)
{
	tok_ids ids = {0}, want = {0};
	size_t done;

	assert_ok(tk_shares(e, pool, text, 0, &best, size, &ids, &done));
	assert_int_equal(done, want_done);
	assert_ok(tok_encode(e, (tok_bytes){text.p, done}, &want));
	assert_int_equal(ids.n, want.n);
	if (want.n)
		assert_memory_equal(ids.id, want.id,
				    ids.n * sizeof(*ids.id));
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

static void go_up_to_the_last_edge(void **state)
{
	static uint8_t long_line[3000];
	tok_model *m = toy_model(&(uint64_t){51}, 20, 3);
	const tok_bytes text = BYTES("abc\nab\nabcab\nca\nabc\n");
	const tok_bytes line = BYTES("abcababcabcaabcabcabcab");
	tok_encoder *e;
	tok_pool *pool[3] = {NULL};

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_ok(tok_pool_new(1, NULL, &pool[1]));
	assert_ok(tok_pool_new(2, NULL, &pool[2]));
	memset(long_line, 'b', sizeof(long_line));
	long_line[4] = long_line[9] = '\n';
	for (int i = 0; i < 3; i++) {
		for (size_t size = 1; size < 25; size++)
			check(e, pool[i], text, size, 16);
		/* One line, and nobody knows where the next begins. */
		check(e, pool[i], line, 4, 0);
		check(e, pool[i], (tok_bytes){line.p, 0}, 4, 0);
		/* Far from the end. */
		check(e, pool[i], (tok_bytes){long_line, sizeof(long_line)},
		      100, 10);
		tok_pool_free(pool[i]);
	}
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
	size_t done, before = 0;

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
	if (!st) {
		before = ids.n;
		st = tk_shares(e, NULL, text, 0, &best, 4, &ids, &done);
	}
	assert_true(!st || ids.n == before);
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
		cmocka_unit_test(go_up_to_the_last_edge),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("shares", tests, NULL, NULL);
}
