/* SPDX-License-Identifier: Apache-2.0 */
/* Ids are those of tokenizers 0.23.3. */
#include "unit.h"

#include "base/buf.h"
#include "hf_toy.h"
#include "model/import_hf.h"

#define TOKEN(content, special, normalized) \
	"{\"id\": 99, \"content\": \"" content "\", " \
	"\"single_word\": false, \"lstrip\": false, \"rstrip\": false, " \
	"\"normalized\": " normalized ", \"special\": " special "}"

static const char doubles[] =
	"{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], "
	"[\"a\", -1], [\"b\", -1], [\"a\", -3], [\"ab\", -3.5], "
	"[\"<s>\", -1], [\"b\", -1]]}";

/* Whatever "id" says: pieces keep theirs, the others get the next ones; what
 * comes twice keeps the first id. */
static const struct hf_toy many = {
	.added = "[" TOKEN("<s>", "true", "false") ", "
		 TOKEN("<new>", "false", "false") ", "
		 TOKEN("a", "true", "false") ", "
		 TOKEN("zz", "true", "false") ", "
		 TOKEN("zz", "false", "false") ", "
		 TOKEN("", "false", "false") "]",
	.model = doubles,
};

static void ids(void **state)
{
	static const uint8_t kind[] = {
		TOK_KIND_PIECE,	  TOK_KIND_UNUSED,  TOK_KIND_UNUSED,
		TOK_KIND_SPECIAL, TOK_KIND_PIECE,   TOK_KIND_SPECIAL,
		TOK_KIND_PIECE,	  TOK_KIND_ADDED, TOK_KIND_CONTROL};
	tok_model *m = hf_toy_load(&many);

	(void)state;
	assert_int_equal(tok_model_n_ids(m), 9);
	for (tok_id id = 0; id < 9; id++)
		assert_int_equal(tok_model_kind(m, id), kind[id]);
	assert_int_equal(tok_model_find(m, BYTES("a")), 3);
	assert_int_equal(tok_model_find(m, BYTES("b")), 6);
	assert_true(tk_bytes_equal(tok_model_piece(m, 7), BYTES("<new>")));
	assert_true(tk_bytes_equal(tok_model_piece(m, 8), BYTES("zz")));
	assert_int_equal(tok_model_control(m, "bos"), 5);
	assert_string_equal(hf_toy_ids(m, BYTES("ab"), 0), "3 6");
	assert_string_equal(hf_toy_ids(m, BYTES("aab"), 0), "3 3 6");
	assert_string_equal(hf_toy_ids(m, BYTES("zz<new><s>"), 0), "8 7 5");
	assert_string_equal(hf_toy_ids(m, BYTES("xax"), 0), "0 3 0");
	assert_string_equal(hf_toy_decode(m, "3 4 2 7 8 5"), "ab b <new>");
	/* A duplicate of a special one is special by its string. */
	assert_string_equal(hf_toy_decode(m, "1 2"), "b");
	tok_model_free(m);
}

static void scores_are_the_original_s(void **state)
{
	const struct hf_toy toy = {
		.model = "{\"vocab\": [ [\"a\\\"1\", -19.453949319036038],"
			 "[\"b\",-3.443818130530119425714] , "
			 "[\"vocab\", 1]]}"};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	assert_true(tok_model_score(m, 0) == -19.45394931903604);
	assert_true(tok_model_score(m, 1) == -3.44381813053012);
	assert_true(tok_model_score(m, 2) == 1);
	assert_int_equal(tok_model_find(m, BYTES("a\"1")), 0);
	tok_model_free(m);
}

/* A key of the same name elsewhere is another. */
static void finds_its_vocabulary(void **state)
{
	tok_bytes file = BYTES(
		"{\"version\": \"1.0\", \"x\": {\"model\": {\"vocab\": "
		"[[\"q\", 9]]}}, \"vocab\": 1, \"model\": {\"y\": "
		"{\"vocab\": [[\"z\", 8]]}, \"vocab\": [[\"a\", -7]]}}");
	tok_model *m;

	(void)state;
	assert_ok(tk_import_hf(file, "x", NULL, &m, NULL));
	assert_int_equal(tok_model_n_ids(m), 1);
	assert_true(tok_model_score(m, 0) == -7);
	tok_model_free(m);
}

static void refused(const char *added, const char *model, tok_status status,
		    const char *says)
{
	const struct hf_toy toy = {.added = added, .model = model};

	hf_toy_refused(&toy, status, says);
}

static void bad_pieces(void **state)
{
	static const char *const bad[][2] = {
		{"{\"vocab\": []}", "model.vocab"},
		{"{\"type\": \"Unigram\"}", "model.vocab"},
		{"{\"type\": \"Unigram\", \"vocab\": {\"a\": 1}}",
		 "model.vocab"},
		{"{\"vocab\": [[\"a\"]]}", "piece 0 "},
		{"{\"vocab\": [[\"a\", 1], [\"b\", 1, 2]]}", "piece 1 "},
		{"{\"vocab\": [[1, 1]]}", "piece 0 "},
		{"{\"vocab\": [[\"a\", \"1\"]]}", "piece 0 "},
		{"{\"vocab\": [[\"a\", null]]}", "piece 0 "},
		{"{\"vocab\": [7]}", "piece 0 "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(NULL, bad[i][0], TOK_E_CORRUPT, bad[i][1]);
}

static void long_ones(void **state)
{
	const char *const head = "{\"vocab\": [[\"a\", 0], [\"";
	tok_buf model = {0};
	tok_model *m;

	(void)state;
	for (size_t n = 7999; n <= 8000; n++) {
		struct hf_toy toy = {0};

		model.n = 0;
		assert_ok(tk_buf_text(&model, head));
		for (size_t i = 0; i < n; i++)
			assert_ok(tk_buf_text(&model, "x"));
		assert_ok(tk_buf_append(&model, "\", 0]]}", 7));
		toy.model = (const char *)model.p;
		if (n == 8000) {
			hf_toy_refused(&toy, TOK_E_UNSUPPORTED, "8000 bytes");
			continue;
		}
		m = hf_toy_load(&toy);
		assert_int_equal(tok_model_piece(m, 1).n, 7999);
		tok_model_free(m);
	}
	tok_buf_release(&model);
}

static void bad_tokens(void **state)
{
	static const char *const bad[] = {
		"[7]",
		"[{\"content\": \"x\"}]",
		"[" TOKEN("x", "1", "false") "]",
		"[" TOKEN("x", "true", "null") "]",
		("[{\"single_word\": false, \"lstrip\": false, \"rstrip\": "
		 "false, \"normalized\": false, \"special\": true}]"),
	};
	char token[1300] = "";
	tok_buf added = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		refused(bad[i], NULL, TOK_E_CORRUPT, "added token");
	memset(token, 'x', 1001);
	assert_ok(tk_buf_text(&added, "[{\"content\": \""));
	assert_ok(tk_buf_text(&added, token));
	assert_ok(tk_buf_text(&added, strstr(TOKEN("", "true", "false"),
					     "\", \"single_word")));
	assert_ok(tk_buf_append(&added, "]", 2));
	refused((const char *)added.p, NULL, TOK_E_UNSUPPORTED, "1001 bytes");
	tok_buf_release(&added);
}

/* One more than fits; all of it the same token is one id. */
static void many_tokens(void **state)
{
	enum { MOST = 1 << 14 };
	tok_buf added = {0};

	(void)state;
	assert_ok(tk_buf_text(&added, "["));
	for (int i = 0; i <= MOST; i++) {
		assert_ok(tk_buf_text(&added, i ? "," : ""));
		assert_ok(tk_buf_text(&added, TOKEN("x", "true", "false")));
	}
	assert_ok(tk_buf_append(&added, "]", 2));
	refused((const char *)added.p, NULL, TOK_E_LIMIT, "added tokens");
	tok_buf_release(&added);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const tok_buf *file = ctx;
	tok_model *m;
	tok_status st = tk_import_hf((tok_bytes){file->p, file->n}, "x",
				     alloc, &m, NULL);

	tok_model_free(m);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_buf file = {0};

	(void)state;
	hf_toy_write(&many, &file);
	unit_fail_each(run, &file);
	tok_buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids),
		cmocka_unit_test(scores_are_the_original_s),
		cmocka_unit_test(finds_its_vocabulary),
		cmocka_unit_test(bad_pieces),
		cmocka_unit_test(long_ones),
		cmocka_unit_test(bad_tokens),
		cmocka_unit_test(many_tokens),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("hf_vocab", tests, NULL, NULL);
}
