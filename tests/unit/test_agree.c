/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/make.h"
#include "tok/segment.h"

/* "aa" and, with another score for "ab", a model like it. arithmetic decides
 * where "aaa" is cut. */
static tok_model *model(enum tk_arithmetic arithmetic, double ab)
{
	struct tk_row row[258];
	tok_model *m;

	for (int i = 0; i < 256; i++)
		row[i] = (struct tk_row){{&tk_every_byte[i], 1}, -8,
					 TOK_KIND_BYTE};
	row[256] = (struct tk_row){BYTES("aa"), -4, TOK_KIND_PIECE};
	row[257] = (struct tk_row){BYTES("ab"), ab, TOK_KIND_PIECE};
	const struct tk_table table = {
		.row = row, .n_ids = 258, .arithmetic = arithmetic};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

static void counts_what_is_the_same(void **state)
{
	static const tok_bytes text[] = {
		{(const uint8_t *)"", 0}, {(const uint8_t *)"aa b", 4},
		{(const uint8_t *)"aaa", 3}, {(const uint8_t *)"ab", 2}};
	tok_model *m = model(TK_INTEGER, -4), *other = model(TK_DOUBLE, -20);
	tok_agreement sum = {0};
	tok_encoder *a, *b;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &a));
	assert_ok(tok_encoder_new(other, NULL, &b));
	assert_ok(tok_agree(a, b, text, 4, &sum));
	assert_int_equal(sum.texts, 4);
	assert_int_equal(sum.tokens, 0 + 3 + 2 + 1);
	assert_int_equal(sum.same, 2);
	assert_int_equal(sum.ties, 1);
	assert_ok(tok_agree(a, a, text, 4, &sum));
	assert_int_equal(sum.texts, 8);
	assert_int_equal(sum.same, 6);
	tok_encoder_free(a);
	tok_encoder_free(b);
	tok_model_free(m);
	tok_model_free(other);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_bytes text = BYTES("aaab");
	tok_encoder_options o;
	tok_agreement sum = {0};
	tok_encoder *a = NULL, *b = NULL;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_encoder_new(ctx, &o, &a);
	if (!st)
		st = tok_encoder_new(ctx, &o, &b);
	if (!st)
		st = tok_agree(a, b, &text, 1, &sum);
	assert_int_equal(sum.same, !st);
	tok_encoder_free(a);
	tok_encoder_free(b);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = model(TK_INTEGER, -4);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_what_is_the_same),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("agree", tests, NULL, NULL);
}
