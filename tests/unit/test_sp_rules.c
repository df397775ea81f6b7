/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>

#include "unit.h"

#include "charsmap_toy.h"
#include "model/sp_rules.h"
#include "sp_toy.h"

static void fill(struct sp_toy *toy, bool fallback)
{
	sp_toy_init(toy);
	(void)sp_toy_add(toy, BYTES("<unk>"), -90, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(toy, BYTES("a"), (double)-1.1F, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("b"), (double)-7.7F, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("<x>"), -50, TOK_KIND_USER);
	(void)sp_toy_add(toy, BYTES("<x>y"), 50, TOK_KIND_USER);
	(void)sp_toy_add(toy, BYTES("<x>yz"), -2, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("u"), -80, TOK_KIND_UNUSED);
	if (fallback)
		sp_toy_add_fallback(toy);
}

/* Of pieces alone, in floats. */
static void constants_come_from_pieces(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy, false);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_true(m->unknown_score == -7.7F - 10.0F);
	/* SentencePiece begins with the smallest positive float. */
	assert_true(m->user_score == FLT_MIN);
	for (int i = 0; i < 256; i++)
		assert_int_equal(m->fallback[i], -1);
	tok_model_free(m);
	toy.row[1].score = 2.5;
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_true(m->user_score == 2.5F);
	tok_model_free(m);
}

static void bytes_are_known_by_name(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy, true);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, TK_SP_BYTE_FALLBACK);
	for (int i = 0; i < 256; i++)
		assert_int_equal(m->fallback[i], 7 + i);
	tok_model_free(m);
}

static void flags_reach_the_normalizer(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy, true);
	for (uint32_t f = 0; f < 32; f++) {
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, f);
		const struct tk_sp_form *form = &m->sp_form;

		assert_int_equal(form->add_dummy_prefix,
				 !!(f & TK_SP_DUMMY_PREFIX));
		assert_int_equal(form->remove_extra_whitespaces,
				 !!(f & TK_SP_REMOVE_SPACES));
		assert_int_equal(form->escape_whitespaces,
				 !!(f & TK_SP_ESCAPE_SPACES));
		assert_int_equal(form->treat_whitespace_as_suffix,
				 !!(f & TK_SP_SUFFIX));
		tok_model_free(m);
	}
}

static void maps_are_read_as_the_flags_say(void **state)
{
	static struct charsmap_toy toy;
	static uint8_t both[8192];
	struct tok_model m = {0};

	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "a", "b");
	tok_bytes map = charsmap_toy_bytes(&toy);
	assert_true(map.n + 4 <= sizeof(both));
	memcpy(both + 4, map.p, map.n);
	assert_true(tk_sp_rules_maps(&m, map));
	assert_int_equal(m.sp_form.charsmap.n, map.n);
	assert_int_equal(m.sp_denormal.charsmap.n, 0);
	m.sp_flags = 1u << TK_SP_DENORMALIZER;
	assert_false(tk_sp_rules_maps(&m, map));
	m.sp_flags = TK_SP_DENORMALIZES;
	assert_true(tk_sp_rules_maps(&m, (tok_bytes){both, 4 + map.n}));
	assert_int_equal(m.sp_form.charsmap.n, 0);
	assert_int_equal(m.sp_denormal.charsmap.n, map.n);
	for (size_t n = 0; n < 4 + map.n; n++)
		assert_false(tk_sp_rules_maps(&m, (tok_bytes){both, n}));
	/* The first one takes all, or more. */
	for (uint32_t n = (uint32_t)map.n; n <= map.n + 1; n++) {
		tk_put32(both, n);
		assert_false(tk_sp_rules_maps(&m,
					      (tok_bytes){both, 4 + map.n}));
	}
}

static size_t symbol(const tok_model *m, tok_bytes text)
{
	return m->sp_form.user_symbol(m->sp_form.ctx, text);
}

/* A longer piece of another kind is none. */
static void finds_the_longest_user_symbol(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy, false);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_int_equal(symbol(m, BYTES("<x>")), 3);
	assert_int_equal(symbol(m, BYTES("<x>a")), 3);
	assert_int_equal(symbol(m, BYTES("<x>y")), 4);
	assert_int_equal(symbol(m, BYTES("<x>yz")), 4);
	assert_int_equal(symbol(m, BYTES("<x")), 0);
	assert_int_equal(symbol(m, BYTES("a<x>")), 0);
	assert_int_equal(symbol(m, BYTES("")), 0);
	tok_model_free(m);
	toy.row[3].kind = toy.row[4].kind = TOK_KIND_PIECE;
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_null(m->sp_form.user_symbol);
	tok_model_free(m);
}

static void refuses(const struct sp_toy *toy, uint32_t flags)
{
	struct tk_table t = sp_toy_table(toy, TK_SP_FLOAT, flags);
	tok_error err = {0};
	tok_model *m;

	assert_int_equal(tk_model_make(&t, "x", NULL, &m, &err), TOK_E_CORRUPT);
	assert_non_null(strstr(err.text, "no piece covers"));
}

static void something_stands_for_every_text(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy, false);
	toy.row[0].kind = TOK_KIND_CONTROL;
	refuses(&toy, 0);
	refuses(&toy, TK_SP_BYTE_FALLBACK);
	fill(&toy, true);
	toy.bytes[7 + 0xAB][3] = 'a'; /* capitals only */
	refuses(&toy, TK_SP_BYTE_FALLBACK);
	refuses(&toy, 0);
	fill(&toy, true);
	toy.row[7].kind = TOK_KIND_UNUSED;
	refuses(&toy, TK_SP_BYTE_FALLBACK);
	/* Byte fallback needs no unknown id. */
	fill(&toy, true);
	toy.row[0].kind = TOK_KIND_CONTROL;
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, TK_SP_BYTE_FALLBACK);
	assert_int_equal(m->unknown, -1);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(constants_come_from_pieces),
		cmocka_unit_test(bytes_are_known_by_name),
		cmocka_unit_test(flags_reach_the_normalizer),
		cmocka_unit_test(maps_are_read_as_the_flags_say),
		cmocka_unit_test(finds_the_longest_user_symbol),
		cmocka_unit_test(something_stands_for_every_text),
	};
	return cmocka_run_group_tests_name("sp_rules", tests, NULL, NULL);
}
