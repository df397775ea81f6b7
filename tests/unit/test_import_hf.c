/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "hf_toy.h"
#include "model/import_hf.h"
#include "tok/segment.h"

#define TOKEN(content, special, normalized) \
	"{\"id\": 99, \"content\": \"" content "\", " \
	"\"single_word\": false, \"lstrip\": false, \"rstrip\": false, " \
	"\"normalized\": " normalized ", \"special\": " special "}"

static const struct hf_toy full = {
	.added = "[" TOKEN("<s>", "true", "false") ", "
		 TOKEN("<N>", "false", "true") "]",
	.normalizer = "{\"type\": \"Lowercase\"}",
	.pre_tokenizer = "{\"type\": \"Metaspace\", \"replacement\": "
			 "\"\u2581\"}",
	.post_processor = "{\"type\": \"BertProcessing\", \"sep\": [\"a\", "
			  "1], \"cls\": [\"<s>\", 6]}",
	.decoder = "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\"}",
};

static void is_a_model(void **state)
{
	tok_model *m = hf_toy_load(&full);

	(void)state;
	assert_int_equal(tok_model_n_ids(m), 8);
	assert_int_equal(tok_model_split(m), TOK_SPLIT_STEPS);
	assert_int_equal(tok_model_normalize(m), TOK_NORMALIZE_STEPS);
	assert_int_equal(tok_model_kind(m, 6), TOK_KIND_CONTROL);
	assert_int_equal(tok_model_kind(m, 7), TOK_KIND_ADDED);
	assert_int_equal(tok_model_control(m, "bos"), 6);
	assert_int_equal(tok_model_control(m, "eos"), -1);
	assert_int_equal(tok_model_lossless(m), 0);
	/* Tokens are looked for as the normalizer makes them. */
	assert_string_equal(hf_toy_ids(m, BYTES("AB<n> a<s>"), 0),
			    "5 2 7 5 6");
	assert_string_equal(hf_toy_ids(m, BYTES("<S>"), 0), "4 0");
	assert_string_equal(hf_toy_decode(m, "5 2 7 5 6"), "ab<n> a");
	tok_model_free(m);
}

/* Saved and loaded it is the same. */
static void goes_through_a_file(void **state)
{
	char *dir = unit_temp_dir(), *path = unit_path(dir, "m.tok");
	tok_model *m = hf_toy_load(&full), *again;
	tok_error err;

	(void)state;
	assert_ok(tok_model_save(m, path, 0, &err));
	assert_ok(tok_model_load(path, NULL, &again, &err));
	tok_digest a = tok_model_fingerprint(m);
	tok_digest b = tok_model_fingerprint(again);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_string_equal(hf_toy_ids(again, BYTES("AB<n> a<s>"), 2),
			    "5:0-1 2:1-2 7:2-5 5:5-7 6:7-10");
	assert_int_equal(again->steps.n_before, 1);
	tok_model_free(m);
	tok_model_free(again);
	free(path);
	unit_remove_dir(dir);
}

/* The rules are of its meaning. */
static void fingerprints_differ(void **state)
{
	struct hf_toy other = full;
	tok_model *m = hf_toy_load(&full), *n;
	tok_digest a = tok_model_fingerprint(m), b;

	(void)state;
	other.normalizer = "{\"type\": \"NFC\"}";
	n = hf_toy_load(&other);
	b = tok_model_fingerprint(n);
	assert_memory_not_equal(&a, &b, sizeof(a));
	tok_model_free(n);
	other.normalizer = full.normalizer;
	other.decoder = NULL;
	n = hf_toy_load(&other);
	b = tok_model_fingerprint(n);
	assert_memory_not_equal(&a, &b, sizeof(a));
	tok_model_free(n);
	tok_model_free(m);
}

static void refused(struct hf_toy toy, tok_status status, const char *says)
{
	hf_toy_refused(&toy, status, says);
}

#define STRIP \
	"{\"type\": \"Strip\", \"strip_left\": true, \"strip_right\": true}"

static void what_cannot_be(void **state)
{
	(void)state;
	refused((struct hf_toy){.model = "{\"type\": \"BPE\", \"vocab\": "
					 "{}}"},
		TOK_E_UNSUPPORTED, "type BPE");
	refused((struct hf_toy){.model = "{\"type\": \"WordPiece\"}"},
		TOK_E_UNSUPPORTED, "WordPiece");
	refused((struct hf_toy){.model = "{}"}, TOK_E_UNSUPPORTED, "(none)");
	refused((struct hf_toy){.model = "{\"vocab\": {\"a\": 1}}"},
		TOK_E_UNSUPPORTED, "(none)");
	refused((struct hf_toy){.model = "[]"}, TOK_E_CORRUPT, "\"model\"");
	refused((struct hf_toy){.model = "{\"vocab\": [[\"a\", 1]], "
					 "\"unk_id\": 1}"},
		TOK_E_CORRUPT, "unk_id");
	refused((struct hf_toy){.model = "{\"vocab\": [[\"a\", 1]], "
					 "\"unk_id\": -1}"},
		TOK_E_CORRUPT, "unk_id");
	refused((struct hf_toy){.model = "{\"vocab\": [[\"a\", 1]], "
					 "\"byte_fallback\": 1}"},
		TOK_E_CORRUPT, "byte_fallback");
	refused((struct hf_toy){.added = "[" TOKEN("y", "true", "true") ","
					 TOKEN(" y", "true", "true") "]",
				.normalizer = STRIP},
		TOK_E_UNSUPPORTED, "the same once they are normalized");
	refused((struct hf_toy){.added = "[" TOKEN(" ", "true", "true") "]",
				.normalizer = STRIP},
		TOK_E_UNSUPPORTED, "id 6 is normalized to nothing");
}

/* A token that each of n - 1 steps makes twice as long. */
static void put_doubling(tok_buf *text, int n)
{
	text->n = 0;
	assert_ok(tk_buf_text(text, "{\"type\": \"Sequence\", "
				    "\"normalizers\": ["));
	for (int i = 0; i < n; i++)
		assert_ok(tk_buf_text(
			text, i ? ",{\"type\": \"Replace\", \"pattern\": "
				  "{\"String\": \"z\"}, \"content\": "
				  "\"zz\"}"
				: "{\"type\": \"NFC\"}"));
	assert_ok(tk_buf_append(text, "]}", 3));
}

/* Loading does not, either: 2^14 bytes are the most. */
static void tokens_do_not_explode(void **state)
{
	struct hf_toy toy = {.added = "[" TOKEN("z", "true", "true") "]"};
	tok_buf text = {0};

	(void)state;
	put_doubling(&text, 15);
	toy.normalizer = (const char *)text.p;
	tok_model_free(hf_toy_load(&toy));
	for (int n = 16; n <= 100; n += 84) {
		put_doubling(&text, n);
		toy.normalizer = (const char *)text.p;
		refused(toy, TOK_E_LIMIT, "too long");
	}
	tok_buf_release(&text);
}

static void other_files(void **state)
{
	static const struct {
		const char *text, *says;
		tok_status status;
	} bad[] = {
		{"{\"version\": \"2.0\", \"model\": {}}", "version 2.0",
		 TOK_E_UNSUPPORTED},
		{"{\"version\": \"1.0\"}", "\"model\"", TOK_E_CORRUPT},
		{"{\"version\": \"1.0\"", "JSON", TOK_E_CORRUPT},
		{"{\"version\": \"1.0\"} x", "JSON", TOK_E_CORRUPT},
		{"[]", "\"model\"", TOK_E_CORRUPT},
		{"", "JSON", TOK_E_CORRUPT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		tok_error err;
		tok_model *m;

		assert_int_equal(tk_import_hf(tok_bytes_of(bad[i].text),
					      "x.json", NULL, &m, &err),
				 bad[i].status);
		assert_null(m);
		assert_non_null(strstr(err.text, "x.json"));
		assert_non_null(strstr(err.text, bad[i].says));
	}
}

static void every_truncation(void **state)
{
	tok_buf file = {0};
	tok_model *m;

	(void)state;
	hf_toy_write(&full, &file);
	for (size_t n = 0; n < file.n; n++)
		assert_int_equal(tk_import_hf((tok_bytes){file.p, n}, "x",
					      NULL, &m, NULL),
				 TOK_E_CORRUPT);
	tok_buf_release(&file);
}

static void sniffing(void **state)
{
	static const char *const its[] = {
		"{\"version\": \"1.0\"", " {\n \"version\"", "{\"model\": {",
		"{\"truncation\": null", "{\"added_tokens\": ["};
	static const char *const others[] = {
		"", "{", "{\"", "{\"version", "{}", "[\"version\"]",
		"{\"versions\": 1", "{\"AA==\": [3, \"\", 1]}", "version",
		"{\"text\": \"version\"}"};
	tok_buf file = {0};
	tok_model *m;

	(void)state;
	for (size_t i = 0; i < sizeof(its) / sizeof(*its); i++) {
		assert_true(tk_hf_sniff(tok_bytes_of(its[i])));
		assert_true(tok_model_sniff(tok_bytes_of(its[i])));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(tk_hf_sniff(tok_bytes_of(others[i])));
	assert_false(tk_hf_sniff(BYTES("\0{\"version\"")));
	hf_toy_write(&full, &file);
	assert_ok(tok_model_parse((tok_bytes){file.p, file.n}, NULL, &m,
				  NULL));
	tok_model_free(m);
	tok_buf_release(&file);
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
	hf_toy_write(&full, &file);
	unit_fail_each(run, &file);
	tok_buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_a_model),
		cmocka_unit_test(goes_through_a_file),
		cmocka_unit_test(fingerprints_differ),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(tokens_do_not_explode),
		cmocka_unit_test(other_files),
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(sniffing),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("import_hf", tests, NULL, NULL);
}
