/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/recall.h"
#include "sp_toy.h"

/* "abc" and "-" are cut apart; "a" ties with nothing, "--" nearly. */
static tok_model *model(struct sp_toy *toy)
{
	sp_toy_init(toy);
	(void)sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(toy, BYTES("abc"), -3, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("a"), -5, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("-"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("--"), -2 + 0x1p-10, TOK_KIND_PIECE);
	return sp_toy_model(toy, TK_SP_FLOAT_OLD, 0);
}

/* What is kept of a chunk once it was seldom. */
static struct tk_answer learn(struct stretch *s, tok_bytes chunk)
{
	struct sought x = {.chunk = chunk};
	struct tk_answer kept;

	assert_true(key_of(chunk, 0, &x.key));
	seek(s, &x);
	assert_ok(tk_recall_seldom(s, &x));
	assert_true(tk_cache_take(&s->c->cache, x.set, &x.key, &kept));
	return kept;
}

/* What holds of the parts holds of the whole. */
static void a_whole_is_made_of_its_parts(void **state)
{
	static struct sp_toy toy;
	struct tk_chunker c = {.model = model(&toy)};
	tok_ids ids = {0};
	struct stretch s = {.c = &c, .ids = &ids};

	(void)state;
	assert_ok(tk_cache_init(&c.cache, 1 << 12, 256, NULL));
	tk_recall_begin(&s);
	/* The unknown character's, 10 below the lowest. */
	assert_true(c.model->furthest == 15);
	struct tk_answer alone = learn(&s, BYTES("--"));
	struct tk_answer kept = learn(&s, BYTES("abc--abc"));
	assert_int_equal(kept.n, 3);
	assert_int_equal(kept.id[0], 1);
	assert_int_equal(kept.id[1], 4);
	assert_int_equal(kept.id[2], 1);
	assert_false(kept.unknown);
	/* "abc" takes at most 15 of what the sum may be. */
	assert_true(kept.reach > alone.reach - 20 &&
		    kept.reach < alone.reach - 10);
	kept = learn(&s, BYTES("abcx"));
	assert_true(kept.unknown && kept.n == 2 && kept.id[1] == -1);
	/* Three dashes tie: nothing is known of what has them. */
	assert_true(learn(&s, BYTES("abc---")).n == 0);
	assert_true(learn(&s, BYTES("---abc")).n == 0);
	assert_true(learn(&s, BYTES("abc-abcabcabc")).n == 5);
	assert_true(learn(&s, BYTES("a-a-a-a-a-a-")).n == 12);
	/* Thirteen ids are too many. */
	size_t before = ids.n;
	assert_true(learn(&s, BYTES("a-a-a-a-a-a-a")).n == 0);
	assert_int_equal(ids.n, before + 13);
	assert_int_equal(ids.id[before + 12], 2);
	tk_cache_release(&c.cache);
	tk_viterbi_release(&c.viterbi);
	tok_ids_release(&c.path);
	tok_ids_release(&ids);
	tok_model_free((tok_model *)c.model);
}

/* The sum is that of the scores one by one, unknown characters too. */
static void adds_up_what_came(void **state)
{
	static struct sp_toy toy;
	struct tk_chunker c = {.model = model(&toy)};
	const tok_id id[] = {1, 4, -1, 3};
	tok_ids ids = {0};
	struct stretch s = {.c = &c, .ids = &ids, .sum.f = -7};

	(void)state;
	assert_ok(tok_ids_append(&ids, id, 1));
	tk_recall_begin(&s);
	assert_ok(tok_ids_append(&ids, id, 4));
	tk_recall_add_up(&s);
	assert_true(s.sum.f == -7.0F - 3 + (-2 + 0x1p-10F) +
				       c.model->unknown_score - 1);
	float sum = s.sum.f;
	tk_recall_add_up(&s);
	assert_true(s.sum.f == sum);
	/* What a batch needs: the sum, and all that it may take off it. */
	double lowest = (double)sum - 15.0 * BATCH * TK_ANSWER_IDS;
	assert_true(s.lowest == lowest);
	assert_int_equal(s.need, tk_reach_up(-lowest));
	tok_ids_release(&ids);
	tok_model_free((tok_model *)c.model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_is_made_of_its_parts),
		cmocka_unit_test(adds_up_what_came),
	};
	return cmocka_run_group_tests_name("recall", tests, NULL, NULL);
}
