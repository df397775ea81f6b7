/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "toy.h"

static void ids_are_in_the_written_order(void **state)
{
	int32_t byte_score[256];
	const struct tk_piece piece[] = {
		{BYTES("rare"), -900000}, {BYTES("bbb"), -500000},
		{BYTES("aa"), -500000},   {BYTES("ab"), -500000},
		{BYTES("often"), -100},
	};
	static const char *const order[] = {"often", "aa", "ab", "bbb",
					    "rare"};
	const tok_control control[] = {{"eos", "</s>"}, {NULL, "<x>"}};
	struct tk_spec spec = {
		.byte_score = byte_score,
		.piece = piece,
		.n_pieces = 5,
		.control = control,
		.n_controls = 2,
		.pad_vocab = 64,
		.record = "{\"a\":1}",
	};
	tok_model *m;

	(void)state;
	for (int i = 0; i < 256; i++)
		byte_score[i] = -1000000 - i;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	assert_int_equal(tok_model_n_ids(m), 320);
	for (int i = 0; i < 256; i++) {
		assert_int_equal(tok_model_kind(m, i), TOK_KIND_BYTE);
		assert_int_equal(tok_model_piece(m, i).p[0], i);
		assert_true(tok_model_score(m, i) * 65536 == -1000000 - i);
	}
	for (int i = 0; i < 5; i++) {
		tok_bytes p = tok_model_piece(m, 256 + i);

		assert_int_equal(p.n, strlen(order[i]));
		assert_memory_equal(p.p, order[i], p.n);
		assert_int_equal(tok_model_find(m, p), 256 + i);
	}
	assert_int_equal(tok_model_control(m, "eos"), 261);
	assert_int_equal(tok_model_control(m, "</s>"), 261);
	assert_int_equal(tok_model_control(m, "<x>"), 262);
	assert_int_equal(tok_model_control(m, "bos"), -1);
	assert_int_equal(tok_model_control(m, ""), -1);
	assert_int_equal(tok_model_role(m, 261).n, 3);
	assert_int_equal(tok_model_role(m, 262).n, 0);
	assert_int_equal(tok_model_kind(m, 263), TOK_KIND_RESERVED);
	assert_int_equal(tok_model_piece(m, 263).n, 0);
	assert_int_equal(tok_model_kind(m, 99999), TOK_KIND_RESERVED);
	assert_int_equal(tok_model_kind(m, -1), TOK_KIND_RESERVED);
	assert_int_equal(tok_model_find(m, BYTES("nope")), -1);
	assert_int_equal(tok_model_record(m).n, 7);
	tok_model_free(m);
}

static tok_status build_with(const struct tk_piece *piece, size_t n,
			     const tok_control *control, size_t n_controls,
			     tok_error *err)
{
	static int32_t byte_score[256];
	struct tk_spec spec = {
		.byte_score = byte_score,
		.piece = piece,
		.n_pieces = n,
		.control = control,
		.n_controls = n_controls,
	};
	tok_model *m;
	tok_status st = tk_model_build(&spec, NULL, &m, err);

	if (st)
		assert_null(m);
	tok_model_free(m);
	return st;
}

static void nonsense_is_refused(void **state)
{
	static uint8_t long_bytes[TK_MAX_PIECE + 1];
	const struct tk_piece twice[] = {{BYTES("aa"), -1}, {BYTES("aa"), -2}};
	const struct tk_piece byte[] = {{BYTES("a"), -1}};
	const struct tk_piece too_long[] = {{{long_bytes, sizeof(long_bytes)}, -1}};
	const struct tk_piece positive[] = {{BYTES("aa"), 1}};
	const struct tk_piece low[] = {{BYTES("aa"), -TK_MAX_SCORE - 1}};
	const tok_control same_name[] = {{"a", "x"}, {"b", "x"}};
	const tok_control same_role[] = {{"a", "x"}, {"a", "y"}};
	const tok_control no_name[] = {{"a", ""}};
	const tok_control fine[] = {{NULL, "x"}, {NULL, "y"}};
	tok_error err;

	(void)state;
	assert_int_equal(build_with(twice, 2, NULL, 0, &err), TOK_E_ARGUMENT);
	assert_non_null(strstr(err.text, "the same piece"));
	assert_int_equal(build_with(byte, 1, NULL, 0, &err), TOK_E_ARGUMENT);
	assert_int_equal(build_with(too_long, 1, NULL, 0, &err),
			 TOK_E_ARGUMENT);
	assert_int_equal(build_with(positive, 1, NULL, 0, &err),
			 TOK_E_ARGUMENT);
	assert_int_equal(build_with(low, 1, NULL, 0, &err), TOK_E_ARGUMENT);
	assert_int_equal(build_with(NULL, 0, same_name, 2, &err),
			 TOK_E_ARGUMENT);
	assert_int_equal(build_with(NULL, 0, same_role, 2, &err),
			 TOK_E_ARGUMENT);
	assert_int_equal(build_with(NULL, 0, no_name, 1, &err),
			 TOK_E_ARGUMENT);
	assert_ok(build_with(NULL, 0, fine, 2, &err));
}

static tok_status build(const tok_alloc *alloc, void *ctx)
{
	tok_model *m;
	tok_error err;
	tok_status st = tk_model_build(ctx, alloc, &m, &err);

	assert_true(!st == (m != NULL));
	if (st)
		assert_int_equal(err.code, st);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	const tok_control control[] = {{"eos", "</s>"}};
	uint64_t random = 81;
	struct toy toy;

	(void)state;
	toy_init(&toy, &random, 20, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = control;
	spec.n_controls = 1;
	spec.split = TOK_SPLIT_WORD;
	spec.normalize = TOK_NORMALIZE_NFKC;
	spec.record = "{}";
	unit_fail_each(build, &spec);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_in_the_written_order),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("build", tests, NULL, NULL);
}
