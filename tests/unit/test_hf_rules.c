/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "hf_toy.h"
#include "model/make.h"
#include "steps_toy.h"

static const struct hf_toy bytes = {
	.model = "{\"type\": \"Unigram\", \"unk_id\": null, "
		 "\"byte_fallback\": true, \"vocab\": [[\"a\", -1], "
		 "[\"<0xC3>\", -4], [\"<0xa9>\", -5], [\"<0x41\", -30.5]]}"};

/* min_score - 10 over all pieces; hexadecimal in capitals only. */
static void constants(void **state)
{
	struct hf_toy usual = {.added = NULL};
	tok_model *m = hf_toy_load(&usual);

	(void)state;
	assert_true(m->unknown_score == -13.0);
	assert_int_equal(m->unknown, 0);
	for (int i = 0; i < 256; i++)
		assert_int_equal(m->fallback[i], -1);
	tok_model_free(m);
	m = hf_toy_load(&bytes);
	assert_true(m->unknown_score == -40.5);
	assert_int_equal(m->unknown, -1);
	for (int i = 0; i < 256; i++)
		assert_int_equal(m->fallback[i], i == 0xC3 ? 1 : -1);
	tok_model_free(m);
}

/* A hidden duplicate counts in the lowest score. */
static void all_scores_count(void **state)
{
	const struct hf_toy toy = {
		.model = "{\"vocab\": [[\"a\", -50], [\"a\", -1], "
			 "[\"\", -60], [\"b\", 3]]}"};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	assert_true(m->unknown_score == -70.0);
	assert_int_equal(tok_model_kind(m, 0), TOK_KIND_UNUSED);
	assert_int_equal(tok_model_kind(m, 2), TOK_KIND_UNUSED);
	tok_model_free(m);
}

struct sample {
	struct tk_row row[3];
	struct tk_table table;
	tok_buf section;
};

/* Two pieces and an added token. */
static void sample(struct sample *s, const struct tk_steps_draft *d)
{
	*s = (struct sample){.row = {{BYTES("a"), -1, TOK_KIND_PIECE},
				     {BYTES("b"), -2, TOK_KIND_SPECIAL},
				     {BYTES("<x>"), 0, TOK_KIND_ADDED}}};
	assert_ok(tk_steps_write(d, &s->section));
	s->table = (struct tk_table){
		.row = s->row,
		.n_ids = 3,
		.split = TOK_SPLIT_STEPS,
		.normalize = TOK_NORMALIZE_STEPS,
		.arithmetic = TK_HF_DOUBLE,
		.steps = {s->section.p, s->section.n},
	};
}

static tok_status make(struct sample *s, const char *says)
{
	tok_error err = {0};
	tok_model *m;
	tok_status st = tk_model_make(&s->table, "x", NULL, &m, &err);

	if (st && !strstr(err.text, says))
		fail_msg("\"%s\" does not say \"%s\"", err.text, says);
	tok_model_free(m);
	return st;
}

static void models_that_are_none(void **state)
{
	const struct tk_steps_draft good = {.n_vocab = 2, .unknown = 0};
	const struct tk_steps_draft less = {.n_vocab = 1, .unknown = 0};
	const struct tk_steps_draft more = {.n_vocab = 3, .unknown = 0};
	const struct tk_steps_draft none = {.n_vocab = 0, .unknown = -1};
	struct sample s;

	(void)state;
	sample(&s, &good);
	assert_ok(make(&s, ""));
	/* What is no text is no piece, and no name. */
	for (int i = 0; i < 3; i += 2) {
		tok_bytes was = s.row[i].bytes;

		s.row[i].bytes = BYTES("a\xC3");
		assert_int_equal(make(&s, "steps"), TOK_E_CORRUPT);
		s.row[i].bytes = was;
	}
	s.table.steps = (tok_bytes){NULL, 0};
	assert_int_equal(make(&s, "steps"), TOK_E_CORRUPT);
	s.table.steps = (tok_bytes){s.section.p, s.section.n - 4};
	assert_int_equal(make(&s, "steps"), TOK_E_CORRUPT);
	tok_buf_release(&s.section);
	const struct tk_steps_draft *const bad[] = {&less, &more, &none};
	for (size_t i = 0; i < 3; i++) {
		sample(&s, bad[i]);
		assert_int_equal(make(&s, "steps"), TOK_E_CORRUPT);
		tok_buf_release(&s.section);
	}
}

/* Arithmetic, split and normalization belong together; steps belong to
 * nothing else. */
static void one_needs_the_others(void **state)
{
	const struct tk_steps_draft good = {.n_vocab = 2, .unknown = 0};
	struct sample s;

	(void)state;
	sample(&s, &good);
	s.table.arithmetic = TK_DOUBLE;
	assert_int_equal(make(&s, ""), TOK_E_CORRUPT);
	s.table.arithmetic = TK_HF_DOUBLE;
	s.table.split = TOK_SPLIT_NONE;
	assert_int_equal(make(&s, ""), TOK_E_CORRUPT);
	s.table.split = TOK_SPLIT_STEPS;
	s.table.normalize = TOK_NORMALIZE_NONE;
	assert_int_equal(make(&s, "steps that nothing takes"),
			 TOK_E_CORRUPT);
	tok_buf_release(&s.section);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct sample *s = ctx;
	tok_model *m;
	tok_status st = tk_model_make(&s->table, "x", alloc, &m, NULL);

	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct tk_steps_draft d = {.n_vocab = 2, .unknown = 0};
	const struct tk_added token = {BYTES("<x>"), 2, 0};
	struct sample s;

	(void)state;
	assert_ok(tk_steps_add_token(&d, &token));
	sample(&s, &d);
	unit_fail_each(run, &s);
	tok_buf_release(&s.section);
	tk_steps_draft_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants),
		cmocka_unit_test(all_scores_count),
		cmocka_unit_test(models_that_are_none),
		cmocka_unit_test(one_needs_the_others),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("hf_rules", tests, NULL, NULL);
}
