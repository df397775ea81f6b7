/* SPDX-License-Identifier: Apache-2.0 */
/* What they give: test_draft and stream_check. Here: who takes part. */
#include "unit.h"

#include "segment/float_shares.h"
#include "sp_toy.h"

static tok_model *make_model(void)
{
	static struct sp_toy toy;

	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	assert_true(sp_toy_add(&toy, BYTES("\u2581"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("a"), -2, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("aa"), -3, TOK_KIND_PIECE));
	return sp_toy_model(&toy, TK_SP_FLOAT,
			    TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
				    TK_SP_ESCAPE_SPACES);
}

static void check(tok_encoder *e, const char *text, size_t size, size_t n)
{
	const struct tk_words_part part = {tok_bytes_of(text), true, true};
	struct tk_so_far so_far = {0};
	tok_ids ids = {0}, want = {0};

	assert_ok(tk_float_shares_raw(e, NULL, &part, size, &so_far, &ids));
	assert_ok(tok_encode(e, part.raw, &want));
	assert_int_equal(ids.n, want.n);
	if (want.n)
		assert_memory_equal(ids.id, want.id,
				    want.n * sizeof(*want.id));
	assert_int_equal(e->n_drafts, n);
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

/* Drafts stay for the next text. */
static void cuts_between_words(void **state)
{
	tok_model *m = make_model();
	tok_encoder *e;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	check(e, "", 4, 1);
	check(e, "aaa", 4, 1);
	check(e, "aaaaaaaaaaaaaaaaaa", 4, 1);
	check(e, "aaa aaa", 4, 1);
	check(e, "aaaa aaa", 4, 1);
	check(e, "aaaaa aaa", 4, 2);
	check(e, "aaaaa  aaa   ", 4, 2);
	check(e, "aaa aaa aaa aaa a", 4, 3);
	check(e, "aa aa aa aa aa aa aa aa", 1, 8);
	check(e, "aa", 1, 8);
	tok_encoder_free(e);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cuts_between_words),
	};
	return cmocka_run_group_tests_name("float_shares", tests, NULL, NULL);
}
