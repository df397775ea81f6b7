/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "shard/frames.h"

/* Frames of many sizes, packed with a pool, joined to one text. */
static void pack(unsigned n_threads, tok_buf *zip, uint64_t *hash)
{
	tk_xxh64_stream *stream = tk_xxh64_new(NULL), *plain = tk_xxh64_new(NULL);
	tok_pool *pool = NULL;
	struct tk_frames f;
	uint64_t seed = 3;

	if (n_threads)
		assert_ok(tok_pool_new(n_threads, NULL, &pool));
	assert_ok(tk_frames_init(&f, NULL, pool, 1));
	for (int i = 0; i < 100; i++) {
		size_t n = 1 + unit_below(&seed, 3000);
		uint8_t *p = tk_frames_room(&f, n);
		for (size_t k = 0; k < n; k++)
			p[k] = (uint8_t)unit_below(&seed, 20);
		tk_xxh64_feed(plain, (tok_bytes){p, n});
		if (i % 3 == 0)
			assert_ok(tk_frames_cut(&f));
	}
	assert_true(tk_frames_open_size(&f) == 0);
	assert_ok(tk_frames_cut(&f));
	assert_ok(tk_frames_finish(&f));
	assert_int_equal(f.n, 34);
	assert_ok(tk_frames_check(&f, stream));
	*hash = tk_xxh64_value(stream);
	assert_true(*hash == tk_xxh64_value(plain));
	zip->p = malloc(f.zip.n);
	zip->n = f.zip.n;
	memcpy(zip->p, f.zip.p, f.zip.n);

	/* A packed frame that changed in memory is seen. */
	f.zip.p[f.frame[20].zip_at + f.frame[20].zip_size / 2] ^= 1;
	assert_int_equal(tk_frames_check(&f, stream), TOK_E_CORRUPT);
	tk_frames_restart(&f);
	assert_ok(tk_frames_finish(&f));
	assert_int_equal(f.n, 0);
	tk_frames_release(&f);
	tok_pool_free(pool);
	tk_xxh64_free(stream);
	tk_xxh64_free(plain);
}

static void the_pool_does_not_show(void **state)
{
	static const unsigned widths[] = {1, 2, 7};
	tok_buf one, other;
	uint64_t hash, other_hash;

	(void)state;
	pack(0, &one, &hash);
	for (size_t i = 0; i < 3; i++) {
		pack(widths[i], &other, &other_hash);
		assert_true(hash == other_hash);
		assert_int_equal(one.n, other.n);
		assert_memory_equal(one.p, other.p, one.n);
		free(other.p);
	}
	free(one.p);
}

static tok_status pack_two(const tok_alloc *alloc, void *ctx)
{
	tk_xxh64_stream *hash = tk_xxh64_new(NULL);
	struct tk_frames f;

	(void)ctx;
	tok_status st = tk_frames_init(&f, alloc, NULL, 1);
	for (int i = 0; !st && i < 2; i++) {
		uint8_t *p = tk_frames_room(&f, 1000);
		st = p ? TOK_OK : TOK_E_MEMORY;
		if (p)
			memset(p, i, 1000);
		if (!st)
			st = tk_frames_cut(&f);
	}
	if (!st)
		st = tk_frames_finish(&f);
	if (!st)
		st = tk_frames_check(&f, hash);
	tk_frames_release(&f);
	tk_xxh64_free(hash);
	return st;
}

static void failing_memory(void **state)
{
	(void)state;
	unit_fail_each(pack_two, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_pool_does_not_show),
		cmocka_unit_test(failing_memory),
	};
	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
