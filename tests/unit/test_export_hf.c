/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "base/json.h"
#include "hf_toy.h"
#include "model/export.h"
#include "model/import_hf.h"
#include "model/make.h"
#include "sp_toy.h"

struct own {
	struct tk_piece piece[4];
	size_t n;
	tok_control control[2];
	size_t n_controls;
	tok_split split;
	tok_normalize normalize;
};

static void own_add(struct own *own, tok_bytes bytes)
{
	own->piece[own->n++] = (struct tk_piece){bytes, -65536 - 1};
}

static tok_model *own_model(const struct own *own, const tok_alloc *alloc)
{
	int32_t score[256];
	tok_model *m = NULL;

	for (int i = 0; i < 256; i++)
		score[i] = -65536 * 9 - i;
	const struct tk_spec spec = {
		.byte_score = score,
		.piece = own->piece,
		.n_pieces = own->n,
		.control = own->control,
		.n_controls = own->n_controls,
		.pad_vocab = 4,
		.split = own->split,
		.normalize = own->normalize,
	};
	(void)tk_model_build(&spec, alloc, &m, NULL);
	return m;
}

static tok_status export(const tok_model *m, bool allow, tok_buf *out,
			 tok_error *err)
{
	tok_export_options o;

	tok_export_options_defaults(&o, sizeof(o));
	o.allow_differences = allow;
	return tok_model_export(m, TOK_FORMAT_HUGGINGFACE, &o, out, err);
}

static tk_json *exported(const struct own *own)
{
	tok_model *m = own_model(own, NULL);
	tok_buf out = {0};
	tk_json *root;

	assert_ok(export(m, true, &out, NULL));
	assert_ok(tk_json_parse((tok_bytes){out.p, out.n}, &root, NULL));
	tok_buf_release(&out);
	tok_model_free(m);
	return root;
}

static void assert_entry(const tk_json *vocab, size_t id, const char *want)
{
	assert_string_equal(tk_json_string(tk_json_item(
				    tk_json_item(vocab, id), 0)), want);
}

static void ids_are_in_order(void **state)
{
	struct own own = {.control = {{"eos", "</s>"}}, .n_controls = 1};

	(void)state;
	own_add(&own, BYTES(" a\n\0\xC3"));
	own_add(&own, BYTES("\xE2\x96\x81"));
	tk_json *root = exported(&own);
	const tk_json *model = tk_json_member(root, "model");
	const tk_json *vocab = tk_json_member(model, "vocab");
	assert_string_equal(tk_json_string(tk_json_member(model, "type")),
			    "Unigram");
	assert_int_equal(tk_json_n_items(vocab), 260);
	/* As in GPT-2's table. */
	assert_entry(vocab, 0, "\u0100");
	assert_entry(vocab, '\n', "\u010A");
	assert_entry(vocab, ' ', "\u0120");
	assert_entry(vocab, 'a', "a");
	assert_entry(vocab, 0x7F, "\u0121");
	assert_entry(vocab, 0xA0, "\u0142");
	assert_entry(vocab, 0xAD, "\u0143");
	assert_entry(vocab, 0xFF, "\u00FF");
	assert_entry(vocab, 256, "\u00E2\u0138\u0123");
	assert_entry(vocab, 257, "\u0120a\u010A\u0100\u00C3");
	assert_entry(vocab, 258, "</s>");
	assert_entry(vocab, 259, "<reserved_259>");
	const tk_json *added = tk_json_member(root, "added_tokens");
	assert_int_equal(tk_json_n_items(added), 1);
	assert_string_equal(tk_json_string(tk_json_member(
				    tk_json_item(added, 0), "content")),
			    "</s>");
	assert_true(tk_json_is_null(tk_json_member(root, "normalizer")));
	tk_json_free(root);
}

static void normalizers_have_their_steps(void **state)
{
	static const char *const want[] = {NULL, "NFC", "NFKC", "Sequence"};

	(void)state;
	for (tok_normalize form = 0; form < 4; form++) {
		struct own own = {.normalize = form};
		tk_json *root = exported(&own);
		const char *type = tk_json_string(tk_json_member(
			tk_json_member(root, "normalizer"), "type"));

		if (want[form])
			assert_string_equal(type, want[form]);
		else
			assert_null(type);
		tk_json_free(root);
	}
}

/* Read again, every id is what it was: pieces of one byte, of several, of
 * parts of characters. */
static void is_read_again(void **state)
{
	struct own own = {.control = {{"eos", "</s>"}}, .n_controls = 1};
	static const tok_split split[] = {TOK_SPLIT_NONE, TOK_SPLIT_SPACE,
					  TOK_SPLIT_WORD};

	(void)state;
	own_add(&own, BYTES("ab"));
	own_add(&own, BYTES(" a\xC3"));
	for (size_t i = 0; i < 3; i++) {
		tok_buf out = {0};
		tok_model *again;

		own.split = split[i];
		tok_model *m = own_model(&own, NULL);
		assert_ok(export(m, true, &out, NULL));
		assert_ok(tk_import_hf((tok_bytes){out.p, out.n}, "x", NULL,
				       &again, NULL));
		assert_string_equal(
			hf_toy_ids(again, BYTES("ab a\u00C0\n\0\u00E9"), 0),
			"256 257 128 10 0 195 169");
		assert_string_equal(hf_toy_decode(again, "256 258 257 169"),
				    "ab a\u00E9");
		tok_model_free(again);
		tok_model_free(m);
		tok_buf_release(&out);
	}
}

static void refuses(const tok_model *m, tok_status want, const char *sentence)
{
	tok_buf out = {0};
	tok_error err = {0};

	assert_int_equal(export(m, false, &out, &err), want);
	assert_int_equal(out.n, 0);
	if (!strstr(err.text, sentence))
		fail_msg("\"%s\" is not in: %s", sentence, err.text);
	tok_buf_release(&out);
}

static void lists_what_cannot_go(void **state)
{
	struct own own = {.control = {{NULL, "\xFF"}, {NULL, "ab"}},
			  .n_controls = 2};
	static struct sp_toy toy;

	(void)state;
	own_add(&own, BYTES("ab"));
	tok_model *m = own_model(&own, NULL);
	refuses(m, TOK_E_UNSUPPORTED, "not UTF-8");
	refuses(m, TOK_E_UNSUPPORTED, "names of other ids");
	tok_model_free(m);
	own = (struct own){.split = TOK_SPLIT_WORD,
			   .normalize = TOK_NORMALIZE_NFKC_CASEFOLD};
	own_add(&own, BYTES("a1"));
	own_add(&own, BYTES("  "));
	m = own_model(&own, NULL);
	refuses(m, TOK_E_MISMATCH, "can cut (id 257); normalization to");
	tok_model_free(m);
	sp_toy_init(&toy);
	sp_toy_add(&toy, BYTES("?"), 0, TOK_KIND_UNKNOWN);
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	refuses(m, TOK_E_UNSUPPORTED, "not of bytes");
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_model *m = own_model(ctx, alloc);
	tok_buf out = {.alloc = alloc};

	if (!m)
		return TOK_E_MEMORY;
	tok_status st = export(m, false, &out, NULL);
	assert_true(!st == (out.n > 0));
	tok_buf_release(&out);
	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct own own = {.control = {{NULL, "<x>"}}, .n_controls = 1};

	(void)state;
	own_add(&own, BYTES("a b"));
	unit_fail_each(run, &own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_are_in_order),
		cmocka_unit_test(normalizers_have_their_steps),
		cmocka_unit_test(is_read_again),
		cmocka_unit_test(lists_what_cannot_go),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("export_hf", tests, NULL, NULL);
}
