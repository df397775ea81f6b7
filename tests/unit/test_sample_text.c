/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/export.h"
#include "sp_toy.h"
#include "toy.h"

static tok_model *own_model(void)
{
	static struct toy toy;
	uint64_t random = 4;
	tok_model *m;

	toy_init(&toy, &random, 12, 3);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void texts_are_a_function_of_model_and_number(void **state)
{
	tok_model *m = own_model(), *again = own_model();
	tok_buf one = {0}, other = {0};
	size_t n_empty = 0, n_strange = 0, n_known = 0;

	(void)state;
	for (uint64_t i = 0; i < 400; i++) {
		one.n = other.n = 0;
		assert_ok(tok_model_sample_text(m, i, &one));
		assert_ok(tok_model_sample_text(again, i, &other));
		assert_int_equal(one.n, other.n);
		tok_bytes text = {one.p, one.n};
		assert_true(tk_export_is_utf8(text));
		n_empty += !one.n;
		for (size_t k = 0; k < one.n; k++) {
			assert_int_equal(one.p[k], other.p[k]);
			n_strange += one.p[k] >= 0xC0;
			n_known += one.p[k] == 'a';
		}
	}
	assert_true(n_empty < 20 && n_strange > 50 && n_known > 50);
	tok_buf_release(&one);
	tok_buf_release(&other);
	tok_model_free(m);
	tok_model_free(again);
}

/* U+2581 in a piece is a space in text. */
static void spaces_are_spaces(void **state)
{
	static struct sp_toy toy;
	tok_buf out = {0};

	(void)state;
	sp_toy_init(&toy);
	sp_toy_add(&toy, BYTES("?"), 0, TOK_KIND_UNKNOWN);
	sp_toy_add(&toy, BYTES("\xE2\x96\x81" "a\xE2\x96"), -1,
		   TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("\xE2\x96\x81" "a"), -1, TOK_KIND_PIECE);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, TK_SP_ESCAPE_SPACES);
	for (uint64_t i = 0; !out.n; i += 4)
		assert_ok(tok_model_sample_text(m, i, &out));
	assert_int_equal(out.n % 2, 0);
	for (size_t k = 0; k < out.n; k++)
		assert_int_equal(out.p[k], k % 2 ? 'a' : ' ');
	tok_buf_release(&out);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_buf out = {.alloc = alloc};
	tok_status st = tok_model_sample_text(ctx, 3, &out);

	assert_true(!st || !out.n);
	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = own_model();

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_a_function_of_model_and_number),
		cmocka_unit_test(spaces_are_spaces),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("sample_text", tests, NULL, NULL);
}
