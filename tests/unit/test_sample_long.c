/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "drawing.h"
#include "ref_lattice.h"
#include "sp_toy.h"
#include "toy.h"

struct text_job {
	const tok_model *model;
	tok_bytes text;
	double alpha;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct text_job *job = ctx;
	struct drawing d;
	tok_ids ids;

	drawing_init(&d, alloc);
	tok_ids_init(&ids, alloc);
	tok_status st = drawing_begin(&d, job->model, job->alpha,
				      (tok_key){1, 2, 3}, true);
	if (!st)
		st = tk_sample(&d.s, &d.c, job->text, 0, &ids);
	if (!st) {
		size_t size = 0;

		for (size_t i = 0; i < ids.n; i++)
			size += tk_model_bytes(job->model, ids.id[i]).n;
		assert_int_equal(size, job->text.n);
	}
	tok_ids_release(&ids);
	drawing_release(&d);
	return st;
}

/* A run of one letter is one chunk: its sums leave the range of doubles many
 * times over, for every alpha. */
static void long_chunks_do_not_underflow(void **state)
{
	enum { SIZE = 1 << 20 };
	static const double alpha[] = {0, 0.1, 1, 40, TK_MAX_ALPHA};
	tok_model *m = toy_model(&(uint64_t){31}, 3, 1);
	uint8_t *text = malloc(SIZE);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', SIZE);
	for (size_t i = 0; i < 5; i++) {
		struct text_job job = {m, {text, SIZE}, alpha[i]};
		assert_ok(run(NULL, &job));
	}
	struct text_job small = {m, {text, 3000}, 0.1};
	unit_fail_each(run, &small);
	tok_model_free(m);
	free(text);
}

/* What is drawn does not depend on how much of the text is looked at before
 * a part of it is written: the same as by a twin that looks at all of it. */
static void equals_the_twin_that_keeps_all(void **state)
{
	enum { SIZE = 30000 };
	static uint8_t text[SIZE];
	static double sum[SIZE + 1];
	static tok_id path[SIZE];

	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++) {
		uint64_t random = seed;
		tok_model *m = toy_model(&(uint64_t){seed}, 12, 2);
		double alpha = seed % 2 ? 0.3 : 2.0;
		tok_key key = {seed, 0, 5};
		struct drawing d;
		tok_ids ids;

		for (size_t i = 0; i < SIZE; i++)
			text[i] = (uint8_t)('a' + unit_random(&random) % 2);
		tok_ids_init(&ids, NULL);
		drawing_init(&d, NULL);
		assert_ok(drawing_begin(&d, m, alpha, key, true));
		assert_ok(tk_sample(&d.s, &d.c, (tok_bytes){text, SIZE}, 77,
				    &ids));
		size_t n = ref_lattice_sample(m, (tok_bytes){text, SIZE},
					      alpha, 77, key, sum, path);
		assert_int_equal(ids.n, n);
		assert_memory_equal(ids.id, path, n * sizeof(*path));
		assert_true(d.s.cap < 3 * 4096);
		tok_ids_release(&ids);
		drawing_release(&d);
		tok_model_free(m);
	}
}

/* A piece may begin inside a character, where no path comes by: behind a part
 * that is written, there is nothing to look back at. */
static void pieces_inside_characters(void **state)
{
	enum { SYMBOLS = 60000 };
	static struct sp_toy toy;
	static uint8_t text[3 * SYMBOLS];
	uint64_t random = 8;
	size_t n = 0, size = 0;
	struct drawing d;
	tok_ids ids;

	(void)state;
	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	assert_true(sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("\xE6\x97\xA5"), -1,
			       TOK_KIND_PIECE));
	/* All neighbours stand in a piece: nothing is cut. */
	assert_true(sp_toy_add(&toy, BYTES("aa"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("a\xE6\x97\xA5"), -1,
			       TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("\xA5\xE6\x97\xA5" "a"), 5,
			       TOK_KIND_PIECE));
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	for (size_t i = 0; i < SYMBOLS; i++) {
		bool one = unit_below(&random, 2);

		memcpy(text + n, one ? "a" : "\xE6\x97\xA5", one ? 1 : 3);
		n += one ? 1 : 3;
	}
	tok_ids_init(&ids, NULL);
	drawing_init(&d, NULL);
	assert_ok(drawing_begin(&d, m, 1.0, (tok_key){1, 2, 3}, false));
	assert_ok(tk_sample(&d.s, &d.c, (tok_bytes){text, n}, 0, &ids));
	for (size_t i = 0; i < ids.n; i++) {
		assert_in_range(ids.id[i], 1, 4);
		size += tk_model_bytes(m, ids.id[i]).n;
	}
	assert_int_equal(size, n);
	drawing_release(&d);
	tok_ids_release(&ids);
	tok_model_free(m);
}

static tok_model *without_unknown(const struct sp_toy *toy)
{
	struct tk_table table = sp_toy_table(toy, TK_HF_DOUBLE, 0);
	const struct tk_steps_draft draft = {
		.n_vocab = (uint32_t)toy->n, .unknown = -1};
	tok_buf steps = {0};
	tok_model *m;

	assert_ok(tk_steps_write(&draft, &steps));
	table.steps = (tok_bytes){steps.p, steps.n};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	tok_buf_release(&steps);
	return m;
}

/* Whatever failed before, a document is drawn as if nothing had been. */
static void nothing_is_left_of_a_failure(void **state)
{
	enum { SIZE = 3000 };
	static struct sp_toy toy;
	static uint8_t text[2 * SIZE];
	struct drawing d, fresh;
	tok_ids ids, want;

	(void)state;
	sp_toy_init(&toy);
	/* Nothing for b alone, no unknown id, and no cut beside it. */
	assert_true(sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("aa"), -2, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("abx"), -2, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("xba"), -2, TOK_KIND_PIECE));
	tok_model *m = without_unknown(&toy);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 5] = 'b';
	tok_ids_init(&ids, NULL);
	tok_ids_init(&want, NULL);
	drawing_init(&d, NULL);
	drawing_init(&fresh, NULL);
	for (uint64_t i = 0; i < 40; i++) {
		tok_key key = {1, 2, i};

		ids.n = want.n = 0;
		assert_ok(drawing_begin(&d, m, 1.0, (tok_key){1, 3, i}, false));
		assert_int_equal(tk_sample(&d.s, &d.c,
					   (tok_bytes){text, sizeof(text)}, 0,
					   &ids),
				 TOK_E_UNSUPPORTED);
		assert_int_equal(ids.n, 0);
		assert_ok(drawing_begin(&d, m, 1.0, key, false));
		assert_ok(tk_sample(&d.s, &d.c, (tok_bytes){text, SIZE}, 0,
				    &ids));
		assert_ok(drawing_begin(&fresh, m, 1.0, key, false));
		assert_ok(tk_sample(&fresh.s, &fresh.c,
				    (tok_bytes){text, SIZE}, 0, &want));
		assert_int_equal(ids.n, want.n);
		assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
	}
	drawing_release(&d);
	drawing_release(&fresh);
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tok_model_free(m);
}

/* Whether it was settled just before its end, long before or never. */
static void nothing_drawn_is_left_for_the_next_chunk(void **state)
{
	enum { MOST = 10000 };
	static uint8_t text[MOST];
	tok_model *m = toy_model(&(uint64_t){3}, 12, 2);
	uint64_t random = 3;
	struct drawing d;
	tok_ids ids;

	(void)state;
	for (size_t i = 0; i < MOST; i++)
		text[i] = (uint8_t)('a' + unit_random(&random) % 2);
	tok_ids_init(&ids, NULL);
	drawing_init(&d, NULL);
	for (size_t n = MOST; n > 4000; n -= n < 4150 ? 1 : 50) {
		assert_ok(drawing_begin(&d, m, 0.3, (tok_key){1, 2, n}, true));
		assert_ok(tk_sample(&d.s, &d.c, (tok_bytes){text, n}, 0,
				    &ids));
		for (size_t i = 0; i < d.s.cap; i++)
			assert_int_equal(d.s.drawn[i], 0);
	}
	tok_ids_release(&ids);
	drawing_release(&d);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(long_chunks_do_not_underflow),
		cmocka_unit_test(equals_the_twin_that_keeps_all),
		cmocka_unit_test(pieces_inside_characters),
		cmocka_unit_test(nothing_is_left_of_a_failure),
		cmocka_unit_test(nothing_drawn_is_left_for_the_next_chunk),
	};
	return cmocka_run_group_tests_name("sample_long", tests, NULL, NULL);
}
