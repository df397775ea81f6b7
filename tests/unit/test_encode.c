/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "tok/segment.h"
#include "toy.h"

static const tok_control controls[] = {
	{"bos", "<s>"}, {"eos", "</s>"}, {NULL, "<|im_start|>"}};

static tok_model *make(tok_split split, tok_normalize form, uint64_t seed)
{
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &seed, 30, 4);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = controls;
	spec.n_controls = 3;
	spec.pad_vocab = 64;
	spec.split = split;
	spec.normalize = form;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static tok_encoder *encoder(const tok_model *m, int bos, int eos,
			    tok_spans spans)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = bos;
	o.add_eos = eos;
	o.spans = spans;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

static void random_text(uint64_t *random, uint8_t *p, size_t n)
{
	static const char some[] = "abcd <s>|\n\n \r\t1\xC3\xA9\xFF\0z";

	for (size_t i = 0; i < n; i++)
		p[i] = unit_below(random, 4)
			       ? (uint8_t)some[unit_below(random,
							  sizeof(some) - 1)]
			       : (uint8_t)unit_random(random);
}

/* Any bytes come back, under every split, best or drawn; no control among
 * the ids; spans tile the text. */
static void any_bytes_come_back(void **state)
{
	uint64_t random = 41;
	uint8_t text[300];
	tok_ids ids;
	tok_buf back;

	(void)state;
	tok_ids_init(&ids, NULL);
	tok_buf_init(&back, NULL);
	for (int round = 0; round < 600; round++) {
		tok_split split = (tok_split)(round % 3);
		tok_model *m = round < 3 || round % 100 == 0
				       ? make(split, TOK_NORMALIZE_NONE, 5)
				       : NULL;
		static tok_model *kept[3];
		if (m) {
			tok_model_free(kept[split]);
			kept[split] = m;
		}
		m = kept[split];
		tok_encoder *e = encoder(m, 0, 0, TOK_SPANS_COVER);
		tok_bytes t = {text, unit_below(&random, sizeof(text) + 1)};
		random_text(&random, text, t.n);
		ids.n = 0;
		if (round & 1)
			assert_ok(tok_encode(e, t, &ids));
		else
			assert_ok(tok_sample(e, t, 0.3,
					     (tok_key){1, 0, (uint64_t)round},
					     &ids));
		back.n = 0;
		assert_ok(tok_decode(m, ids.id, ids.n, &back, NULL));
		assert_int_equal(back.n, t.n);
		if (t.n)
			assert_memory_equal(back.p, text, t.n);
		uint64_t at = 0;
		for (size_t i = 0; i < ids.n; i++) {
			assert_true(tok_model_kind(m, ids.id[i]) <=
				    TOK_KIND_PIECE);
			assert_int_equal(ids.span[i].begin, at);
			at = ids.span[i].end;
		}
		assert_int_equal(at, ids.n ? t.n : 0);
		tok_encoder_free(e);
		if (round >= 597) {
			tok_model_free(kept[split]);
			kept[split] = NULL;
		}
	}
	tok_buf_release(&back);
	tok_ids_release(&ids);
}

static void controls_come_only_when_asked(void **state)
{
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE, 6);
	tok_id bos = tok_model_control(m, "bos");
	tok_id eos = tok_model_control(m, "eos");
	tok_id start = tok_model_control(m, "<|im_start|>");
	tok_encoder *e = encoder(m, 1, 1, TOK_SPANS_COVER);
	tok_ids ids;

	(void)state;
	tok_ids_init(&ids, NULL);
	assert_ok(tok_encode(e, BYTES("</s>"), &ids));
	assert_true(ids.n > 3);
	assert_int_equal(ids.id[0], bos);
	assert_int_equal(ids.id[ids.n - 1], eos);
	assert_int_equal(ids.span[ids.n - 1].begin, 4);
	for (size_t i = 1; i + 1 < ids.n; i++)
		assert_true(ids.id[i] < bos);

	ids.n = 0;
	assert_ok(tok_encode(e, BYTES(""), &ids));
	assert_int_equal(ids.n, 2);

	const tok_segment segment[] = {
		{BYTES("ab"), -1}, {{NULL, 0}, start}, {BYTES("cd"), -1}};
	ids.n = 0;
	assert_ok(tok_encode_segments(e, segment, 3, &ids));
	size_t n_start = 0;
	for (size_t i = 0; i < ids.n; i++) {
		n_start += ids.id[i] == start;
		assert_true(ids.id[i] != bos && ids.id[i] != eos);
	}
	assert_int_equal(n_start, 1);
	assert_int_equal(ids.span[ids.n - 1].end, 4);

	const tok_segment wrong[] = {{BYTES("ab"), -1}, {{NULL, 0}, 'a'}};
	ids.n = 0;
	assert_int_equal(tok_encode_segments(e, wrong, 2, &ids), TOK_E_RANGE);
	assert_int_equal(ids.n, 0);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

/* Added ids have empty spans where they stand, in any unit; segments count on
 * from each other. */
static void added_ids_have_empty_spans(void **state)
{
	static const uint64_t size[] = {7, 3, 4};
	const tok_bytes text = BYTES("a\xF0\x9F\x98\x80\xC3\xA9");
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE, 6);
	const tok_segment segment[] = {
		{text, -1}, {{NULL, 0}, tok_model_control(m, "bos")},
		{text, -1}};

	(void)state;
	for (int unit = 0; unit < 3; unit++) {
		tok_encoder_options o;
		tok_encoder *e;
		tok_ids ids = {0};

		tok_encoder_options_defaults(&o, sizeof(o));
		o.add_bos = o.add_eos = 1;
		o.spans = TOK_SPANS_COVER;
		o.unit = (tok_unit)unit;
		assert_ok(tok_encoder_new(m, &o, &e));
		assert_ok(tok_encode(e, text, &ids));
		const tok_span *last = &ids.span[ids.n - 1];
		assert_int_equal(ids.span[0].end, 0);
		assert_int_equal(last->begin, size[unit]);
		assert_int_equal(last->end, size[unit]);
		assert_int_equal(last[-1].end, size[unit]);
		ids.n = 0;
		assert_ok(tok_encode_segments(e, segment, 3, &ids));
		last = &ids.span[ids.n - 1];
		assert_int_equal(last->end, 2 * size[unit]);
		for (size_t i = 0; i < ids.n; i++)
			if (ids.id[i] == segment[1].control) {
				assert_int_equal(ids.span[i].begin,
						 size[unit]);
				assert_int_equal(ids.span[i].end, size[unit]);
			}
		tok_ids_release(&ids);
		tok_encoder_free(e);
	}
	tok_model_free(m);
}

/* Normalized text: ids are those of the normal form, and the spans tile what
 * was there before. */
static void normalizes_first(void **state)
{
	tok_model *m = make(TOK_SPLIT_SPACE, TOK_NORMALIZE_NFC, 8);
	tok_encoder *e = encoder(m, 0, 0, TOK_SPANS_COVER);
	tok_bytes raw = BYTES("ae\xCC\x81" "bce\xCC\x81");
	tok_bytes clean = BYTES("a\xC3\xA9" "bc\xC3\xA9");
	tok_ids ids;
	tok_buf back;

	(void)state;
	assert_false(tok_model_lossless(m));
	tok_ids_init(&ids, NULL);
	tok_buf_init(&back, NULL);
	assert_ok(tok_encode(e, raw, &ids));
	assert_ok(tok_decode(m, ids.id, ids.n, &back, NULL));
	assert_int_equal(back.n, clean.n);
	assert_memory_equal(back.p, clean.p, clean.n);
	uint64_t at = 0;
	for (size_t i = 0; i < ids.n; i++) {
		assert_int_equal(ids.span[i].begin, at);
		at = ids.span[i].end;
		if (ids.id[i] == 'b')
			assert_int_equal(ids.span[i].begin, 4);
	}
	assert_int_equal(at, raw.n);
	tok_buf_release(&back);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

/* A draw is a function of its key: not of what the encoder did before. */
static void draws_depend_on_the_key_alone(void **state)
{
	tok_model *m = make(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE, 9);
	tok_encoder *a = encoder(m, 0, 0, TOK_SPANS_NONE);
	tok_encoder *b = encoder(m, 0, 0, TOK_SPANS_NONE);
	tok_bytes text = BYTES("abcdabcdaabbccddabcd abcabcabdabdabdcbad");
	tok_ids x, y, best;
	size_t differ[4] = {0};

	(void)state;
	tok_ids_init(&x, NULL);
	tok_ids_init(&y, NULL);
	tok_ids_init(&best, NULL);
	assert_ok(tok_sample(b, BYTES("aaaa"), 0.7, (tok_key){9, 9, 9}, &x));
	for (uint64_t i = 0; i < 50; i++) {
		const tok_key key[4] = {
			{3, 4, i}, {3, 4, i + 1}, {3, 5, i}, {4, 4, i}};

		x.n = 0;
		assert_ok(tok_sample(a, text, 0.2, key[0], &x));
		for (int k = 0; k < 4; k++) {
			y.n = 0;
			assert_ok(tok_sample(b, text, 0.2, key[k], &y));
			differ[k] += x.n != y.n ||
				     memcmp(x.id, y.id, x.n * sizeof(*x.id));
		}
	}
	assert_int_equal(differ[0], 0);
	for (int k = 1; k < 4; k++)
		assert_true(differ[k] > 40);

	x.n = 0;
	assert_ok(tok_sample(a, text, INFINITY, (tok_key){0, 0, 0}, &x));
	assert_ok(tok_encode(a, text, &best));
	assert_int_equal(x.n, best.n);
	assert_memory_equal(x.id, best.id, x.n * sizeof(*x.id));
	x.n = 0;
	assert_int_equal(tok_sample(a, text, -1, (tok_key){0, 0, 0}, &x),
			 TOK_E_ARGUMENT);
	tok_ids_release(&best);
	tok_ids_release(&x);
	tok_ids_release(&y);
	tok_encoder_free(a);
	tok_encoder_free(b);
	tok_model_free(m);
}

/* Once warm, a document costs no allocation but for its ids. */
static void warm_encoders_do_not_allocate(void **state)
{
	tok_model *m = make(TOK_SPLIT_SPACE, TOK_NORMALIZE_NFC, 10);
	struct unit_alloc u;
	tok_encoder_options o;
	tok_encoder *e;
	uint8_t text[4000];
	uint64_t random = 51;
	tok_ids ids;

	(void)state;
	unit_alloc_init(&u);
	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = &u.alloc;
	o.spans = TOK_SPANS_COVER;
	assert_ok(tok_encoder_new(m, &o, &e));
	tok_ids_init(&ids, &u.alloc);
	size_t warm = 0;
	for (int i = 0; i < 40; i++) {
		random_text(&random, text, sizeof(text));
		ids.n = 0;
		assert_ok(tok_encode(e, (tok_bytes){text, 4000}, &ids));
		assert_ok(tok_sample(e, (tok_bytes){text, 4000}, 0.5,
				     (tok_key){0, 0, 0}, &ids));
		if (i == 20)
			warm = u.n_requests;
	}
	assert_int_equal(u.n_requests, warm);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	unit_alloc_check(&u);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.add_eos = 1;
	o.spans = TOK_SPANS_COVER;
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (st)
		return st;
	tok_ids_init(&ids, alloc);
	st = tok_encode(e, BYTES("abcd e\xCC\x81 abcabc"), &ids);
	if (!st)
		st = tok_sample(e, BYTES("abcdabcd"), 0.1,
				(tok_key){0, 0, 0}, &ids);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make(TOK_SPLIT_WORD, TOK_NORMALIZE_NFKC, 11);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_bytes_come_back),
		cmocka_unit_test(controls_come_only_when_asked),
		cmocka_unit_test(added_ids_have_empty_spans),
		cmocka_unit_test(normalizes_first),
		cmocka_unit_test(draws_depend_on_the_key_alone),
		cmocka_unit_test(warm_encoders_do_not_allocate),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
