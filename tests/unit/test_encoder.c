/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "tok/segment.h"
#include "toy.h"

static void defaults_ask_for_nothing(void **state)
{
	tok_encoder_options o;

	(void)state;
	tok_encoder_options_defaults(&o, sizeof(o));
	assert_int_equal(o.size, sizeof(o));
	assert_false(o.add_bos || o.add_eos || o.add_special);
	assert_int_equal(o.spans, TOK_SPANS_NONE);
	assert_int_equal(o.unit, TOK_UNIT_BYTE);
	assert_true(o.cache_size > 0);
	assert_null(o.alloc);
}

static tok_model *make(void)
{
	static const tok_control bos = {"bos", "<s>"};
	uint64_t random = 7;
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &random, 30, 4);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = &bos;
	spec.n_controls = 1;
	spec.normalize = TOK_NORMALIZE_NFC;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static tok_status try(const tok_model *m, const tok_encoder_options *o)
{
	tok_encoder *e;
	tok_status st = tok_encoder_new(m, o, &e);

	assert_true(st ? !e : e != NULL);
	tok_encoder_free(e);
	return st;
}

static void missing_controls_are_refused(void **state)
{
	tok_model *m = make();
	tok_encoder_options o;

	(void)state;
	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = 1;
	assert_ok(try(m, &o));
	o.add_eos = 1;
	assert_int_equal(try(m, &o), TOK_E_ARGUMENT);
	o.add_eos = 0;
	o.add_special = 1;
	assert_int_equal(try(m, &o), TOK_E_ARGUMENT);
	o.add_special = 0;
	o.size = 0;
	assert_int_equal(try(m, &o), TOK_E_ARGUMENT);
	tok_model_free(m);
}

static tok_status try_spans(const tok_model *m, int spans, int unit)
{
	tok_encoder_options o;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.spans = (tok_spans)spans;
	o.unit = (tok_unit)unit;
	return try(m, &o);
}

static void spans_and_units_are_of_their_kinds(void **state)
{
	tok_model *m = make();

	(void)state;
	assert_ok(try_spans(m, TOK_SPANS_PEER, TOK_UNIT_UTF16));
	assert_int_equal(try_spans(m, 3, 0), TOK_E_ARGUMENT);
	assert_int_equal(try_spans(m, -1, 0), TOK_E_ARGUMENT);
	assert_int_equal(try_spans(m, 1, 3), TOK_E_ARGUMENT);
	tok_model_free(m);
}

/* Our own models report what covers. */
static void peers_spans_of_our_own_cover(void **state)
{
	tok_bytes text = BYTES("abcd e\xCC\x81 \xEF\xAC\x81 bcd");
	tok_model *m = make();
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids[2];

	(void)state;
	tok_encoder_options_defaults(&o, sizeof(o));
	for (int i = 0; i < 2; i++) {
		o.spans = i ? TOK_SPANS_PEER : TOK_SPANS_COVER;
		assert_ok(tok_encoder_new(m, &o, &e));
		tok_ids_init(&ids[i], NULL);
		assert_ok(tok_encode(e, text, &ids[i]));
		tok_encoder_free(e);
	}
	assert_int_equal(ids[0].n, ids[1].n);
	assert_memory_equal(ids[0].span, ids[1].span,
			    ids[0].n * sizeof(tok_span));
	tok_ids_release(&ids[0]);
	tok_ids_release(&ids[1]);
	tok_model_free(m);
}

/* BytePiece's report nothing. */
static void not_all_models_report_spans(void **state)
{
	struct tk_row row[256];
	uint8_t byte[256];
	tok_model *m;

	(void)state;
	for (int i = 0; i < 256; i++) {
		byte[i] = (uint8_t)i;
		row[i] = (struct tk_row){{&byte[i], 1}, -5, TOK_KIND_BYTE};
	}
	const struct tk_table table = {.row = row, .n_ids = 256,
				       .arithmetic = TK_DOUBLE};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	assert_int_equal(try_spans(m, TOK_SPANS_PEER, 0), TOK_E_UNSUPPORTED);
	assert_ok(try_spans(m, TOK_SPANS_COVER, 0));
	tok_model_free(m);
}

static tok_status make_one(const tok_alloc *alloc, void *ctx)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_encoder_new(ctx, &o, &e);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make();

	(void)state;
	unit_fail_each(make_one, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_ask_for_nothing),
		cmocka_unit_test(missing_controls_are_refused),
		cmocka_unit_test(spans_and_units_are_of_their_kinds),
		cmocka_unit_test(peers_spans_of_our_own_cover),
		cmocka_unit_test(not_all_models_report_spans),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("encoder", tests, NULL, NULL);
}
