/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/make.h"
#include "sp_toy.h"
#include "toy.h"

/* 256 bytes, 12 pieces, <s> as bos, and reserved ids up to 272. */
static tok_model *make(tok_split split, const tok_alloc *alloc)
{
	static const tok_control bos = {"bos", "<s>"};
	static struct toy toy;
	uint64_t random = 4;
	tok_model *m = NULL;

	toy_init(&toy, &random, 12, 3);
	struct tk_spec spec = toy_spec(&toy);
	spec.control = &bos;
	spec.n_controls = 1;
	spec.pad_vocab = 16;
	spec.split = split;
	spec.normalize = TOK_NORMALIZE_NFC;
	spec.record = "{\"a\": 1}";
	(void)tk_model_build(&spec, alloc, &m, NULL);
	return m;
}

static tok_model *own_model(void)
{
	return make(TOK_SPLIT_WORD, NULL);
}

static void assert_control(const tok_model *m, tok_id id, const char *name)
{
	assert_int_equal(tok_model_kind(m, id), TOK_KIND_CONTROL);
	assert_true(tk_bytes_equal(tok_model_piece(m, id),
				   tok_bytes_of(name)));
}

/* All that is not an id is as it was. */
static void assert_rules_kept(const tok_model *m, const tok_model *edited)
{
	assert_int_equal(edited->split.kind, m->split.kind);
	assert_true(tk_bytes_equal(edited->split.table, m->split.table));
	assert_int_equal(edited->form, m->form);
	assert_int_equal(edited->unicode_major, m->unicode_major);
	assert_int_equal(edited->arithmetic, m->arithmetic);
	assert_int_equal(edited->trie.n_units, m->trie.n_units);
	assert_memory_equal(edited->trie.unit, m->trie.unit,
			    m->trie.n_units * sizeof(struct tk_unit));
	assert_true(tk_bytes_equal(edited->record, m->record));
}

static void controls_take_reserved_ids_first(void **state)
{
	static const tok_control add[] = {
		{"eos", "</s>"}, {NULL, "<a>"}, {"pad", "<b>"}, {"", "<c>"}};
	tok_model *m = own_model(), *more;

	(void)state;
	assert_int_equal(tok_model_n_ids(m), 272);
	assert_ok(tok_model_add_controls(m, add, 4, &more, NULL));
	assert_int_equal(tok_model_n_ids(more), 273);
	assert_control(more, 268, "<s>");
	assert_control(more, 269, "</s>");
	assert_control(more, 271, "<b>");
	assert_control(more, 272, "<c>");
	assert_int_equal(tok_model_control(more, "bos"), 268);
	assert_int_equal(tok_model_control(more, "eos"), 269);
	assert_int_equal(tok_model_control(more, "pad"), 271);
	assert_int_equal(tok_model_n_changed(m, more), 3);
	assert_int_equal(tok_model_n_changed(m, m), 0);
	assert_rules_kept(m, more);
	tok_model_free(more);
	tok_model_free(m);
}

static void ids_are_reserved(void **state)
{
	tok_model *m = own_model(), *more;

	(void)state;
	assert_ok(tok_model_reserve(m, 300, &more, NULL));
	assert_int_equal(tok_model_n_ids(more), 300);
	assert_int_equal(tok_model_kind(more, 299), TOK_KIND_RESERVED);
	assert_int_equal(tok_model_n_changed(m, more), 0);
	assert_int_equal(tok_model_n_changed(more, m), 28);
	assert_rules_kept(m, more);
	tok_model_free(more);
	assert_ok(tok_model_reserve(m, 272, &more, NULL));
	assert_memory_equal(&more->fingerprint, &m->fingerprint,
			    sizeof(tok_digest));
	tok_model_free(more);
	tok_model_free(m);
}

static void names_change(void **state)
{
	tok_model *m = own_model(), *more;

	(void)state;
	assert_ok(tok_model_rename(m, 268, "[BOS]", &more, NULL));
	assert_control(more, 268, "[BOS]");
	assert_int_equal(tok_model_control(more, "bos"), 268);
	assert_int_equal(tok_model_n_changed(m, more), 1);
	assert_rules_kept(m, more);
	tok_model_free(more);
	assert_ok(tok_model_rename(m, 270, "[X]", &more, NULL));
	assert_control(more, 270, "[X]");
	assert_int_equal(tok_model_n_changed(m, more), 1);
	tok_model_free(more);
	tok_model_free(m);
}

/* Models of others are edited likewise. */
static void imported_models_can_be_edited(void **state)
{
	static const tok_control add = {"sep", "<sep>"}, taken = {0, "<0x41>"};
	static struct sp_toy toy;
	tok_model *more;

	(void)state;
	sp_toy_init(&toy);
	sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE);
	sp_toy_add_fallback(&toy);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, TK_SP_BYTE_FALLBACK);
	assert_ok(tok_model_add_controls(m, &add, 1, &more, NULL));
	assert_control(more, 257, "<sep>");
	assert_int_equal(tok_model_n_changed(m, more), 0);
	assert_rules_kept(m, more);
	tok_model_free(more);
	assert_int_equal(tok_model_add_controls(m, &taken, 1, &more, NULL),
			 TOK_E_ARGUMENT);
	tok_model_free(m);
}

static void refuses(tok_status got, tok_status want, tok_model *const *out,
		    const tok_error *err, const char *sentence)
{
	assert_int_equal(got, want);
	assert_null(*out);
	if (!strstr(err->text, sentence))
		fail_msg("\"%s\" is not in: %s", sentence, err->text);
}

static void says_what_is_wrong(void **state)
{
	static const tok_control add[] = {
		{NULL, "<s>"}, {"bos", "<x>"}, {NULL, ""}};
	tok_model *m = own_model(), *out = m;
	tok_error err;

	(void)state;
	refuses(tok_model_add_controls(m, &add[0], 1, &out, &err),
		TOK_E_ARGUMENT, &out, &err, "id 268 has the name");
	refuses(tok_model_add_controls(m, &add[1], 1, &out, &err),
		TOK_E_ARGUMENT, &out, &err, "id 268 has the role");
	refuses(tok_model_add_controls(m, &add[2], 1, &out, &err),
		TOK_E_ARGUMENT, &out, &err, "1 to 1000");
	refuses(tok_model_reserve(m, 271, &out, &err), TOK_E_ARGUMENT, &out,
		&err, "272");
	refuses(tok_model_reserve(m, (1 << 24) + 1, &out, &err), TOK_E_LIMIT,
		&out, &err, "more than");
	refuses(tok_model_rename(m, 65, "x", &out, &err), TOK_E_ARGUMENT, &out,
		&err, "is a byte");
	refuses(tok_model_rename(m, 272, "x", &out, &err), TOK_E_RANGE, &out,
		&err, "end at 271");
	refuses(tok_model_rename(m, -1, "x", &out, &err), TOK_E_RANGE, &out,
		&err, "end at 271");
	refuses(tok_model_rename(m, 270, "<s>", &out, &err), TOK_E_ARGUMENT,
		&out, &err, "id 268");
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	static const tok_control add = {"eos", "</s>"};
	tok_model *m = make(TOK_SPLIT_NONE, alloc), *one = NULL, *two = NULL;
	tok_model *three = NULL;

	(void)ctx;
	if (!m)
		return TOK_E_MEMORY;
	tok_status st = tok_model_add_controls(m, &add, 1, &one, NULL);
	if (!st)
		st = tok_model_reserve(one, 280, &two, NULL);
	if (!st)
		st = tok_model_rename(two, 279, "x", &three, NULL);
	assert_true(!st == !!three);
	tok_model_free(m);
	tok_model_free(one);
	tok_model_free(two);
	tok_model_free(three);
	return st;
}

static void survives_failing_allocations(void **state)
{
	(void)state;
	unit_fail_each(run, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_take_reserved_ids_first),
		cmocka_unit_test(ids_are_reserved),
		cmocka_unit_test(names_change),
		cmocka_unit_test(imported_models_can_be_edited),
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("edit", tests, NULL, NULL);
}
