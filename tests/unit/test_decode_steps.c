/* SPDX-License-Identifier: Apache-2.0 */
/* Text is that of tokenizers 0.23.3, skip_special_tokens. */
#include "unit.h"

#include "base/buf.h"
#include "hf_toy.h"
#include "segment/decode_steps.h"
#include "tok/segment.h"

#define TOKEN(content, special, normalized) \
	"{\"id\": 99, \"content\": \"" content "\", " \
	"\"single_word\": false, \"lstrip\": false, \"rstrip\": false, " \
	"\"normalized\": " normalized ", \"special\": " special "}"

static const char added[] = "[" TOKEN("<S>", "true", "false") ", "
			    TOKEN("<N>", "false", "true") "]";
static const char model[] =
	"{\"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], [\"\u2581" "a\", -1], "
	"[\"b\u2581" "c\", -1], [\"<0xC3>\", -4], [\"<0xA9>\", -5], "
	"[\"\u2581\", -3], [\"zzazz\", -1], [\"<0x41>\", -1], "
	"[\"<0xe2>\", -1]]}";

#define CHECK(decoder, known) \
	check(decoder, NULL, known, sizeof(known) / sizeof(*(known)))

static void check(const char *decoder, const char *normalizer,
		  const char *const known[][2], size_t n)
{
	const struct hf_toy toy = {.added = added,
				   .normalizer = normalizer,
				   .decoder = decoder,
				   .model = model};
	tok_model *m = hf_toy_load(&toy);

	for (size_t i = 0; i < n; i++)
		assert_string_equal(hf_toy_decode(m, known[i][0]),
				    known[i][1]);
	tok_model_free(m);
}

/* Without a decoder, spaces between strings. */
static void no_decoder(void **state)
{
	static const char *const known[][2] = {
		{"1 2", "\u2581" "a b\u2581" "c"},
		{"5 1", "\u2581 \u2581" "a"},
		{"1 9 2", "\u2581" "a b\u2581" "c"},
		{"3 4", "<0xC3> <0xA9>"},
		{"0 1", "<unk> \u2581" "a"},
		{"", ""},
		{"9", ""},
	};
	static const char *const empty[][2] = {
		{"1 2", "\u2581" "ab\u2581" "c"}};

	(void)state;
	CHECK(NULL, known);
	CHECK("{\"type\": \"Sequence\", \"decoders\": []}", empty);
	CHECK("{\"type\": \"Fuse\"}", empty);
}

#define METASPACE \
	"{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", " \
	"\"prepend_scheme\": "

/* Nothing for the first string's, all of them; special ones do not count. */
static void metaspace(void **state)
{
	static const char *const always[][2] = {
		{"1 2", "ab c"},	{"5 1", " a"}, {"1 9 2", "ab c"},
		{"9 1", "a"},	        {"5 5", " "},  {"10 1", "<N> a"},
		{"3 4", "<0xC3><0xA9>"}, {"", ""},
	};
	static const char *const never[][2] = {
		{"1 2", " ab c"}, {"5 1", "  a"}, {"5 5", "  "}};
	static const char *const lower[][2] = {{"10 1", "<n> a"}};

	(void)state;
	CHECK(METASPACE "\"always\"}", always);
	CHECK(METASPACE "\"first\"}", always);
	CHECK(METASPACE "\"never\"}", never);
	/* An added token shows as it was normalized. */
	check(METASPACE "\"always\"}", "{\"type\": \"Lowercase\"}", lower, 1);
}

/* Bytes in a row are a text, or U+FFFD each. */
static void byte_fallback(void **state)
{
	static const char *const known[][2] = {
		{"3 4", "\u00E9"},
		{"3", "\uFFFD"},
		{"3 3 4", "\uFFFD\uFFFD\uFFFD"},
		{"1 3 4 2", "\u2581" "a\u00E9" "b\u2581" "c"},
		{"7", "A"},
		{"8 4", "\uFFFD\uFFFD"},
		{"4 3 4 7", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"3 9 4", "\u00E9"},
		{"3 6 4", "\uFFFDzzazz\uFFFD"},
		{"", ""},
	};

	(void)state;
	CHECK("{\"type\": \"ByteFallback\"}", known);
}

#define STRIP(start, stop) \
	"{\"type\": \"Strip\", \"content\": \"z\", \"start\": " start \
	", \"stop\": " stop "}"

static void replace_and_strip(void **state)
{
	static const char *const string[][2] = {{"1 2", " ab c"},
						{"5 1", "  a"}};
	static const char *const regex[][2] = {{"6 6", "-a--a-"}};
	static const char *const front[][2] = {{"6 6", "zazzzazz"}};
	static const char *const both[][2] = {{"6 6", "azaz"}};
	static const char *const back[][2] = {{"6 6", "zaza"},
					      {"1", "\u2581" "a"}};

	(void)state;
	CHECK("{\"type\": \"Replace\", \"pattern\": {\"String\": \"\u2581\"},"
	      " \"content\": \" \"}", string);
	CHECK("{\"type\": \"Replace\", \"pattern\": {\"Regex\": \"z+\"}, "
	      "\"content\": \"-\"}", regex);
	CHECK(STRIP("1", "0"), front);
	CHECK(STRIP("5", "1"), both);
	CHECK(STRIP("1", "5"), back);
}

static const char llama[] =
	"{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", "
	"\"pattern\": {\"String\": \"\u2581\"}, \"content\": \" \"}, "
	"{\"type\": \"ByteFallback\"}, {\"type\": \"Fuse\"}, {\"type\": "
	"\"Strip\", \"content\": \" \", \"start\": 1, \"stop\": 0}]}";

static void one_after_the_other(void **state)
{
	static const char *const known[][2] = {
		{"1 2", "ab c"}, {"5 1", " a"},	     {"3 4", "\u00E9"},
		{"5 5", " "},	 {"8 4", "\uFFFD\uFFFD"}, {"10 1", "<N> a"},
		{"", ""},	 {"1 3 4 2", "a\u00E9" "b c"}};

	(void)state;
	CHECK(llama, known);
}

static const char spelled[] =
	"{\"unk_id\": null, \"vocab\": [[\"\u0120a\", 0], [\"\u00C3\", 0], "
	"[\"\u00A9\", 0], [\"\u2581\", 0], [\"\u00E2\u0124\", 0], "
	"[\"\u00F0\u0141\u013A\", 0], [\"\u00ED\u0142\u0122\", 0], "
	"[\"\u00E0\u0124\", 0], [\"\u00F4\u0132\u0122\u0122\", 0], "
	"[\"\u00E9\u2581\", 0], [\"b\", 0]]}";

static tok_status run_byte_level(const tok_alloc *alloc, void *ctx)
{
	static const tok_id id[] = {0, 1, 2, 10, 9, 5};
	tok_buf out = {.alloc = alloc};
	tok_status st = tk_decode_steps(ctx, id, 6, &out);

	tok_buf_release(&out);
	return st;
}

/* Bytes in all the strings make characters; U+FFFD for what begins one. */
static void byte_level(void **state)
{
	static const char *const known[][2] = {
		{"0 1 2", " a\u00E9"},
		{"1", "\uFFFD"},
		{"3 10", "\u2581" "b"},
		{"1 10 4", "\uFFFDb\uFFFD"},
		{"4 10", "\uFFFDb"},
		{"5 10", "\uFFFDb"},
		{"6", "\uFFFD\uFFFD\uFFFD"},
		{"7", "\uFFFD\uFFFD"},
		{"8", "\uFFFD\uFFFD\uFFFD\uFFFD"},
		{"9 2", "\u00E9\u2581\uFFFD"},
		{"2 2", "\uFFFD\uFFFD"},
		{"", ""},
	};
	const struct hf_toy toy = {
		.decoder = "{\"type\": \"ByteLevel\", \"add_prefix_space\": "
			   "true, \"trim_offsets\": true}",
		.model = spelled};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_string_equal(hf_toy_decode(m, known[i][0]),
				    known[i][1]);
	unit_fail_each(run_byte_level, m);
	tok_model_free(m);
}

static void texts_do_not_explode(void **state)
{
	static const char twice[] =
		"{\"type\": \"Replace\", \"pattern\": {\"String\": \"z\"}, "
		"\"content\": \"zz\"}";
	static const tok_id z = 6;
	tok_buf text = {0}, out = {0};

	(void)state;
	assert_ok(tk_buf_text(&text, "{\"type\": \"Sequence\", "
				     "\"decoders\": ["));
	for (int i = 0; i < 100; i++) {
		assert_ok(tk_buf_text(&text, i ? "," : ""));
		assert_ok(tk_buf_text(&text, twice));
	}
	assert_ok(tk_buf_append(&text, "]}", 3));
	const struct hf_toy toy = {.decoder = (const char *)text.p,
				   .model = model};
	tok_model *m = hf_toy_load(&toy);
	assert_int_equal(tok_decode(m, &z, 1, &out, NULL), TOK_E_LIMIT);
	assert_int_equal(out.n, 0);
	tok_model_free(m);
	tok_buf_release(&text);
	tok_buf_release(&out);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	static const tok_id id[] = {1, 3, 4, 2, 10, 5, 8, 9, 6, 7, 1, 1};
	tok_buf out = {.alloc = alloc};
	tok_status st = tk_decode_steps(ctx, id, 12, &out);

	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	const struct hf_toy toy = {
		.added = added, .decoder = llama, .model = model};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_decoder),
		cmocka_unit_test(metaspace),
		cmocka_unit_test(byte_fallback),
		cmocka_unit_test(replace_and_strip),
		cmocka_unit_test(one_after_the_other),
		cmocka_unit_test(byte_level),
		cmocka_unit_test(texts_do_not_explode),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("decode_steps", tests, NULL, NULL);
}
