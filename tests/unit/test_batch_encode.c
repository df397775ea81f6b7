/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/encoder.h"
#include "tok/segment.h"
#include "toy.h"

enum { N_DOCS = 400, MAX_DOC = 1500 };

struct fixture {
	tok_model *model;
	uint8_t text[N_DOCS][MAX_DOC];
	tok_bytes doc[N_DOCS];
};

static int make(void **state)
{
	static struct fixture f;
	static const tok_control eos = {"eos", "</s>"};
	uint64_t random = 61;
	struct toy toy;

	toy_init(&toy, &random, 30, 4);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = &eos;
	spec.n_controls = 1;
	assert_ok(tk_model_build(&spec, NULL, &f.model, NULL));
	for (size_t i = 0; i < N_DOCS; i++) {
		size_t n = i % 7 ? unit_below(&random, MAX_DOC) : 0;

		for (size_t k = 0; k < n; k++)
			f.text[i][k] = (uint8_t)('a' + unit_below(&random, 5));
		f.doc[i] = (tok_bytes){f.text[i], n};
	}
	*state = &f;
	return 0;
}

/* alpha 0.3, the key of document 0 is (1, 2, 1000). */
static tok_draw some_draw(void)
{
	tok_draw draw;

	tok_draw_defaults(&draw, sizeof(draw));
	draw.alpha = 0.3;
	draw.key = (tok_key){1, 2, 1000};
	return draw;
}

static int drop(void **state)
{
	struct fixture *f = *state;

	tok_model_free(f->model);
	return 0;
}

static void encode(const struct fixture *f, unsigned threads,
		   const tok_draw *draw, tok_flat *flat)
{
	tok_encoder_options o;
	tok_encoder *e;
	tok_pool *pool;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_eos = 1;
	o.spans = TOK_SPANS_COVER;
	assert_ok(tok_encoder_new(f->model, &o, &e));
	assert_ok(tok_pool_new(threads, NULL, &pool));
	/* Twice: the second run meets warm scratch. */
	for (int i = 0; i < 2; i++)
		assert_ok(tok_encode_batch(e, pool, f->doc, N_DOCS, draw,
					   flat));
	tok_pool_free(pool);
	tok_encoder_free(e);
}

static void threads_do_not_show(void **state)
{
	const struct fixture *f = *state;
	tok_draw draw = some_draw();

	for (int drawn = 0; drawn < 3; drawn++) {
		const tok_draw *d = drawn ? &draw : NULL;
		draw.nbest = drawn > 1 ? 5 : 0;
		static const unsigned threads[] = {2, 7};
		tok_flat one, many;

		tok_flat_init(&one, NULL);
		encode(f, 1, d, &one);
		assert_int_equal(one.n, N_DOCS);
		for (int k = 0; k < 2; k++) {
			tok_flat_init(&many, NULL);
			encode(f, threads[k], d, &many);
			assert_int_equal(one.n, many.n);
			assert_int_equal(one.ids.n, many.ids.n);
			assert_memory_equal(one.end, many.end,
					    one.n * sizeof(*one.end));
			assert_memory_equal(one.ids.id, many.ids.id,
					    one.ids.n * sizeof(*one.ids.id));
			assert_memory_equal(one.ids.span, many.ids.span,
					    one.ids.n * sizeof(tok_span));
			tok_flat_release(&many);
		}
		tok_flat_release(&one);
	}
}

/* Document i of a batch is document key + i of the input. */
static void equals_one_by_one(void **state)
{
	const struct fixture *f = *state;
	const tok_draw draw = some_draw();
	tok_flat flat;
	tok_encoder *e;
	tok_ids ids;

	tok_flat_init(&flat, NULL);
	tok_ids_init(&ids, NULL);
	encode(f, 2, &draw, &flat);
	assert_ok(tok_encoder_new(f->model, NULL, &e));
	for (size_t i = 0; i < N_DOCS; i++) {
		uint64_t begin = i ? flat.end[i - 1] : 0;

		ids.n = 0;
		assert_ok(tok_sample(e, f->doc[i], 0.3,
				     (tok_key){1, 2, 1000 + i}, &ids));
		assert_int_equal(ids.n + 1, flat.end[i] - begin);
		assert_memory_equal(ids.id, flat.ids.id + begin,
				    ids.n * sizeof(*ids.id));
	}
	tok_encoder_free(e);
	tok_ids_release(&ids);
	tok_flat_release(&flat);
}

static void assert_document(const tok_flat *flat, size_t i, const tok_ids *ids)
{
	uint64_t begin = i ? flat->end[i - 1] : 0;

	assert_int_equal(ids->n + 1, flat->end[i] - begin);
	assert_memory_equal(ids->id, flat->ids.id + begin,
			    ids->n * sizeof(*ids->id));
}

/* Each document has what its own key says, or its best segmentation. */
static void check_choice(const struct fixture *f, const tok_draw *draw,
			 unsigned threads)
{
	tok_flat flat;
	tok_encoder *e;
	tok_ids ids;

	tok_flat_init(&flat, NULL);
	tok_ids_init(&ids, NULL);
	encode(f, threads, draw, &flat);
	assert_ok(tok_encoder_new(f->model, NULL, &e));
	for (size_t i = 0; i < N_DOCS; i++) {
		tok_key key = {1, 2, 1000 + i};

		if (draw->key_kind == TOK_KEY_CONTENT)
			key = tok_key_of_content(f->doc[i], 1, 2);
		ids.n = 0;
		if (draw->best[i] || !tok_key_draws(key, draw->probability))
			assert_ok(tok_encode(e, f->doc[i], &ids));
		else
			assert_ok(tok_sample(e, f->doc[i], draw->alpha, key,
					     &ids));
		assert_document(&flat, i, &ids);
	}
	tok_encoder_free(e);
	tok_ids_release(&ids);
	tok_flat_release(&flat);
}

static void a_share_is_drawn_and_flags_are_kept(void **state)
{
	static uint8_t best[N_DOCS];
	tok_draw draw = some_draw();

	for (size_t i = 0; i < N_DOCS; i += 3)
		best[i] = 1;
	draw.best = best;
	draw.probability = 0.4;
	check_choice(*state, &draw, 1);
	check_choice(*state, &draw, 7);
	draw.key_kind = TOK_KEY_CONTENT;
	check_choice(*state, &draw, 2);
}

/* Batches of one document each, from the last: nothing but the text of a
 * document and its key is asked. */
static void content_is_free_of_order(void **state)
{
	const struct fixture *f = *state;
	tok_draw draw = some_draw();
	tok_flat flat, one;
	tok_encoder *e;

	draw.key_kind = TOK_KEY_CONTENT;
	draw.probability = 0.7;
	tok_flat_init(&flat, NULL);
	tok_flat_init(&one, NULL);
	encode(f, 2, &draw, &flat);
	assert_ok(tok_encoder_new(f->model, NULL, &e));
	draw.key.document = 77;
	for (size_t i = N_DOCS; i--;) {
		assert_ok(tok_encode_batch(e, NULL, &f->doc[i], 1, &draw,
					   &one));
		assert_document(&flat, i, &one.ids);
	}
	tok_encoder_free(e);
	tok_flat_release(&one);
	tok_flat_release(&flat);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct fixture *f = ctx;
	tok_encoder_options o;
	tok_encoder *e;
	tok_pool *pool = NULL;
	tok_flat flat;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_encoder_new(f->model, &o, &e);
	if (st)
		return st;
	tok_flat_init(&flat, alloc);
	st = tok_pool_new(1, alloc, &pool);
	if (!st)
		st = tok_encode_batch(e, pool, f->doc, 50, NULL, &flat);
	if (st)
		assert_int_equal(flat.n, 0);
	tok_pool_free(pool);
	tok_flat_release(&flat);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	unit_fail_each(run, *state);
}

/* Nothing is asked for that a loop would not need: no task, no encoder of
 * another thread. Of many documents there are. */
static void few_short_documents_stay_here(void **state)
{
	const struct fixture *f = *state;
	const tok_bytes doc[] = {BYTES("abcab"), BYTES("c"), BYTES("deabc")};
	struct unit_alloc memory;
	tok_encoder_options o;
	tok_encoder *e;
	tok_pool *pool;
	tok_flat flat;

	unit_alloc_init(&memory);
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = &memory.alloc;
	assert_ok(tok_encoder_new(f->model, &o, &e));
	assert_ok(tok_pool_new(2, NULL, &pool));
	tok_flat_init(&flat, &memory.alloc);
	assert_ok(tok_encode_batch(e, pool, doc, 3, NULL, &flat));
	size_t before = memory.n_requests;
	assert_ok(tok_encode_batch(e, pool, doc, 3, NULL, &flat));
	assert_int_equal(flat.n, 3);
	assert_int_equal(memory.n_requests, before);
	assert_int_equal(e->n_siblings, 0);
	tok_flat_release(&flat);
	tok_encoder_free(e);
	unit_alloc_check(&memory);
	/* The allocator that counts belongs to one thread. */
	assert_ok(tok_encoder_new(f->model, NULL, &e));
	tok_flat_init(&flat, NULL);
	assert_ok(tok_encode_batch(e, pool, f->doc, N_DOCS, NULL, &flat));
	assert_int_equal(e->n_siblings, 1);
	tok_flat_release(&flat);
	tok_pool_free(pool);
	tok_encoder_free(e);
}

/* Workers fail too; which one is first depends on timing, so that here only
 * the outcome is checked: an error, an empty result, nothing leaked. */
static void workers_may_fail(void **state)
{
	const struct fixture *f = *state;
	static tok_bytes doc[200];
	uint8_t *big = calloc(1, 1 << 20);

	assert_non_null(big);
	for (int i = 0; i < 200; i++)
		doc[i] = f->doc[i + 1];
	doc[150] = (tok_bytes){big, 1 << 20};
	tok_encoder *e;
	tok_pool *pool;
	tok_flat flat;
	tok_draw draw = some_draw();

	draw.alpha = -1.0;
	assert_ok(tok_encoder_new(f->model, NULL, &e));
	assert_ok(tok_pool_new(3, NULL, &pool));
	tok_flat_init(&flat, NULL);
	assert_int_equal(tok_encode_batch(e, pool, doc, 200, &draw, &flat),
			 TOK_E_ARGUMENT);
	assert_int_equal(flat.n, 0);
	assert_int_equal(flat.ids.n, 0);
	assert_ok(tok_encode_batch(e, pool, doc, 200, NULL, &flat));
	assert_int_equal(flat.n, 200);
	tok_flat_release(&flat);
	tok_pool_free(pool);
	tok_encoder_free(e);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_do_not_show),
		cmocka_unit_test(equals_one_by_one),
		cmocka_unit_test(a_share_is_drawn_and_flags_are_kept),
		cmocka_unit_test(content_is_free_of_order),
		cmocka_unit_test(survives_failing_allocations),
		cmocka_unit_test(few_short_documents_stay_here),
		cmocka_unit_test(workers_may_fail),
	};
	return cmocka_run_group_tests_name("batch_encode", tests, make, drop);
}
