/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "sp_toy.h"

static void fill(struct sp_toy *toy)
{
	sp_toy_init(toy);
	(void)sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(toy, BYTES("</s>"), 0, TOK_KIND_CONTROL);
	(void)sp_toy_add(toy, BYTES("a"), -1.5, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("abc"), 0.25, TOK_KIND_USER);
	(void)sp_toy_add(toy, BYTES("a"), -2, TOK_KIND_UNUSED);
	(void)sp_toy_add(toy, BYTES(""), 0, TOK_KIND_RESERVED);
}

static const struct tk_role roles[] = {
	{1, {(const uint8_t *)"eos", 3}},
	{0, {NULL, 0}}, /* no name, no role */
};

static void holds_the_table(void **state)
{
	static struct sp_toy toy;
	tok_model *m;

	(void)state;
	fill(&toy);
	struct tk_table t = sp_toy_table(&toy, TK_SP_FLOAT_OLD,
					 TK_SP_ESCAPE_SPACES);
	t.role = roles;
	t.n_roles = 2;
	t.record = "{\"a\":1}";
	assert_ok(tk_model_make(&t, "x", NULL, &m, NULL));
	assert_int_equal(tok_model_n_ids(m), toy.n);
	for (tok_id id = 0; id < (tok_id)toy.n; id++) {
		assert_int_equal(tok_model_kind(m, id), toy.row[id].kind);
		assert_true(tok_model_score(m, id) == toy.row[id].score);
		assert_true(tk_bytes_equal(tok_model_piece(m, id),
					   toy.row[id].bytes));
	}
	assert_int_equal(m->arithmetic, TK_SP_FLOAT_OLD);
	assert_int_equal(m->sp_flags, TK_SP_ESCAPE_SPACES);
	assert_int_equal(m->split.kind, TOK_SPLIT_WHOLE);
	assert_int_equal(m->form, TOK_NORMALIZE_SENTENCEPIECE);
	assert_int_equal(m->max_piece, 3);
	assert_int_equal(m->unknown, 0);
	assert_true(m->has_user);
	assert_int_equal(m->n_roles, 1);
	assert_int_equal(tok_model_control(m, "eos"), 1);
	assert_true(tk_bytes_equal(m->unknown_surface, t.unknown_surface));
	assert_int_equal(tok_model_record(m).n, 7);
	/* Only what text matches is found. */
	assert_int_equal(tok_model_find(m, BYTES("a")), 2);
	assert_int_equal(tok_model_find(m, BYTES("abc")), 3);
	assert_int_equal(tok_model_find(m, BYTES("</s>")), -1);
	tok_model_free(m);
}

/* What decides ids is in the fingerprint. */
static void fingerprints_tell_rules_apart(void **state)
{
	static struct sp_toy toy;
	tok_model *m;
	tok_digest seen[5];
	size_t n = 0;

	(void)state;
	fill(&toy);
	for (int i = 0; i < 5; i++) {
		struct tk_table t = sp_toy_table(
			&toy, i == 1 ? TK_SP_FLOAT_OLD : TK_SP_FLOAT,
			i == 2 ? TK_SP_DUMMY_PREFIX : 0);
		if (i == 3)
			t.unknown_surface = BYTES("?");
		if (i == 4)
			toy.row[2].score = -1.25;
		assert_ok(tk_model_make(&t, "x", NULL, &m, NULL));
		seen[n++] = tok_model_fingerprint(m);
		tok_model_free(m);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(&seen[i], &seen[k],
						sizeof(seen[i]));
}

static void refuses(const struct sp_toy *toy, tok_status want)
{
	struct tk_table t = sp_toy_table(toy, TK_SP_FLOAT, 0);
	tok_model *m = (tok_model *)&t;
	tok_error err = {0};

	assert_int_equal(tk_model_make(&t, "x", NULL, &m, &err), want);
	assert_null(m);
	assert_int_equal(err.code, want);
	assert_true(strlen(err.text) > 0);
	assert_int_equal(tk_model_make(&t, "x", NULL, &m, NULL), want);
}

static void refuses_what_is_no_model(void **state)
{
	static struct sp_toy toy;
	static uint8_t many[TK_MAX_PIECE + 1] = "x";

	(void)state;
	sp_toy_init(&toy);
	refuses(&toy, TOK_E_LIMIT);
	fill(&toy);
	toy.row[2].bytes.n = 0;
	refuses(&toy, TOK_E_ARGUMENT);
	fill(&toy);
	toy.row[2].bytes = (tok_bytes){many, sizeof(many)};
	refuses(&toy, TOK_E_ARGUMENT);
	fill(&toy);
	toy.row[4].kind = TOK_KIND_PIECE; /* "a" again */
	refuses(&toy, TOK_E_ARGUMENT);
	fill(&toy);
	toy.row[2].score = -1.1; /* no float */
	refuses(&toy, TOK_E_ARGUMENT);
	fill(&toy);
	toy.row[2].score = (double)-3e30F; /* sums could become infinite */
	refuses(&toy, TOK_E_ARGUMENT);
	fill(&toy);
	toy.row[0].kind = TOK_KIND_UNUSED;
	refuses(&toy, TOK_E_CORRUPT);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_table t = sp_toy_table(ctx, TK_SP_FLOAT, 0);
	tok_model *m;

	t.role = roles;
	t.n_roles = 2;
	t.record = "{}";
	tok_status st = tk_model_make(&t, "x", alloc, &m, NULL);
	assert_true(!st == !!m);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct sp_toy toy;

	(void)state;
	fill(&toy);
	unit_fail_each(run, &toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_table),
		cmocka_unit_test(fingerprints_tell_rules_apart),
		cmocka_unit_test(refuses_what_is_no_model),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("make", tests, NULL, NULL);
}
