/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/cache.h"

static struct tk_key key_of(tok_bytes chunk)
{
	return tk_key_of(chunk.p, chunk.n, chunk.n, 0);
}

static tok_id find(const struct tk_cache *c, tok_bytes chunk)
{
	struct tk_key key = key_of(chunk);
	const struct tk_cached *x = tk_cache_find(tk_cache_set(c, &key), &key);
	tok_id id[8];

	if (!x)
		return -1;
	tk_cached_ids(x, c->wide, id);
	return id[0];
}

static void put(const struct tk_cache *c, tok_bytes chunk, tok_id id)
{
	const struct tk_answer answer = {.n = 1, .id = {id}};
	struct tk_key key = key_of(chunk);

	tk_cache_put(c, tk_cache_set(c, &key), &key, &answer);
}

/* Whatever follows a chunk is no part of its key, which is all of it. */
static void keys_are_the_bytes(void **state)
{
	uint8_t text[64], room[TK_CHUNK_ROOM];
	uint64_t random = 61;

	(void)state;
	for (size_t n = 1; n <= TK_KEY_SIZE; n++) {
		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)unit_random(&random);
		struct tk_key alone = tk_key_of(text + 1, n, n, 0);
		struct tk_key amid = tk_key_of(text + 1, n, 60, 0);

		assert_memory_equal(&alone, &amid, sizeof(alone));
		assert_memory_equal(&alone, text + 1, n);
		for (size_t i = n; i < TK_KEY_SIZE; i++)
			assert_int_equal(((const uint8_t *)&alone)[i], 0);
		tok_bytes back = tk_key_text(&alone, room);
		assert_int_equal(back.n, n);
		assert_int_equal(tk_key_chunk_size(&alone), n);
		assert_memory_equal(back.p, text + 1, n);
	}
	struct tk_key spaced = tk_key_of(text, 13, 60, TK_KEY_SPACED);
	tok_bytes back = tk_key_text(&spaced, room);
	assert_int_equal(back.n, 16);
	assert_int_equal(tk_key_chunk_size(&spaced), 16);
	assert_memory_equal(back.p, "\xE2\x96\x81", 3);
	assert_memory_equal(back.p + 3, text, 13);
}

/* Zeros that belong to a chunk are not those behind a shorter one. */
static void finds_what_was_put(void **state)
{
	struct tk_cache c = {.alloc = NULL};
	const tok_bytes zeros = BYTES("\0\0\0");

	(void)state;
	assert_ok(tk_cache_init(&c, 1 << 16, 256, NULL));
	assert_int_equal(find(&c, BYTES("abc")), -1);
	put(&c, BYTES("abc"), 7);
	assert_int_equal(find(&c, BYTES("abc")), 7);
	assert_int_equal(find(&c, BYTES("abd")), -1);
	put(&c, (tok_bytes){zeros.p, 2}, 2);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 1}), -1);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 3}), -1);
	put(&c, (tok_bytes){zeros.p, 3}, 3);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 2}), 2);
	assert_int_equal(find(&c, (tok_bytes){zeros.p, 3}), 3);
	tk_cache_release(&c);
	tk_cache_release(&c);
}

/* An answer at random, with ids up to the highest. */
static struct tk_answer any_answer(uint64_t *random, size_t n, size_t n_ids)
{
	struct tk_answer a = {.n = n, .reach = n ? 1000.0 : 0.0};

	for (size_t i = 0; i < n; i++) {
		a.id[i] = (tok_id)unit_below(random, n_ids);
		if (!unit_below(random, 4))
			a.id[i] = unit_below(random, 2) ? -1
							: (tok_id)n_ids - 1;
		a.unknown |= a.id[i] < 0;
	}
	return a;
}

/* However many ids an answer has, and whatever they are: all of it is there,
 * or nothing. */
static void gives_what_it_was_given(void **state)
{
	static const size_t n_ids[] = {300, 0xFFFF, 0x10000, 1 << 30};
	uint64_t random = 62;

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		struct tk_cache c = {.alloc = NULL};
		size_t n_found = 0;

		assert_ok(tk_cache_init(&c, 1 << 10, n_ids[k], NULL));
		assert_true(c.wide == (k > 1));
		for (uint32_t i = 0; i < 2000; i++) {
			struct tk_key key = tk_key_of((const uint8_t *)&i,
						      sizeof(i), sizeof(i), 0);
			struct tk_cached *set = tk_cache_set(&c, &key);
			struct tk_answer a = any_answer(
				&random, unit_below(&random, 13), n_ids[k]), b;

			tk_cache_put(&c, set, &key, &a);
			assert_true(tk_cache_take(&c, set, &key, &b));
			assert_int_equal(a.n, b.n);
			assert_true(a.unknown == b.unknown);
			assert_true(b.reach <= a.reach &&
				    b.reach >= a.reach * (1 - 0x1p-10));
			assert_memory_equal(a.id, b.id, a.n * sizeof(tok_id));
			/* What was driven out in part is not there. */
			uint32_t old = i / 2;
			key = tk_key_of((const uint8_t *)&old, sizeof(old),
					sizeof(old), 0);
			n_found += tk_cache_take(&c, tk_cache_set(&c, &key),
						 &key, &b);
		}
		assert_true(n_found > 10 && n_found < 1000);
		tk_cache_release(&c);
	}
}

/* However many come once: what was found stays. */
static void keeps_what_is_found(void **state)
{
	struct unit_alloc u;
	struct tk_cache c;
	size_t n_kept = 0;

	(void)state;
	unit_alloc_init(&u);
	assert_ok(tk_cache_init(&c, 1 << 14, 1 << 14, &u.alloc));
	size_t n_bytes = u.n_bytes;
	assert_int_equal(n_bytes, (1 << 14) + TK_LINE_SIZE);
	put(&c, BYTES("stays"), 7);
	for (uint32_t i = 0; i < 10000; i++) {
		tok_bytes chunk = {(const uint8_t *)&i, sizeof(i)};

		if (i % 2)
			assert_int_equal(find(&c, BYTES("stays")), 7);
		put(&c, chunk, (tok_id)i);
	}
	for (uint32_t i = 0; i < 10000; i++) {
		tok_bytes chunk = {(const uint8_t *)&i, sizeof(i)};
		tok_id id = find(&c, chunk);

		n_kept += id >= 0;
		assert_true(id < 0 || id == (tok_id)i);
	}
	assert_true(n_kept > 400 && n_kept < 512);
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
		assert_ok(tk_cache_init(&c, sizes[i], 256, &u.alloc));
		assert_true(u.n_bytes <= sizes[i] + TK_LINE_SIZE);
		assert_true(!c.entry == (sizes[i] < 256));
		if (c.entry) {
			assert_int_equal((uintptr_t)c.entry % 64, 0);
			put(&c, BYTES("x"), 1);
			assert_int_equal(find(&c, BYTES("x")), 1);
		}
		tk_cache_release(&c);
		unit_alloc_check(&u);
	}
}

/* Rounded, but never to the wrong side, and never out of order. */
static void reaches_are_on_the_safe_side(void **state)
{
	uint64_t random = 63;
	double before = 0.0;

	(void)state;
	for (double x = 0x1p-8; x < 0x1p90; x *= 1.0001) {
		uint16_t down = tk_reach_down(x), up = tk_reach_up(x);

		assert_true(down < up);
		assert_true(tk_reach_of(down) <= x * (1 + 0x1p-24));
		assert_true(tk_reach_down(tk_reach_of(down)) == down);
		assert_true(tk_reach_of(down) >= before);
		before = tk_reach_of(down);
		/* Whoever needs more than there is does not get it. */
		double more = x * (1 + (double)unit_below(&random, 100) / 1e4);
		assert_true(tk_reach_up(more) > down);
		if (x > 0x1p-5 && x < 0x1p57)
			assert_true(tk_reach_of(down) > x * (1 - 0x1p-9));
	}
	assert_int_equal(tk_reach_down(0.0), 0);
	assert_int_equal(tk_reach_up(0.0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_the_bytes),
		cmocka_unit_test(finds_what_was_put),
		cmocka_unit_test(gives_what_it_was_given),
		cmocka_unit_test(keeps_what_is_found),
		cmocka_unit_test(sizes_are_at_most_what_is_asked),
		cmocka_unit_test(reaches_are_on_the_safe_side),
	};
	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
