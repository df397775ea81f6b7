/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "charsmap_toy.h"
#include "model/export.h"
#include "model/import_sp.h"
#include "model/make.h"
#include "sentencepiece_write.h"
#include "toy.h"

static tok_model *import(const tok_buf *file)
{
	tok_model *m;

	assert_ok(tk_import_sp((tok_bytes){file->p, file->n}, "x", TK_SP_FLOAT,
			       NULL, &m, NULL));
	return m;
}

static tok_status export(const tok_model *m, bool allow, tok_buf *out,
			 tok_error *err)
{
	tok_export_options o;

	tok_export_options_defaults(&o, sizeof(o));
	o.allow_differences = allow;
	return tok_model_export(m, TOK_FORMAT_SENTENCEPIECE, &o, out, err);
}

/* Takes file over. */
static void goes_and_comes_back(tok_buf *file)
{
	tok_model *m = import(file), *again;
	tok_buf out = {0};

	assert_ok(export(m, false, &out, NULL));
	again = import(&out);
	assert_memory_equal(&again->fingerprint, &m->fingerprint,
			    sizeof(tok_digest));
	tok_model_free(again);
	tok_model_free(m);
	tok_buf_release(&out);
	tok_buf_release(file);
	*file = (tok_buf){0};
}

static void put_kinds(tok_buf *out)
{
	tok_buf trainer = {0};

	put_piece(out, BYTES("U"), 0, TK_SP_UNKNOWN);
	put_piece(out, BYTES("<s>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("E"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("</s>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("<pad>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("<no_1>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("\xE2\x96\x81 a\xFF"), -1.1f, TK_SP_NORMAL);
	put_piece(out, BYTES("E"), 2.2f, TK_SP_USER_DEFINED);
	put_piece(out, BYTES("<x>"), -3.3f, TK_SP_UNUSED);
	put_bytes(&trainer, 44, BYTES(""));
	put_bytes(&trainer, 45, BYTES("U"));
	put_bytes(&trainer, 47, BYTES("E"));
	put_bytes(&trainer, 48, BYTES("nobody"));
	put_message(out, 2, &trainer);
	tok_buf_release(&trainer);
}

static void models_of_sentencepiece_round_trip(void **state)
{
	static struct charsmap_toy toy;
	tok_buf file = {0}, rules = {0};

	(void)state;
	put_least(&file);
	goes_and_comes_back(&file);
	put_kinds(&file);
	goes_and_comes_back(&file);
	put_byte_pieces(&file, 256);
	put_piece(&file, BYTES("a"), -1, TK_SP_NORMAL);
	put_piece(&file, BYTES("\0"), -1, TK_SP_NORMAL);
	put_trainer_flag(&file, 35, 1);
	put_trainer_flag(&file, 24, 1);
	goes_and_comes_back(&file);
	for (unsigned flag = 3; flag <= 5; flag++) {
		put_least(&file);
		put_number(&rules, flag, 0);
		put_message(&file, 3, &rules);
		goes_and_comes_back(&file);
	}
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "x", "y");
	put_least(&file);
	put_bytes(&rules, 2, charsmap_toy_bytes(&toy));
	put_message(&file, 3, &rules);
	goes_and_comes_back(&file);
	/* A denormalizer has rules for spaces of its own. */
	put_least(&file);
	put_number(&rules, 3, 0);
	put_number(&rules, 5, 0);
	put_bytes(&rules, 2, charsmap_toy_bytes(&toy));
	put_message(&file, 5, &rules);
	goes_and_comes_back(&file);
	tok_buf_release(&rules);
}

/* One of our own: bytes, the pieces given, a control and a reserved id. */
struct own {
	struct tk_piece piece[4];
	size_t n;
	tok_control control[2];
	size_t n_controls;
	tok_split split;
	tok_normalize normalize;
};

static void own_add(struct own *own, tok_bytes bytes)
{
	own->piece[own->n++] = (struct tk_piece){bytes, -65536};
}

static tok_model *own_model(const struct own *own, const tok_alloc *alloc)
{
	int32_t score[256];
	tok_model *m = NULL;

	for (int i = 0; i < 256; i++)
		score[i] = -65536 * 9 - i;
	const struct tk_spec spec = {
		.byte_score = score,
		.piece = own->piece,
		.n_pieces = own->n,
		.control = own->control,
		.n_controls = own->n_controls,
		.pad_vocab = 4,
		.split = own->split,
		.normalize = own->normalize,
	};
	(void)tk_model_build(&spec, alloc, &m, NULL);
	return m;
}

static void assert_piece(const tok_model *m, tok_id id, tok_kind kind,
			 const char *want)
{
	assert_int_equal(tok_model_kind(m, id), kind);
	assert_true(tk_bytes_equal(tok_model_piece(m, id),
				   tok_bytes_of(want)));
}

static void models_of_bytes_keep_their_ids(void **state)
{
	struct own own = {.control = {{"eos", "</s>"}}, .n_controls = 1};
	tok_buf out = {0};

	(void)state;
	own_add(&own, BYTES(" a "));
	own_add(&own, BYTES("\xC3\xA9\xC3\xA9"));
	tok_model *m = own_model(&own, NULL);
	assert_int_equal(tok_model_n_ids(m), 260);
	assert_ok(export(m, false, &out, NULL));
	tok_model *sp = import(&out);
	assert_int_equal(tok_model_n_ids(sp), 260 + 127 + 1);
	assert_piece(sp, 0, TOK_KIND_FALLBACK, "<0x00>");
	assert_piece(sp, '\n', TOK_KIND_PIECE, "\n");
	assert_piece(sp, ' ', TOK_KIND_PIECE, "\xE2\x96\x81");
	assert_piece(sp, 'a', TOK_KIND_PIECE, "a");
	assert_piece(sp, 0xFE, TOK_KIND_FALLBACK, "<0xFE>");
	assert_piece(sp, 256, TOK_KIND_PIECE, "\xE2\x96\x81"
					      "a\xE2\x96\x81");
	assert_piece(sp, 258, TOK_KIND_CONTROL, "</s>");
	assert_piece(sp, 259, TOK_KIND_CONTROL, "<reserved_259>");
	assert_piece(sp, 260, TOK_KIND_FALLBACK, "<0x01>");
	assert_piece(sp, 387, TOK_KIND_UNKNOWN, "<unk>");
	assert_int_equal(tok_model_control(sp, "eos"), 258);
	assert_int_equal(tok_model_control(sp, "bos"), -1);
	for (tok_id id = 1; id < 0x80; id++)
		assert_true(tok_model_score(sp, id) == tok_model_score(m, id));
	tok_model_free(sp);
	tok_model_free(m);
	tok_buf_release(&out);
}

/* A control that is the unknown one becomes it. */
static void an_unknown_piece_is_not_added_twice(void **state)
{
	for (int with_role = 0; with_role < 2; with_role++) {
		struct own own = {.control = {{with_role ? "unk" : NULL,
					       with_role ? "?" : "<unk>"}},
				  .n_controls = 1};
		tok_model *m = own_model(&own, NULL);
		tok_buf out = {0};

		(void)state;
		assert_ok(export(m, false, &out, NULL));
		tok_model *sp = import(&out);
		assert_int_equal(tok_model_n_ids(sp), 260 + 127);
		assert_int_equal(tok_model_kind(sp, 256), TOK_KIND_UNKNOWN);
		assert_int_equal(tok_model_control(sp, "unk"), 256);
		tok_model_free(sp);
		tok_model_free(m);
		tok_buf_release(&out);
	}
}

static void refuses(const struct own *own, tok_status want,
		    const char *const *sentence)
{
	tok_model *m = own_model(own, NULL);
	tok_buf out = {0};
	tok_error err = {0};

	assert_int_equal(export(m, false, &out, &err), want);
	assert_int_equal(out.n, 0);
	for (; *sentence; sentence++)
		if (!strstr(err.text, *sentence))
			fail_msg("\"%s\" is not in: %s", *sentence, err.text);
	if (want == TOK_E_MISMATCH)
		assert_ok(export(m, true, &out, &err));
	else
		assert_int_equal(export(m, true, &out, &err), want);
	tok_model_free(m);
	tok_buf_release(&out);
}

static void lists_all_that_cannot_go(void **state)
{
	struct own own = {.control = {{NULL, "\xFF"}}, .n_controls = 1,
			  .split = TOK_SPLIT_SPACE,
			  .normalize = TOK_NORMALIZE_NFC};

	(void)state;
	own_add(&own, BYTES("a\xC3"));
	own_add(&own, BYTES("a\0"));
	own_add(&own, BYTES("\xE2\x96\x81"));
	own_add(&own, BYTES("a b"));
	refuses(&own, TOK_E_UNSUPPORTED,
		(const char *const[]){
			"part of a character", "NUL byte", "U+2581",
			"across where the split can cut", "not UTF-8", "nfc",
			NULL});
}

static void differences_can_be_allowed(void **state)
{
	struct own own = {.split = TOK_SPLIT_SPACE,
			  .normalize = TOK_NORMALIZE_NFC};

	(void)state;
	own_add(&own, BYTES("  "));
	refuses(&own, TOK_E_MISMATCH,
		(const char *const[]){"split can cut (id 256)", "nfc", NULL});
	own = (struct own){0};
	own_add(&own, BYTES("\nx"));
	refuses(&own, TOK_E_MISMATCH,
		(const char *const[]){"split can cut (id 256)", NULL});
}

static void names_may_not_be_taken(void **state)
{
	struct own own = {.control = {{NULL, "<0x41>"}}, .n_controls = 1};

	(void)state;
	refuses(&own, TOK_E_UNSUPPORTED,
		(const char *const[]){"is there twice", NULL});
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_model *m = own_model(ctx, alloc);
	tok_buf out = {.alloc = alloc};

	if (!m)
		return TOK_E_MEMORY;
	tok_status st = export(m, false, &out, NULL);
	assert_true(!st == (out.n > 0));
	tok_buf_release(&out);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct own own = {0};

	(void)state;
	own_add(&own, BYTES("a b"));
	unit_fail_each(run, &own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(models_of_sentencepiece_round_trip),
		cmocka_unit_test(models_of_bytes_keep_their_ids),
		cmocka_unit_test(an_unknown_piece_is_not_added_twice),
		cmocka_unit_test(lists_all_that_cannot_go),
		cmocka_unit_test(differences_can_be_allowed),
		cmocka_unit_test(names_may_not_be_taken),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("export_sp", tests, NULL, NULL);
}
