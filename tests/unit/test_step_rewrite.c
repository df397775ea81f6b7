/* SPDX-License-Identifier: Apache-2.0 */
/* Text and offsets are those of tokenizers 0.23.3, normalizers.*. */
#include "unit.h"

#include "base/utf8.h"
#include "charsmap_toy.h"
#include "steps_toy.h"

static const tok_bytes none = {NULL, 0};

#define CHECK(toy, cases) \
	steps_toy_check(toy, cases, sizeof(cases) / sizeof(*(cases)))

static void nmt(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"a\001b\u200Bc\td\uFEFF\u2581\u00AD\302\217\177",
		 "ab c d  \u00AD",
		 "0-1 2-3 3-6 6-7 7-8 8-9 9-12 12-15 15-17"},
		{"\001\002", "", ""},
		{"\001a", "a", "1-2"},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add(&toy, TK_STEP_NMT, 0, none, none);
	CHECK(&toy, cases);
}

/* Each character of Latin-1 and some more, as the source lists them. */
static void nmt_of_each(void **state)
{
	static const uint16_t gone[] = {0x7F, 0x8F, 0x9F};
	static const uint16_t space[] = {9,	 10,	 12,	 13,	 0x1680,
					 0x200B, 0x200C, 0x200E, 0x200F, 0x2028,
					 0x2029, 0x2581, 0xFEFF, 0xFFFD, 0x200D};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add(&toy, TK_STEP_NMT, 0, none, none);
	for (uint32_t c = 1; c < 0x10000; c++) {
		uint8_t text[4];
		bool goes = (c < 9 || c == 11 || (c > 13 && c < 32));
		bool spaces = false;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		for (size_t i = 0; i < 3; i++)
			goes |= c == gone[i];
		for (size_t i = 0; i < 15; i++)
			spaces |= c == space[i];
		size_t n = tk_utf8_encode(c, text);
		const char *got = steps_toy_parts(&toy, (tok_bytes){text, n});
		if (goes || spaces)
			assert_string_equal(got, spaces ? " " : "");
		else
			assert_memory_equal(got, text, n);
	}
	steps_toy_release(&toy);
}

static void lower_case_and_accents(void **state)
{
	static const struct steps_toy_case lower[] = {
		{"\u0130I\u03A3A\u1E9E", "i\u0307i\u03C3a\u00DF",
		 "0-2 0-2 2-3 3-5 5-6 6-9"},
		{"", "", ""},
	};
	static const struct steps_toy_case accents[] = {
		{"e\u0301\u0302a\u0903", "ea", "0-1 5-6"},
		{"\u0301a\u0302", "a", "2-3"},
		{"\u00E9", "\u00E9", "0-2"},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add(&toy, TK_STEP_LOWERCASE, 0, none, none);
	CHECK(&toy, lower);
	steps_toy_add(&toy, TK_STEP_STRIP_ACCENTS, 0, none, none);
	CHECK(&toy, accents);
}

static void strip(void **state)
{
	static const char text[] = " \u3000a b \t";
	static const char *const want[4][2] = {
		{text, "0-1 1-4 4-5 5-6 6-7 7-8 8-9"},
		{"a b \t", "4-5 5-6 6-7 7-8 8-9"},
		{" \u3000a b", "0-1 1-4 4-5 5-6 6-7"},
		{"a b", "4-5 5-6 6-7"}};

	(void)state;
	for (uint32_t i = 0; i < 4; i++) {
		struct steps_toy toy = {.read = false};

		steps_toy_add(&toy, TK_STEP_STRIP, i, none, none);
		assert_string_equal(steps_toy_parts(&toy, tok_bytes_of(text)),
				    want[i][0]);
		assert_string_equal(steps_toy_spans(&toy, tok_bytes_of(text)),
				    want[i][1]);
		assert_string_equal(steps_toy_parts(&toy, BYTES(" \u3000")),
				    i ? "" : " \u3000");
		steps_toy_release(&toy);
	}
}

static void replace(void **state)
{
	static const struct steps_toy_case by_more[] = {
		{"abcababab", "\u00E9xyc\u00E9xy\u00E9xy\u00E9xy",
		 "1-2 1-2 1-2 2-3 4-5 4-5 4-5 6-7 6-7 6-7 8-9 8-9 8-9"},
	};
	static const struct steps_toy_case by_nothing[] = {
		{"abcabd", "cd", "2-3 5-6"},
		{"abab", "", ""},
	};
	static const struct steps_toy_case spaces[] = {
		{"a  b\u3000\t ", "a b ", "0-1 2-3 3-4 8-9"},
	};
	static const struct steps_toy_case runs[] = {
		{"a  b c   d", "a_b c_d", "0-1 2-3 3-4 4-5 5-6 8-9 9-10"},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "ab", "\u00E9xy");
	CHECK(&toy, by_more);
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "ab", "");
	CHECK(&toy, by_nothing);
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "\\s+", " ");
	CHECK(&toy, spaces);
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, " {2,}", "_");
	CHECK(&toy, runs);
}

/* As normalizers.Prepend, and as pre_tokenizers.Metaspace says it. */
static void prepend(void **state)
{
	static const struct steps_toy_case always[] = {
		{"ab", "_ab", "0-1 0-1 1-2"},
		{"_b", "__b", "0-1 0-1 1-2"},
		{"\u00E9", "_\u00E9", "0-2 0-2"},
		{"", "", ""},
	};
	static const struct steps_toy_case missing[] = {
		{"ab", "_ab", NULL},
		{"_b", "_b", NULL},
		{"a<x>b<x>_", "_a|7:<x>|_b|7:<x>|_", NULL},
	};
	static const struct steps_toy_case first[] = {
		{"ab", "_ab", NULL},
		{"_b", "_b", NULL},
		{"a<x>b", "_a|7:<x>|b", NULL},
		{"<x>b", "7:<x>|b", NULL},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_ALWAYS, BYTES("_"),
		      none);
	CHECK(&toy, always);
	steps_toy_add_token(&toy, "<x>", 7, 0);
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_MISSING, BYTES("_"),
		      none);
	CHECK(&toy, missing);
	steps_toy_add_token(&toy, "<x>", 7, 0);
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_FIRST, BYTES("_"),
		      none);
	CHECK(&toy, first);
}

/* pre_tokenizers.ByteLevel, use_regex being false. */
static void byte_level(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"a \u00E9", "a\u0120\u00C3\u00A9", "0-1 1-2 2-4 2-4"},
		{"\u00AD\n\u4E2D\U0001F600",
		 "\u00C2\u0143\u010A\u00E4\u00B8\u0143\u00F0\u0141\u013A\u0122",
		 "0-2 0-2 2-3 3-6 3-6 3-6 6-10 6-10 6-10 6-10"},
		{"x\x7f\x01", "x\u0121\u0101", "0-1 1-2 2-3"},
		{"", "", ""},
	};
	static const struct steps_toy_case prefixed[] = {
		{"a \u00E9", "\u0120a\u0120\u00C3\u00A9",
		 "0-1 0-1 1-2 2-4 2-4"},
		{" \u00E9", "\u0120\u00C3\u00A9", "0-1 1-3 1-3"},
		{"\u00E9", "\u0120\u00C3\u00A9", "0-2 0-2 0-2"},
		{"\na", "\u0120\u010Aa", "0-1 0-1 1-2"},
		{"", "", ""},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add(&toy, TK_STEP_BYTE_LEVEL, 0, none, none);
	CHECK(&toy, cases);
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_MISSING, BYTES(" "),
		      none);
	steps_toy_add(&toy, TK_STEP_BYTE_LEVEL, 0, none, none);
	CHECK(&toy, prefixed);
}

/* normalizers.Precompiled with the same map in the same layout. */
static const struct steps_toy_case mapped[] = {
	{"abc", "abc", "0-1 1-2 2-3"},
	{"e\u0301", "\u00E9", "0-1"},
	/* The shortest key; the rest of the grapheme goes. */
	{"e\u0301\u0302", "\u00E9", "0-1"},
	{"e\u0302\u0301x", "e\u0302'x", "0-1 1-3 3-5 5-6"},
	{"\uFB01b", "fib", "0-3 0-3 3-4"},
	{"a\u00ADb", "ab", "0-1 3-4"},
	{"\u00ADb", "b", "0-2"},
	{"a\u00AD\u00AD", "a", "0-1"},
	{"\u3000a", " a", "0-3 3-4"},
	{"qa", "longa", "0-1 0-1 0-1 0-1 1-2"},
	{"\u1112\u1161\u11ABab", "\u1112\u1161\u11ABab",
	 "0-3 3-6 6-9 9-10 10-11"},
	{"\r\nab", "\r\nab", "0-1 1-2 2-3 3-4"},
	{"\u0301", "'", "0-2"},
	{"f\u00ADq\u00AD\uFB01", "flongfi", "0-1 3-4 3-4 3-4 4-6 6-9 6-9"},
	{"\uFB01\u0302b", "fib", "0-3 3-5 5-6"},
	/* A grapheme of six bytes and more: character by character. */
	{"\uFB01\u0302\u0302b", "fi\u0302\u0302b", "0-3 0-3 3-5 5-7 7-8"},
	{"e\u0301\u0301\u0301z", "e'''z", "0-1 1-3 3-5 5-7 7-8"},
	{"\u00AD\u00ADab", "ab", "0-2 2-4"},
	{"\u0600a b\u0600 \u0600\u0661", "X bXX",
	 "0-2 3-4 4-5 5-7 8-10"},
	{"", "", ""},
};

static void charsmap(void **state)
{
	static const char *const map[][2] = {
		{"ab", "x"},	   {"abc", "yyy"},   {"e\u0301", "\u00E9"},
		{"\uFB01", "fi"},  {"\u00AD", ""},   {"\u3000", " "},
		{"\u0301", "'"},   {"q", "long"},    {"\u0600", "X"}};
	static struct charsmap_toy chars;
	struct steps_toy toy = {.read = false};

	(void)state;
	charsmap_toy_init(&chars);
	for (size_t i = 0; i < sizeof(map) / sizeof(*map); i++)
		charsmap_toy_add(&chars, map[i][0], map[i][1]);
	steps_toy_add(&toy, TK_STEP_CHARSMAP, 0, charsmap_toy_bytes(&chars),
		      none);
	CHECK(&toy, mapped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nmt),
		cmocka_unit_test(nmt_of_each),
		cmocka_unit_test(lower_case_and_accents),
		cmocka_unit_test(strip),
		cmocka_unit_test(replace),
		cmocka_unit_test(prepend),
		cmocka_unit_test(byte_level),
		cmocka_unit_test(charsmap),
	};
	return cmocka_run_group_tests_name("step_rewrite", tests, NULL, NULL);
}
