/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "charsmap_toy.h"
#include "model/import_sp.h"
#include "sentencepiece_write.h"

static const char path[] = "some.model";

static tok_model *import(const tok_buf *file, enum tk_arithmetic arithmetic)
{
	tok_model *m;

	assert_ok(tk_import_sp((tok_bytes){file->p, file->n}, path, arithmetic,
			       NULL, &m, NULL));
	return m;
}

static void assert_text(tok_bytes s, const char *want)
{
	assert_true(tk_bytes_equal(s, tok_bytes_of(want)));
}

static void put_kinds(tok_buf *out)
{
	tok_buf trainer = {0};

	put_piece(out, BYTES("U"), 0, TK_SP_UNKNOWN);
	put_piece(out, BYTES("<s>"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("E"), 0, TK_SP_CONTROL);
	put_piece(out, BYTES("a"), -1.1f, TK_SP_NORMAL);
	put_piece(out, BYTES("E"), -2.2f, TK_SP_USER_DEFINED);
	put_piece(out, BYTES("<pad>"), -3.3f, TK_SP_UNUSED);
	put_bytes(&trainer, 44, BYTES("?"));
	put_bytes(&trainer, 45, BYTES("U"));
	put_bytes(&trainer, 47, BYTES("E"));
	put_message(out, 2, &trainer);
	tok_buf_release(&trainer);
}

static void ids_keep_kind_score_and_role(void **state)
{
	static const uint8_t kind[] = {
		TOK_KIND_UNKNOWN, TOK_KIND_CONTROL, TOK_KIND_CONTROL,
		TOK_KIND_PIECE, TOK_KIND_USER, TOK_KIND_UNUSED};
	static const float score[] = {0, 0, 0, -1.1f, -2.2f, -3.3f};
	tok_buf file = {0};

	(void)state;
	put_kinds(&file);
	tok_model *m = import(&file, TK_SP_FLOAT);
	assert_int_equal(tok_model_n_ids(m), 6);
	for (tok_id id = 0; id < 6; id++) {
		assert_int_equal(tok_model_kind(m, id), kind[id]);
		assert_true(tok_model_score(m, id) == (double)score[id]);
	}
	assert_text(tok_model_piece(m, 5), "<pad>");
	assert_text(tok_model_role(m, 0), "unk");
	assert_text(tok_model_role(m, 1), "bos");
	assert_text(tok_model_role(m, 2), "eos");
	/* A piece of the name but of another type has no role. */
	assert_int_equal(tok_model_control(m, "pad"), -1);
	assert_int_equal(tok_model_role(m, 4).n, 0);
	assert_text(m->unknown_surface, "?");
	assert_int_equal(m->arithmetic, TK_SP_FLOAT);
	assert_int_equal(tok_model_split(m), TOK_SPLIT_WHOLE);
	assert_int_equal(tok_model_normalize(m), TOK_NORMALIZE_SENTENCEPIECE);
	assert_int_equal(tok_model_lossless(m), 0);
	tok_model_free(m);
	m = import(&file, TK_SP_FLOAT_OLD);
	assert_int_equal(m->arithmetic, TK_SP_FLOAT_OLD);
	tok_model_free(m);
	tok_buf_release(&file);
}

static void rules_become_flags(void **state)
{
	static const struct {
		uint32_t message, field, value, flag;
	} change[] = {
		{3, 3, 0, TK_SP_DUMMY_PREFIX},
		{3, 4, 0, TK_SP_REMOVE_SPACES},
		{3, 5, 0, TK_SP_ESCAPE_SPACES},
		{2, 24, 1, TK_SP_SUFFIX},
	};
	const uint32_t defaults = TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
				  TK_SP_ESCAPE_SPACES;

	(void)state;
	for (int i = -1; i < 4; i++) {
		tok_buf file = {0}, inner = {0};
		uint32_t want = defaults;

		put_least(&file);
		if (i >= 0) {
			put_number(&inner, change[i].field, change[i].value);
			put_message(&file, change[i].message, &inner);
			want ^= change[i].flag;
		}
		tok_model *m = import(&file, TK_SP_FLOAT);
		assert_int_equal(m->sp_flags, want);
		tok_model_free(m);
		tok_buf_release(&inner);
		tok_buf_release(&file);
	}
}

static void bytes_fall_back(void **state)
{
	tok_buf file = {0};

	(void)state;
	put_piece(&file, BYTES("a"), -1, TK_SP_NORMAL);
	put_byte_pieces(&file, 256);
	put_trainer_flag(&file, 35, 1);
	tok_model *m = import(&file, TK_SP_FLOAT);
	assert_true(m->sp_flags & TK_SP_BYTE_FALLBACK);
	assert_int_equal(m->fallback[0xFE], 1 + 0xFE);
	assert_int_equal(m->kind[1], TOK_KIND_FALLBACK);
	assert_int_equal(m->unknown, -1);
	tok_model_free(m);
	tok_buf_release(&file);
}

static void keeps_the_map_of_characters(void **state)
{
	static struct charsmap_toy toy;
	tok_buf file = {0}, rules = {0};

	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "x", "y");
	put_least(&file);
	put_bytes(&rules, 2, charsmap_toy_bytes(&toy));
	put_message(&file, 3, &rules);
	tok_model *m = import(&file, TK_SP_FLOAT);
	assert_true(tk_bytes_equal(m->sp_form.charsmap,
				   charsmap_toy_bytes(&toy)));
	tok_model_free(m);
	tok_buf_release(&rules);
	tok_buf_release(&file);
}

/* With its own rules for spaces; without a map it is none. */
static void keeps_the_denormalizer(void **state)
{
	static struct charsmap_toy toy;
	tok_buf file = {0}, rules = {0};

	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "x", "y");
	put_number(&rules, 3, 0);
	put_least(&file);
	put_message(&file, 5, &rules);
	tok_model *m = import(&file, TK_SP_FLOAT);
	assert_int_equal(m->sp_flags, 7);
	tok_model_free(m);
	put_bytes(&rules, 2, charsmap_toy_bytes(&toy));
	put_message(&file, 5, &rules);
	m = import(&file, TK_SP_FLOAT);
	assert_int_equal(m->sp_form.charsmap.n, 0);
	assert_true(tk_bytes_equal(m->sp_denormal.charsmap,
				   charsmap_toy_bytes(&toy)));
	assert_false(m->sp_denormal.add_dummy_prefix);
	assert_true(m->sp_denormal.remove_extra_whitespaces);
	assert_true(m->sp_denormal.escape_whitespaces);
	assert_true(m->sp_form.add_dummy_prefix);
	tok_model_free(m);
	put_bytes(&rules, 2, charsmap_toy_bytes(&toy));
	put_message(&file, 3, &rules);
	m = import(&file, TK_SP_FLOAT);
	assert_true(tk_bytes_equal(m->sp_form.charsmap,
				   m->sp_denormal.charsmap));
	tok_model_free(m);
	tok_buf_release(&rules);
	tok_buf_release(&file);
}

static void refuses(tok_buf *file, tok_status want, const char *sentence)
{
	tok_model *m = (tok_model *)file;
	tok_error err = {0};

	assert_int_equal(tk_import_sp((tok_bytes){file->p, file->n}, path,
				      TK_SP_FLOAT, NULL, &m, &err), want);
	assert_null(m);
	assert_int_equal(err.code, want);
	assert_non_null(strstr(err.text, sentence));
	tok_buf_release(file);
	*file = (tok_buf){0};
}

static void refuses_by_name_what_it_cannot_hold(void **state)
{
	tok_buf file = {0}, inner = {0};

	(void)state;
	put_least(&file);
	put_bytes(&inner, 2, BYTES("map"));
	put_message(&file, 5, &inner);
	refuses(&file, TOK_E_CORRUPT, "character map");
	put_least(&file);
	put_bytes(&inner, 2, BYTES("map"));
	put_message(&file, 3, &inner);
	refuses(&file, TOK_E_CORRUPT, "character map");
	put_least(&file);
	put_piece(&file, BYTES("b"), 3e30f, TK_SP_NORMAL);
	refuses(&file, TOK_E_UNSUPPORTED, "piece 2 has a score");
	put_trainer_flag(&file, 3, 2);
	put_least(&file);
	refuses(&file, TOK_E_UNSUPPORTED, "BPE");
	tok_buf_release(&inner);

}

/* As long as the original takes them, names of controls too. */
static void takes_long_pieces(void **state)
{
	static const int types[] = {TK_SP_NORMAL, TK_SP_CONTROL};
	static uint8_t long_one[8000];
	tok_buf file = {0};

	(void)state;
	memset(long_one, 'x', sizeof(long_one));
	for (int i = 0; i < 2; i++) {
		put_least(&file);
		put_piece(&file, (tok_bytes){long_one, 7999}, -1, types[i]);
		tok_model *m = import(&file, TK_SP_FLOAT);
		assert_int_equal(tok_model_piece(m, 2).n, 7999);
		tok_model_free(m);
		tok_buf_release(&file);
		file = (tok_buf){0};
		put_least(&file);
		put_piece(&file, (tok_bytes){long_one, 8000}, -1, types[i]);
		refuses(&file, TOK_E_CORRUPT, "piece 2 has 8,000 bytes");
	}
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *file = ctx;
	tok_model *m;
	tok_status st = tk_import_sp((tok_bytes){file->p, file->n}, path,
				     TK_SP_FLOAT, alloc, &m, NULL);

	assert_true(!st == !!m);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_buf file = {0};

	(void)state;
	put_kinds(&file);
	unit_fail_each(run, &file);
	tok_buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_keep_kind_score_and_role),
		cmocka_unit_test(rules_become_flags),
		cmocka_unit_test(bytes_fall_back),
		cmocka_unit_test(keeps_the_map_of_characters),
		cmocka_unit_test(keeps_the_denormalizer),
		cmocka_unit_test(refuses_by_name_what_it_cannot_hold),
		cmocka_unit_test(takes_long_pieces),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("import_sp", tests, NULL, NULL);
}
