/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and spans are those of tokenizers 0.23.3. */
#include "unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "hf_toy.h"
#include "model/hf_steps.h"
#include "tok/segment.h"

/* The kinds and arguments of the steps, as "0:1 9:0". */
static void check_steps(const struct hf_toy *toy, const char *want)
{
	tok_model *m = hf_toy_load(toy);
	tok_buf got = {0};

	for (size_t i = 0; i < m->steps.n_steps + m->steps.n_decoders; i++) {
		bool decoder = i >= m->steps.n_steps;
		const struct tk_step *s =
			decoder ? &m->steps.decoder[i - m->steps.n_steps]
				: &m->steps.step[i];
		char text[64];

		(void)snprintf(text, sizeof(text), "%s%d:%u%s%.*s",
			       i ? decoder && i == m->steps.n_steps ? " / "
								    : " "
				 : "",
			       s->kind, s->arg,
			       s->kind == TK_STEP_PREPEND ? "=" : "",
			       s->kind == TK_STEP_PREPEND ? (int)s->a.n : 0,
			       (const char *)s->a.p);
		assert_ok(tk_buf_text(&got, text));
	}
	assert_ok(tk_buf_append(&got, "", 1));
	assert_string_equal((const char *)got.p, want);
	tok_buf_release(&got);
	tok_model_free(m);
}

static void normalizers(void **state)
{
	static const char *const known[][2] = {
		{"null", "9:0"},
		{"{\"type\": \"NFC\"}", "0:0 9:0"},
		{"{\"type\": \"NFD\"}", "0:1 9:0"},
		{"{\"type\": \"NFKC\"}", "0:2 9:0"},
		{"{\"type\": \"NFKD\"}", "0:3 9:0"},
		{"{\"type\": \"Nmt\"}", "1:0 9:0"},
		{"{\"type\": \"Lowercase\"}", "2:0 9:0"},
		{"{\"type\": \"StripAccents\"}", "3:0 9:0"},
		{"{\"type\": \"Strip\", \"strip_left\": true, "
		 "\"strip_right\": false}", "4:1 9:0"},
		{"{\"type\": \"Strip\", \"strip_left\": false, "
		 "\"strip_right\": true}", "4:2 9:0"},
		{"{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, "
		 "\"content\": \"b\"}", "6:0 9:0"},
		{"{\"type\": \"Replace\", \"pattern\": {\"Regex\": "
		 "\" {2,}\"}, \"content\": \"\"}", "6:0 9:0"},
		{"{\"type\": \"Prepend\", \"prepend\": \"x\"}", "7:0=x 9:0"},
		{"{\"type\": \"Prepend\", \"prepend\": \"\"}", "9:0"},
		{"{\"type\": \"Sequence\", \"normalizers\": []}", "9:0"},
		{"{\"type\": \"Sequence\", \"normalizers\": [{\"type\": "
		 "\"NFC\"}, {\"type\": \"Sequence\", \"normalizers\": "
		 "[{\"type\": \"Nmt\"}]}, {\"type\": \"Lowercase\"}]}",
		 "0:0 1:0 2:0 9:0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct hf_toy toy = {.normalizer = known[i][0]};

		check_steps(&toy, known[i][1]);
	}
}

#define METASPACE "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\""

#define SPLIT(regex, how, invert) \
	"{\"type\": \"Split\", \"pattern\": {\"Regex\": \"" regex "\"}, " \
	"\"behavior\": \"" how "\", \"invert\": " invert "}"
#define SPLIT_LINES(how, invert) \
	SPLIT("[^\\\\n]*\\\\n+|[^\\\\n]+", how, invert)
#define SPLIT_BLANKS(how, invert) \
	SPLIT(" ?[^ \\\\t\\\\r\\\\n]+|[ \\\\t]+(?= [^ \\\\t\\\\r\\\\n])|" \
	      "[ \\\\t]+|[\\\\r\\\\n]+", how, invert)

static void pre_tokenizers(void **state)
{
	static const char *const known[][2] = {
		{METASPACE "}", "9:0 6:0 7:1=\u2581 8:3"},
		{METASPACE ", \"prepend_scheme\": \"first\"}",
		 "9:0 6:0 7:2=\u2581 8:3"},
		{METASPACE ", \"prepend_scheme\": \"never\"}", "9:0 6:0 8:3"},
		{METASPACE ", \"add_prefix_space\": false}", "9:0 6:0 8:3"},
		{METASPACE ", \"split\": false}", "9:0 6:0 7:1=\u2581"},
		{"{\"type\": \"WhitespaceSplit\"}", "9:0 8:0"},
		{"{\"type\": \"Whitespace\"}", "9:0 8:8"},
		{"{\"type\": \"Digits\", \"individual_digits\": true}",
		 "9:0 8:1"},
		{"{\"type\": \"Digits\", \"individual_digits\": false}",
		 "9:0 8:4"},
		{"{\"type\": \"Punctuation\"}", "9:0 8:1"},
		{"{\"type\": \"Punctuation\", \"behavior\": "
		 "\"MergedWithPrevious\"}", "9:0 8:2"},
		{"{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\s+\"},"
		 " \"behavior\": \"Contiguous\", \"invert\": true}",
		 "9:0 8:12"},
		{"{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"-\"}",
		 "9:0 8:0"},
		{"{\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": "
		 "\"WhitespaceSplit\"}, " METASPACE "}]}",
		 "9:0 8:0 6:0 7:1=\u2581 8:3"},
		{SPLIT_LINES("Isolated", "false"), "9:0 15:0"},
		{SPLIT_BLANKS("Isolated", "false"), "9:0 15:1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct hf_toy toy = {.pre_tokenizer = known[i][0]};

		check_steps(&toy, known[i][1]);
	}
}

static void decoders(void **state)
{
	static const char *const known[][2] = {
		{METASPACE ", \"prepend_scheme\": \"always\"}", "9:0 / 10:1"},
		{METASPACE ", \"prepend_scheme\": \"never\"}", "9:0 / 10:0"},
		{"{\"type\": \"ByteFallback\"}", "9:0 / 11:0"},
		{"{\"type\": \"Fuse\"}", "9:0 / 12:0"},
		{"{\"type\": \"Strip\", \"content\": \" \", \"start\": 1, "
		 "\"stop\": 2}", "9:0 / 13:131073"},
		{"{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, "
		 "\"content\": \" \"}", "9:0 / 6:0"},
		{"{\"type\": \"Sequence\", \"decoders\": []}", "9:0 / 12:0"},
		{"null", "9:0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct hf_toy toy = {.decoder = known[i][0]};

		check_steps(&toy, known[i][1]);
	}
}

/* Where a dummy prefix goes. */
static void metaspace(void **state)
{
	static const char added[] =
		"[{\"id\": 6, \"content\": \"<x>\", \"single_word\": false, "
		"\"lstrip\": false, \"rstrip\": false, \"normalized\": "
		"false, \"special\": false}]";
	static const char *const scheme[] = {
		METASPACE ", \"prepend_scheme\": \"always\"}",
		METASPACE ", \"prepend_scheme\": \"first\"}",
		METASPACE ", \"prepend_scheme\": \"never\"}"};
	static const char *const known[][4] = {
		{"ab a", "5:0-1 2:1-2 5:2-4", "5:0-1 2:1-2 5:2-4",
		 "3:0-2 5:2-4"},
		{"\u2581" "ab", "5:0-4 2:4-5", "5:0-4 2:4-5", "5:0-4 2:4-5"},
		{"a<x>b<x>\u2581", "5:0-1 6:1-4 4:4-5 2:4-5 6:5-8 4:8-11",
		 "5:0-1 6:1-4 2:4-5 6:5-8 4:8-11",
		 "1:0-1 6:1-4 2:4-5 6:5-8 4:8-11"},
		{" a", "5:0-2", "5:0-2", "5:0-2"},
		{"<x>a <x>", "6:0-3 5:3-4 4:4-5 6:5-8",
		 "6:0-3 1:3-4 4:4-5 6:5-8", "6:0-3 1:3-4 4:4-5 6:5-8"},
		{"", "", "", ""},
	};

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		const struct hf_toy toy = {.added = added,
					   .pre_tokenizer = scheme[k]};
		tok_model *m = hf_toy_load(&toy);

		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			assert_string_equal(
				hf_toy_ids(m, tok_bytes_of(known[i][0]),
					   TOK_SPANS_PEER),
				known[i][1 + k]);
		tok_model_free(m);
	}
}

static void what_cannot_be(void **state)
{
	static const char *const normalizer[][2] = {
		{"{\"type\": \"BertNormalizer\"}", "\"BertNormalizer\""},
		{"{\"type\": \"ByteLevel\"}", "normalizer \"ByteLevel\""},
		{"{}", "without a type"},
		{"{\"type\": \"Replace\", \"pattern\": {\"Regex\": "
		 "\"(a|b)*\"}, \"content\": \"\"}", "\"(a|b)*\""},
	};
	static const char *const pre_tokenizer[][2] = {
		{SPLIT_LINES("Isolated", "true"), "\"[^\\n]*"},
		{SPLIT_BLANKS("Removed", "false"), "(?="},
		{"{\"type\": \"BertPreTokenizer\"}", "BertPreTokenizer"},
		{"{\"type\": \"UnicodeScripts\"}", "UnicodeScripts"},
		{"{\"type\": \"Split\", \"pattern\": {\"Regex\": \"\\\\w\"}, "
		 "\"behavior\": \"Removed\", \"invert\": false}", "\\w"},
	};
	static const char *const decoder[][2] = {
		{"{\"type\": \"WordPiece\"}", "decoder \"WordPiece\""},
		{"{\"type\": \"BPEDecoder\"}", "BPEDecoder"},
		{"{\"type\": \"CTC\"}", "CTC"},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		const struct hf_toy a = {.normalizer = normalizer[i][0]};

		hf_toy_refused(&a, TOK_E_UNSUPPORTED, normalizer[i][1]);
	}
	for (size_t i = 0; i < 5; i++) {
		const struct hf_toy b = {.pre_tokenizer = pre_tokenizer[i][0]};

		hf_toy_refused(&b, TOK_E_UNSUPPORTED, pre_tokenizer[i][1]);
	}
	for (size_t i = 0; i < 3; i++) {
		const struct hf_toy c = {.decoder = decoder[i][0]};

		hf_toy_refused(&c, TOK_E_UNSUPPORTED, decoder[i][1]);
	}
}

/* A string of 4,092 bytes is the longest pattern. */
static void patterns_have_an_end(void **state)
{
	static const char form[] =
		"{\"type\": \"Replace\", \"pattern\": {\"String\": "
		"\"%0*d\"}, \"content\": \"\"}";
	char json[5000];
	const struct hf_toy toy = {.normalizer = json};

	(void)state;
	(void)snprintf(json, sizeof(json), form, 4092, 0);
	tok_model_free(hf_toy_load(&toy));
	(void)snprintf(json, sizeof(json), form, 4093, 0);
	hf_toy_refused(&toy, TOK_E_UNSUPPORTED, "has the pattern \"000");
}

static void what_is_damaged(void **state)
{
	static const char *const normalizer[] = {
		"{\"type\": \"Strip\", \"strip_left\": true}",
		"{\"type\": \"Strip\", \"strip_left\": 1, "
		"\"strip_right\": true}",
		"{\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}}",
		"{\"type\": \"Replace\", \"content\": \"a\"}",
		"{\"type\": \"Replace\", \"content\": \"a\", \"pattern\": "
		"{\"String\": \"\"}}",
		"{\"type\": \"Prepend\"}",
		"{\"type\": \"Precompiled\", \"precompiled_charsmap\": "
		"\"?\"}",
		"{\"type\": \"Precompiled\"}",
		"{\"type\": \"Precompiled\", \"precompiled_charsmap\": "
		"\"AAAAAAAA\"}",
		"{\"type\": \"Sequence\"}",
	};
	static const char *const pre_tokenizer[] = {
		"{\"type\": \"Metaspace\"}",
		"{\"type\": \"Metaspace\", \"replacement\": \"ab\"}",
		METASPACE ", \"prepend_scheme\": \"last\"}",
		METASPACE ", \"prepend_scheme\": 1}",
		METASPACE ", \"prepend_scheme\": \"first\", "
			  "\"add_prefix_space\": false}",
		"{\"type\": \"Digits\"}",
		"{\"type\": \"Punctuation\", \"behavior\": \"isolated\"}",
		"{\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, "
		"\"behavior\": \"Removed\"}",
		"{\"type\": \"Split\", \"pattern\": {\"String\": \"a\"}, "
		"\"invert\": false}",
		"{\"type\": \"CharDelimiterSplit\", \"delimiter\": \"ab\"}",
	};
	static const char *const decoder[] = {
		METASPACE ", \"prepend_scheme\": \"last\"}",
		"{\"type\": \"Strip\", \"content\": \"ab\", \"start\": 1, "
		"\"stop\": 2}",
		"{\"type\": \"Strip\", \"content\": \"a\", \"start\": 65536, "
		"\"stop\": 2}",
		"{\"type\": \"Replace\", \"pattern\": \"a\"}",
	};

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		const struct hf_toy a = {.normalizer = normalizer[i]};
		const struct hf_toy b = {.pre_tokenizer = pre_tokenizer[i]};

		hf_toy_refused(&a, TOK_E_CORRUPT, "normalizer");
		hf_toy_refused(&b, TOK_E_CORRUPT, "pre-tokenizer");
	}
	for (size_t i = 0; i < 4; i++) {
		const struct hf_toy c = {.decoder = decoder[i]};

		hf_toy_refused(&c, TOK_E_CORRUPT, "decoder");
	}
}

static void nesting_is_limited(void **state)
{
	tok_buf text = {0};

	(void)state;
	for (int i = 0; i < 18; i++)
		assert_ok(tk_buf_text(&text, "{\"type\": \"Sequence\", "
					     "\"normalizers\": ["));
	for (int i = 0; i < 18; i++)
		assert_ok(tk_buf_text(&text, "]}"));
	assert_ok(tk_buf_append(&text, "", 1));
	const struct hf_toy toy = {.normalizer = (const char *)text.p};
	hf_toy_refused(&toy, TOK_E_CORRUPT, "Sequence");
	tok_buf_release(&text);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_hf_reading r = {.path = "x",
				  .alloc = alloc,
				  .root = ctx,
				  .draft = {.steps.alloc = alloc,
					    .decoders.alloc = alloc}};
	tok_status st = tk_hf_read_steps(&r);

	tk_steps_draft_release(&r.draft);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tk_json *root;

	(void)state;
	assert_ok(tk_json_parse(
		BYTES("{\"normalizer\": {\"type\": \"Sequence\", "
		      "\"normalizers\": [{\"type\": \"Precompiled\", "
		      "\"precompiled_charsmap\": \"AAAA\"}, {\"type\": "
		      "\"Replace\", \"pattern\": {\"String\": \"a\"}, "
		      "\"content\": \"b\"}, {\"type\": \"Prepend\", "
		      "\"prepend\": \"x\"}]}, \"pre_tokenizer\": {\"type\": "
		      "\"Sequence\", \"pretokenizers\": [{\"type\": "
		      "\"Whitespace\"}, " METASPACE "}]}, \"decoder\": "
		      METASPACE "}}"),
		&root, NULL));
	unit_fail_each(run, root);
	tk_json_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normalizers),
		cmocka_unit_test(pre_tokenizers),
		cmocka_unit_test(decoders),
		cmocka_unit_test(metaspace),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(patterns_have_an_end),
		cmocka_unit_test(what_is_damaged),
		cmocka_unit_test(nesting_is_limited),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("hf_steps", tests, NULL, NULL);
}
