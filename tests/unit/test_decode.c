/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "sp_toy.h"
#include "tok/segment.h"
#include "toy.h"

static tok_model *make(const tok_control *control, size_t n)
{
	uint64_t random = 71;
	struct toy toy;
	tok_model *m;

	toy_init(&toy, &random, 10, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = control;
	spec.n_controls = n;
	spec.pad_vocab = 100;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void controls_and_reserved_are_silent(void **state)
{
	const tok_control eos = {"eos", "</s>"};
	tok_model *m = make(&eos, 1);
	tok_buf out;
	const tok_id id[] = {'h', 266, 'i', 299};

	(void)state;
	assert_int_equal(tok_model_n_ids(m), 300);
	assert_int_equal(tok_model_control(m, "eos"), 266);
	tok_buf_init(&out, NULL);
	assert_ok(tok_decode(m, id, 4, &out, NULL));
	assert_int_equal(out.n, 2);
	assert_memory_equal(out.p, "hi", 2);
	tok_buf_release(&out);
	tok_model_free(m);
}

static void wrong_ids_are_named(void **state)
{
	tok_model *m = make(NULL, 0);
	tok_buf out;
	const tok_id high[] = {'a', 'b', 300}, low[] = {'a', -1};
	size_t bad = 99;

	(void)state;
	tok_buf_init(&out, NULL);
	assert_int_equal(tok_decode(m, high, 3, &out, &bad), TOK_E_RANGE);
	assert_int_equal(bad, 2);
	assert_int_equal(tok_decode(m, low, 2, &out, &bad), TOK_E_RANGE);
	assert_int_equal(bad, 1);
	assert_int_equal(out.n, 0);
	tok_buf_release(&out);
	tok_model_free(m);
}

static void bytes_are_the_same_of_our_own(void **state)
{
	const tok_control eos = {"eos", "</s>"};
	tok_model *m = make(&eos, 1);
	tok_id id[300];
	tok_buf text = {0}, bytes = {0};

	(void)state;
	for (int i = 0; i < 300; i++)
		id[i] = 299 - i;
	assert_ok(tok_decode(m, id, 300, &text, NULL));
	assert_ok(tok_decode_bytes(m, id, 300, &bytes, NULL));
	assert_true(text.n > 256);
	assert_int_equal(bytes.n, text.n);
	assert_memory_equal(bytes.p, text.p, text.n);
	tok_buf_release(&text);
	tok_buf_release(&bytes);
	tok_model_free(m);
}

/* No rule of the surface: spaces stay marks, bytes stay bytes. */
static void bytes_of_sentencepiece(void **state)
{
	static struct sp_toy toy;
	static const uint8_t kind[] = {TOK_KIND_UNKNOWN, TOK_KIND_CONTROL,
				       TOK_KIND_PIECE, TOK_KIND_USER,
				       TOK_KIND_UNUSED, TOK_KIND_RESERVED};
	static const char *const name[] = {"<unk>", "<s>", "\u2581a", "<u>",
					   "no", ""};
	const tok_id id[] = {1, 2, 0, 6 + 0xC3, 3, 6 + 0xFF, 4, 5, 2};
	const tok_bytes want = BYTES("!\u2581a\xC3<u>\xFFno\u2581a");
	tok_buf out = {0};
	size_t bad = 0;

	(void)state;
	sp_toy_init(&toy);
	for (size_t i = 0; i < 6; i++)
		(void)sp_toy_add(&toy, tok_bytes_of(name[i]), -1, kind[i]);
	sp_toy_add_fallback(&toy);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT,
				    TK_SP_BYTE_FALLBACK | TK_SP_DUMMY_PREFIX);
	assert_ok(tk_buf_append(&out, "!", 1));
	assert_ok(tok_decode_bytes(m, id, sizeof(id) / sizeof(*id), &out,
				   NULL));
	assert_int_equal(out.n, want.n);
	assert_memory_equal(out.p, want.p, want.n);
	assert_int_equal(tok_decode_bytes(m, (tok_id[]){2, 262}, 2, &out,
					  &bad), TOK_E_RANGE);
	assert_int_equal(bad, 1);
	assert_int_equal(out.n, want.n);
	tok_buf_release(&out);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_id id[300];
	tok_buf out;

	for (int i = 0; i < 266; i++)
		id[i] = i;
	tok_buf_init(&out, alloc);
	tok_status st = tok_decode(ctx, id, 266, &out, NULL);
	if (!st)
		st = tok_decode_bytes(ctx, id, 266, &out, NULL);
	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_model *m = make(NULL, 0);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_and_reserved_are_silent),
		cmocka_unit_test(wrong_ids_are_named),
		cmocka_unit_test(bytes_are_the_same_of_our_own),
		cmocka_unit_test(bytes_of_sentencepiece),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("decode", tests, NULL, NULL);
}
