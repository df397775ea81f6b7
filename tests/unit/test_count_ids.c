/* SPDX-License-Identifier: Apache-2.0 */
/* As many ids as tok_encode gives; of long texts, without keeping them. */
#include "unit.h"

#include "hf_toy.h"
#include "sp_toy.h"
#include "tok/segment.h"
#include "toy.h"

enum { LONG = 200000 };

static tok_encoder *encoder(const tok_model *m, int ends, tok_spans spans)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = o.add_eos = ends;
	o.spans = spans;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

/* Of one thread (and none), two and seven. */
static tok_pool *pool[3];

static int start_pools(void **state)
{
	(void)state;
	return tok_pool_new(1, NULL, &pool[0]) ||
	       tok_pool_new(2, NULL, &pool[1]) ||
	       tok_pool_new(7, NULL, &pool[2]);
}

static int stop_pools(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		tok_pool_free(pool[i]);
	return 0;
}

static void check(tok_encoder *e, tok_bytes text)
{
	tok_flat flat = {0};
	tok_ids ids = {0};
	uint64_t n = 77;

	assert_ok(tok_encode(e, text, &ids));
	assert_ok(tok_count(e, NULL, text, &n));
	assert_int_equal(n, ids.n);
	for (size_t i = 0; i < 3; i++) {
		n = 77;
		assert_ok(tok_count(e, pool[i], text, &n));
		assert_int_equal(n, ids.n);
	}
	/* What it was asked for, the encoder still does, on threads, too. */
	const tok_bytes texts[] = {text, text};
	assert_ok(tok_encode_batch(e, pool[1], texts, 2, NULL, &flat));
	for (size_t i = 0; i < 2; i++) {
		uint64_t begin = i ? flat.end[0] : 0;

		assert_int_equal(flat.end[i] - begin, ids.n);
		if (!ids.n)
			continue;
		assert_memory_equal(flat.ids.id + begin, ids.id,
				    ids.n * sizeof(*ids.id));
		assert_int_equal(!flat.ids.span, !ids.span);
		if (ids.span)
			assert_memory_equal(flat.ids.span + begin, ids.span,
					    ids.n * sizeof(*ids.span));
	}
	tok_flat_release(&flat);
	tok_ids_release(&ids);
}

/* Short texts, and one of several parts that ends anywhere. */
static void check_model(tok_model *m, size_t n_symbols, int ends,
			uint64_t *random)
{
	uint8_t *text = malloc(4 * LONG);
	tok_encoder *e = encoder(m, ends, TOK_SPANS_NONE);
	tok_encoder *with_spans = encoder(m, ends, TOK_SPANS_COVER);

	assert_non_null(text);
	check(e, (tok_bytes){NULL, 0});
	for (int i = 0; i < 12; i++) {
		size_t most = i > 1 ? 300 : LONG;
		size_t n = sp_toy_text(random, n_symbols,
				       most - unit_below(random, 100), text);

		for (size_t k = 0; i % 2 && k < n; k++)
			if (text[k] < 0x80 && !unit_below(random, 6))
				text[k] = ' ';
		check(i % 3 ? with_spans : e, (tok_bytes){text, n});
	}
	tok_encoder_free(e);
	tok_encoder_free(with_spans);
	tok_model_free(m);
	free(text);
}

static void own_models(void **state)
{
	static const tok_control control[] = {{"bos", "<s>"}, {"eos", "</s>"}};
	uint64_t random = 11;
	struct toy toy;

	(void)state;
	for (int round = 0; round < 6; round++) {
		tok_model *m;

		toy_init(&toy, &random, 20, 3);
		struct tk_spec spec = toy_spec(&toy);
		spec.control = control;
		spec.n_controls = 2;
		spec.split = (tok_split)(round % 3);
		spec.normalize = round % 2 ? TOK_NORMALIZE_NFC
					   : TOK_NORMALIZE_NONE;
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		check_model(m, 4, round % 2, &random);
	}
}

static void others_models(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 12;

	(void)state;
	for (int round = 0; round < 6; round++) {
		bool bytes = round % 2;

		if (bytes)
			sp_toy_fill_bytes(&toy, &random, 4, 20);
		else
			sp_toy_fill(&toy, &random, SP_FEW, 4, 20);
		check_model(sp_toy_model(&toy, bytes ? TK_DOUBLE : TK_SP_FLOAT,
					 bytes ? 0 : 7),
			    4, 0, &random);
	}
	check_model(hf_toy_load(&(struct hf_toy){0}), 3, 0, &random);
}

/* Text with a cut now and then, a hundred times what is held. */
static void holds_little(void **state)
{
	enum { SIZE = 1 << 24, MOST = 1 << 20 };
	tok_model *m = toy_model(&(uint64_t){13}, 10, 2);
	uint8_t *text = malloc(SIZE);
	uint64_t random = 14, n;
	struct unit_alloc u;
	tok_encoder_options o;
	tok_encoder *e;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i++)
		text[i] = (uint8_t)('a' + unit_below(&random, 3));
	unit_alloc_init(&u);
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = &u.alloc;
	o.cache_size = 1 << 14;
	assert_ok(tok_encoder_new(m, &o, &e));
	assert_ok(tok_count(e, NULL, (tok_bytes){text, SIZE}, &n));
	assert_true(n > SIZE / 8);
	assert_true(u.peak < MOST);
	tok_encoder_free(e);
	unit_alloc_check(&u);
	tok_model_free(m);
	free(text);
}

static void what_fails_changes_nothing(void **state)
{
	tok_model *m = hf_toy_load(&(struct hf_toy){
		.model = "{\"vocab\": [[\"a\", 0]]}"});
	tok_encoder *e = encoder(m, 0, TOK_SPANS_NONE);
	uint64_t n = 7;

	(void)state;
	assert_int_equal(tok_count(e, NULL, BYTES("aba"), &n), TOK_E_UNSUPPORTED);
	assert_int_equal(n, 7);
	assert_ok(tok_count(e, NULL, BYTES("aa"), &n));
	assert_int_equal(n, 2);
	tok_encoder_free(e);
	tok_model_free(m);
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	tok_encoder_options o;
	tok_encoder *e;
	uint64_t n = 9;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.cache_size = 1 << 12;
	tok_status st = tok_encoder_new(job->model, &o, &e);
	if (st)
		return st;
	st = tok_count(e, NULL, job->text, &n);
	assert_true(st ? n == 9 : n > 9);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct sp_toy toy;
	uint8_t *text = malloc(LONG);
	uint64_t random = 15;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < LONG; i++)
		text[i] = (uint8_t)('a' + unit_below(&random, 3));
	sp_toy_fill(&toy, &random, SP_FEW, 2, 20);
	tok_model *m[] = {toy_model(&random, 20, 3),
			  sp_toy_model(&toy, TK_SP_FLOAT, 7),
			  hf_toy_load(&(struct hf_toy){0})};
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++) {
		unit_fail_each(run, &(struct job){m[i], {text, 500}});
		unit_fail_each(run, &(struct job){m[i], {text, LONG}});
		tok_model_free(m[i]);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_models),
		cmocka_unit_test(others_models),
		cmocka_unit_test(holds_little),
		cmocka_unit_test(what_fails_changes_nothing),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("count_ids", tests, start_pools,
					   stop_pools);
}
