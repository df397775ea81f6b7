/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of streams, and that they hold little. What ids they give:
 * test_flow, test_words, test_stable. */
#include "unit.h"

#include "hf_toy.h"
#include "segment/stream.h"
#include "sp_toy.h"
#include "stream_check.h"
#include "toy.h"

static tok_model *with_controls(void)
{
	static const tok_control control[] = {{"bos", "<s>"}, {"eos", "</s>"}};
	uint64_t random = 41;
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &random, 30, 4);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = control;
	spec.n_controls = 2;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void adds_what_the_encoder_adds(void **state)
{
	tok_model *m = with_controls();
	tok_encoder_options o;
	tok_encoder *e, *other;

	(void)state;
	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = o.add_eos = 1;
	for (int spans = 0; spans < 2; spans++) {
		o.spans = spans ? TOK_SPANS_COVER : TOK_SPANS_NONE;
		assert_ok(tok_encoder_new(m, &o, &e));
		assert_ok(tok_encoder_new(m, &o, &other));
		stream_check(e, other, BYTES(""), -1, 1, &(uint64_t){1});
		stream_check(e, other, BYTES("abcd dcba"), -1, 3,
			     &(uint64_t){2});
		stream_check(e, other, BYTES("abcd dcba"), 0.5, 3,
			     &(uint64_t){3});
		tok_encoder_free(e);
		tok_encoder_free(other);
	}
	tok_model_free(m);
}

static void steps_gather_the_whole(void **state)
{
	tok_model *m = hf_toy_load(&(struct hf_toy){0});
	tok_encoder *e, *other;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_ok(tok_encoder_new(m, NULL, &other));
	stream_check(e, other, BYTES("ababab b ba"), -1, 4, &(uint64_t){4});
	stream_check(e, other, BYTES("ababab b ba"), 0.3, 4, &(uint64_t){5});
	tok_encoder_free(e);
	tok_encoder_free(other);
	tok_model_free(m);
}

static void refuses(void **state)
{
	tok_model *m = toy_model(&(uint64_t){42}, 10, 3);
	tok_encoder *e;
	tok_stream *s;
	tok_ids ids = {0};
	tok_draw draw;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_ok(tok_stream_new(e, NULL, &s));
	assert_int_equal(tok_stream_add(s, BYTES("a"), &ids), TOK_E_ARGUMENT);
	assert_int_equal(tok_stream_end(s, &ids), TOK_E_ARGUMENT);
	tok_draw_defaults(&draw, sizeof(draw));
	draw.nbest = 2;
	assert_int_equal(tok_stream_begin(s, &draw, &ids), TOK_E_ARGUMENT);
	tok_draw_defaults(&draw, sizeof(draw));
	draw.key_kind = TOK_KEY_CONTENT;
	assert_int_equal(tok_stream_begin(s, &draw, &ids), TOK_E_ARGUMENT);
	draw.key_kind = TOK_KEY_NUMBER;
	draw.alpha = -1;
	assert_int_equal(tok_stream_begin(s, &draw, &ids), TOK_E_ARGUMENT);
	assert_int_equal(tok_stream_add(s, BYTES("a"), &ids), TOK_E_ARGUMENT);
	/* One that has not ended is forgotten. */
	assert_ok(tok_stream_begin(s, NULL, &ids));
	assert_ok(tok_stream_add(s, BYTES("aaaa"), &ids));
	assert_ok(tok_stream_begin(s, NULL, &ids));
	ids.n = 0;
	assert_ok(tok_stream_add(s, BYTES("b"), &ids));
	assert_ok(tok_stream_end(s, &ids));
	assert_int_equal(ids.n, 1);
	assert_int_equal(tok_stream_end(s, &ids), TOK_E_ARGUMENT);
	tok_ids_release(&ids);
	tok_stream_free(s);
	tok_stream_free(NULL);
	tok_encoder_free(e);
	tok_model_free(m);
}

struct job {
	const tok_model *model;
	tok_bytes text;
	double alpha;
	size_t part, held;
	size_t most_bytes; /* as long as the document is under way; 0: any */
};

static tok_status add_all(tok_stream *s, const struct job *job,
			  const struct unit_alloc *u, tok_ids *ids,
			  size_t *n_ids)
{
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < job->text.n; at += job->part) {
		size_t n = job->text.n - at;

		n = n < job->part ? n : job->part;
		st = tok_stream_add(s, (tok_bytes){job->text.p + at, n}, ids);
		if (u)
			assert_true(u->n_bytes < job->most_bytes);
		*n_ids += ids->n;
		ids->n = 0;
	}
	return st ? st : tok_stream_end(s, ids);
}

/* After whatever failed, the encoder is as good as new. */
static void encodes_as_ever(tok_encoder *e, const struct job *job)
{
	const tok_bytes text = {job->text.p, 100};
	tok_encoder *fresh;
	tok_ids ids = {0}, want = {0};

	assert_ok(tok_encoder_new(job->model, NULL, &fresh));
	assert_ok(tok_encode(fresh, text, &want));
	assert_ok(tok_encode(e, text, &ids));
	assert_int_equal(ids.n, want.n);
	assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tok_encoder_free(fresh);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	const struct unit_alloc *u = job->most_bytes ? alloc->ctx : NULL;
	tok_encoder_options o;
	tok_encoder *e = NULL;
	tok_stream *s = NULL;
	tok_ids ids;
	tok_draw draw;
	size_t n = 0;

	tok_ids_init(&ids, alloc);
	tok_draw_defaults(&draw, sizeof(draw));
	draw.alpha = job->alpha;
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.cache_size = 1 << 14;
	tok_status st = tok_encoder_new(job->model, &o, &e);
	if (!st)
		st = tk_stream_new(e, NULL, job->held, &s);
	if (!st)
		st = tok_stream_begin(s, job->alpha < 0 ? NULL : &draw, &ids);
	if (!st)
		st = add_all(s, job, u, &ids, &n);
	if (!st)
		assert_true(n + ids.n > 0);
	else if (s)
		encodes_as_ever(e, job);
	tok_stream_free(s);
	tok_encoder_free(e);
	tok_ids_release(&ids);
	return st;
}

static void hold_little(tok_model *m, tok_bytes text, size_t most)
{
	for (int drawn = 0; drawn < 2; drawn++) {
		struct job job = {m, text, drawn ? 0.5 : -1, 1000,
				  1 << 16, most};
		struct unit_alloc u;

		unit_alloc_init(&u);
		assert_ok(run(&u.alloc, &job));
		unit_alloc_check(&u);
		job = (struct job){m, {text.p, 6000}, job.alpha, 700,
				   50, 0};
		unit_fail_each(run, &job);
	}
	tok_model_free(m);
}

/* Four megabytes with a cut now and then, and without any. */
static void holds_little(void **state)
{
	enum { SIZE = 1 << 22 };
	static struct sp_toy toy;
	uint8_t *text = malloc(SIZE);
	uint64_t random = 43;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < SIZE; i++)
		text[i] = (uint8_t)('a' + unit_below(&random, 2));
	hold_little(toy_model(&random, 10, 2), (tok_bytes){text, SIZE},
		    4 << 20);
	sp_toy_init(&toy);
	sp_toy_fill(&toy, &random, SP_STEPS, 2, 12);
	hold_little(sp_toy_model(&toy, TK_SP_FLOAT, 0),
		    (tok_bytes){text, SIZE}, 4 << 20);
	/* And where no two paths meet before the end. */
	memset(text, '-', SIZE);
	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	sp_toy_add_runs(&toy, "-");
	hold_little(sp_toy_model(&toy, TK_SP_FLOAT, 0),
		    (tok_bytes){text, SIZE}, 4 << 20);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_what_the_encoder_adds),
		cmocka_unit_test(steps_gather_the_whole),
		cmocka_unit_test(refuses),
		cmocka_unit_test(holds_little),
	};
	return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
