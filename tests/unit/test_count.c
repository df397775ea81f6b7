/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "train/count.h"

static void corpus_init(struct tk_corpus *c, uint64_t budget,
			const tok_alloc *alloc)
{
	*c = (struct tk_corpus){
		.alloc = alloc,
		.budget = budget,
		.seed = 5,
		.bytes.alloc = alloc,
	};
}

/* A word by its number; numbers may repeat. */
static tok_bytes word(uint64_t number, uint8_t out[16])
{
	size_t n = 1 + number % 9;

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(number >> 3 * i);
	return (tok_bytes){out, n};
}

static void counts_every_distinct_one(void **state)
{
	static uint64_t want[5000];
	uint64_t random = 1;
	struct tk_corpus c;
	uint8_t p[16];

	(void)state;
	corpus_init(&c, 1 << 30, NULL);
	for (int i = 0; i < 200000; i++) {
		uint64_t k = unit_below(&random, 5000);

		p[0] = (uint8_t)k;
		p[1] = (uint8_t)(k >> 8);
		want[k]++;
		assert_ok(tk_corpus_add(&c, (tok_bytes){p, 2}));
	}
	tk_corpus_finish(&c);
	assert_int_equal(c.n, 5000);
	assert_int_equal(c.size, 400000);
	assert_int_equal(c.size_kept, 400000);
	for (size_t i = 0; i < c.n; i++) {
		tok_bytes t = tk_corpus_bytes(&c, i);

		assert_int_equal(c.pre[i].count, want[tk_get16(t.p)]);
		assert_true(!i || c.pre[i - 1].hash <= c.pre[i].hash);
	}
	tk_corpus_release(&c);
}

/* Over budget: a sample that is the same in any order, of true counts. */
static void sample_knows_no_order(void **state)
{
	enum { N = 60000 };
	static uint64_t number[N];
	struct tk_corpus a, b, all;
	uint64_t random = 2;
	uint8_t p[16];

	(void)state;
	for (size_t i = 0; i < N; i++)
		number[i] = unit_random(&random) % 20000;
	corpus_init(&a, 300000, NULL);
	corpus_init(&b, 300000, NULL);
	corpus_init(&all, 1 << 30, NULL);
	for (size_t i = 0; i < N; i++) {
		assert_ok(tk_corpus_add(&a, word(number[i], p)));
		assert_ok(tk_corpus_add(&b, word(number[N - 1 - i], p)));
		assert_ok(tk_corpus_add(&all, word(number[i], p)));
	}
	tk_corpus_finish(&a);
	tk_corpus_finish(&b);
	tk_corpus_finish(&all);
	assert_true(a.n > 1000 && a.n < all.n);
	assert_int_equal(a.n, b.n);
	assert_int_equal(a.size_kept, b.size_kept);
	assert_int_equal(a.size, all.size_kept);
	for (size_t i = 0; i < a.n; i++) {
		/* In the order of hashes the sample is the front of all. */
		assert_true(tk_bytes_equal(tk_corpus_bytes(&a, i),
					   tk_corpus_bytes(&b, i)));
		assert_true(tk_bytes_equal(tk_corpus_bytes(&a, i),
					   tk_corpus_bytes(&all, i)));
		assert_int_equal(a.pre[i].count, all.pre[i].count);
		assert_int_equal(a.pre[i].count, b.pre[i].count);
	}
	tk_corpus_release(&a);
	tk_corpus_release(&b);
	tk_corpus_release(&all);
}

static void count_file(const char *path, tok_by by, struct tk_corpus *c)
{
	const struct tk_split lines = {.kind = TOK_SPLIT_NONE};
	tok_source_options o;
	tok_source *source;

	tok_source_options_defaults(&o, sizeof(o));
	o.by = by;
	corpus_init(c, 1 << 30, NULL);
	assert_ok(tok_source_open(&path, 1, &o, &source, NULL));
	assert_ok(tk_count(source, NULL, &lines, NULL, c, NULL));
	tok_source_close(source);
}

static void long_lines_are_windows(void **state)
{
	enum { SIZE = 100000 };
	char *dir = unit_temp_dir(), *path = unit_path(dir, "long");
	uint8_t *text = malloc(3 * SIZE);
	struct tk_corpus c;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < SIZE; i++)
		memcpy(text + 3 * i, "\xE4\xB8\xAD", 3);
	unit_write_file(path, (tok_bytes){text, 3 * SIZE});
	count_file(path, TOK_BY_FILE, &c);
	assert_int_equal(c.size_kept, 3 * SIZE);
	for (size_t i = 0; i < c.n; i++) {
		tok_bytes t = tk_corpus_bytes(&c, i);

		assert_true(t.n <= TK_WINDOW);
		assert_int_equal(t.n % 3, 0);
	}
	tk_corpus_release(&c);
	/* Bytes that continue no character do not make a window endless. */
	memset(text, 0x80, SIZE);
	unit_write_file(path, (tok_bytes){text, SIZE});
	count_file(path, TOK_BY_LINE, &c);
	assert_int_equal(c.size_kept, SIZE);
	tk_corpus_release(&c);
	free(text);
	free(path);
	unit_remove_dir(dir);
}

static tok_status add_some(const tok_alloc *alloc, void *ctx)
{
	struct tk_corpus c;
	uint64_t random = 3;
	uint8_t p[16];
	tok_status st = TOK_OK;

	(void)ctx;
	corpus_init(&c, 100000, alloc);
	for (int i = 0; !st && i < 8000; i++)
		st = tk_corpus_add(&c, word(unit_random(&random) % 9000, p));
	if (!st)
		tk_corpus_finish(&c);
	tk_corpus_release(&c);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(add_some, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_every_distinct_one),
		cmocka_unit_test(sample_knows_no_order),
		cmocka_unit_test(long_lines_are_windows),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("count", tests, NULL, NULL);
}
