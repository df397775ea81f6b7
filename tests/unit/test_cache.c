/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/cache.h"

static const struct tk_cached *find(const struct tk_cache *c, tok_bytes chunk)
{
	struct tk_key key = tk_key_of(chunk, chunk.n);

	return tk_cache_find(tk_cache_set(c, &key), &key, chunk.n);
}

static void put(const struct tk_cache *c, tok_bytes chunk, tok_id id)
{
	struct tk_key key = tk_key_of(chunk, chunk.n);

	*tk_cache_put(tk_cache_set(c, &key)) = (struct tk_cached){
		.key = key,
		.size = (uint8_t)chunk.n,
		.n = 1,
		.id = {id},
	};
}

/* Whatever follows a chunk is no part of its key. */
static void keys_are_the_bytes(void **state)
{
	uint8_t text[64];
	uint64_t random = 61;

	(void)state;
	for (size_t n = 1; n <= TK_KEY_SIZE; n++) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)unit_random(&random);
		tok_bytes chunk = {text + 1, n};
		struct tk_key alone = tk_key_of(chunk, n);
		struct tk_key amid = tk_key_of(chunk, sizeof(text) - 1);

		assert_memory_equal(&alone, &amid, sizeof(alone));
		assert_memory_equal(&alone, chunk.p, n);
		for (size_t i = n; i < TK_KEY_SIZE; i++)
			assert_int_equal(((const uint8_t *)&alone)[i], 0);
	}
}

/* Zeros that belong to a chunk are not those behind a shorter one. */
static void finds_what_was_put(void **state)
{
	struct tk_cache c = {.alloc = NULL};
	const tok_bytes zeros = BYTES("\0\0\0");

	(void)state;
	assert_ok(tk_cache_init(&c, 1 << 16, NULL));
	assert_null(find(&c, BYTES("abc")));
	put(&c, BYTES("abc"), 7);
	assert_int_equal(find(&c, BYTES("abc"))->id[0], 7);
	assert_null(find(&c, BYTES("abd")));
	put(&c, (tok_bytes){zeros.p, 2}, 2);
	assert_null(find(&c, (tok_bytes){zeros.p, 1}));
	assert_null(find(&c, (tok_bytes){zeros.p, 3}));
	put(&c, (tok_bytes){zeros.p, 3}, 3);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 2})->id[0], 2);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 3})->id[0], 3);
	tk_cache_release(&c);
	tk_cache_release(&c);
}

/* However many come once: what was found stays. */
static void keeps_what_is_found(void **state)
{
	struct unit_alloc u;
	struct tk_cache c;
	size_t n_kept = 0;

	(void)state;
	unit_alloc_init(&u);
	assert_ok(tk_cache_init(&c, 1 << 14, &u.alloc));
	size_t n_bytes = u.n_bytes;
	assert_int_equal(n_bytes, (1 << 14) + TK_CACHED_SIZE);
	put(&c, BYTES("stays"), 7);
	for (uint32_t i = 0; i < 10000; i++) {
		tok_bytes chunk = {(const uint8_t *)&i, sizeof(i)};
		tok_bytes word = BYTES("stays");

		if (i % 2)
			assert_int_equal(find(&c, word)->id[0], 7);
		put(&c, chunk, (tok_id)i);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		const struct tk_cached *kept =
			find(&c, (tok_bytes){(const uint8_t *)&i, sizeof(i)});

		n_kept += kept != NULL;
		assert_true(!kept || kept->id[0] == (tok_id)i);
	}
	assert_true(n_kept > 200 && n_kept < 256);
	assert_int_equal(u.n_bytes, n_bytes);
	tk_cache_release(&c);
	unit_alloc_check(&u);
}

static void sizes_are_at_most_what_is_asked(void **state)
{
	static const size_t sizes[] = {0, 1, 255, 256, 511, 512, 1000, 4096,
				       100000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		struct unit_alloc u;
		struct tk_cache c;

		unit_alloc_init(&u);
		assert_ok(tk_cache_init(&c, sizes[i], &u.alloc));
		assert_true(u.n_bytes <= sizes[i] + TK_CACHED_SIZE);
		assert_true(!c.entry == (sizes[i] < 256));
		if (c.entry) {
			assert_int_equal((uintptr_t)c.entry % 64, 0);
			put(&c, BYTES("x"), 1);
			assert_int_equal(find(&c, BYTES("x"))->id[0], 1);
		}
		tk_cache_release(&c);
		unit_alloc_check(&u);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_the_bytes),
		cmocka_unit_test(finds_what_was_put),
		cmocka_unit_test(keeps_what_is_found),
		cmocka_unit_test(sizes_are_at_most_what_is_asked),
	};
	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
