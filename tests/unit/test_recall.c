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

static const struct tk_cached *learn(struct stretch *s, tok_bytes chunk)
{
	struct sought x = {.key = tk_key_of(chunk, chunk.n), .chunk = chunk};
	const struct tk_cached *kept;

	seek(s, &x);
	assert_ok(tk_recall_learn(s, &x, &kept));
	return kept;
}

/* What holds of the parts holds of the whole. */
static void a_whole_is_made_of_its_parts(void **state)
{
	static struct sp_toy toy;
	struct tk_chunker c = {.model = model(&toy)};
	tok_ids ids = {0};
	struct stretch s = {.c = &c, .ids = &ids};
	struct tk_cached alone;

	(void)state;
	assert_ok(tk_cache_init(&c.cache, 1 << 12, NULL));
	alone = *learn(&s, BYTES("--"));
	const struct tk_cached *kept = learn(&s, BYTES("abc--abc"));
	assert_int_equal(kept->n, 3);
	assert_int_equal(kept->id[0], 1);
	assert_int_equal(kept->id[1], 4);
	assert_int_equal(kept->id[2], 1);
	assert_true(kept->value == -8 + 0x1p-10F);
	assert_false(kept->unknown);
	/* "abc" takes 3 of what the sum may be. */
	assert_true(kept->floor > alone.floor + 2.9F &&
		    kept->floor < alone.floor + 3.1F);
	kept = learn(&s, BYTES("abcx"));
	assert_true(kept->unknown && kept->n == 2 && kept->id[1] == -1);
	/* Three dashes tie: nothing is known of what has them. */
	assert_true(learn(&s, BYTES("abc---"))->floor > 0);
	assert_true(learn(&s, BYTES("---abc"))->floor > 0);
	/* Ten ids are too many. */
	assert_true(learn(&s, BYTES("abc-abcabcabcabc"))->n == 6);
	assert_true(learn(&s, BYTES("a-a-a-a-a"))->n == 9);
	assert_true(learn(&s, BYTES("a-a-a-a-a-"))->floor > 0);
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
	assert_true(s.about == -7);
	assert_ok(tok_ids_append(&ids, id, 4));
	tk_recall_add_up(&s);
	assert_true(s.sum.f == -7.0F - 3 + (-2 + 0x1p-10F) +
				       c.model->unknown_score - 1);
	assert_true(s.about == (double)s.sum.f);
	tk_recall_add_up(&s);
	assert_true(s.about == (double)s.sum.f);
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
