/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "steps_toy.h"
#include "text/pattern.h"

/* A regular expression, a text, and its parts where each match is isolated,
 * as tokenizers 0.23.3 with its Oniguruma gives them. */
static void finds_what_the_original_finds(void **state)
{
	static const char *const known[][3] = {
		{"\\s+", "a \u3000\302\205b", "a| \u3000\302\205|b"},
		{"\\d", "a1\u0663\u00B2", "a|1|\u0663|\u00B2"},
		{"[\\r\\n]", "a\r\n\tb", "a|\r|\n|\tb"},
		{"[^\\s]+", "ab \u00E9", "ab| |\u00E9"},
		{"[^\\d.]", "1.a", "1.|a"},
		{" {2,}", "a b  c   d", "a b|  |c|   |d"},
		{"x{2}", "xxxxx", "xx|xx|x"},
		{"x{2,3}", "xxxxxxx", "xxx|xxx|x"},
		{"\\.", "a.b", "a|.|b"},
		{"\\$|\\d", "a$1", "a|$|1"},
		{"a|\\s", "ba ", "b|a| "},
		{"[\\[\\]]", "a[b]", "a|[|b|]"},
		{"ab", "abab", "ab|ab"},
		{"\\-", "a-b", "a|-|b"},
		{"\u2581", "a\u2581b", "a|\u2581|b"},
		{"[ \u00E9]+", "x \u00E9 y", "x| \u00E9 |y"},
		{"\\`", "a`b", "a|`|b"},
		{"\\<", "a<b", "a|<|b"},
		{"\\#", "a#", "a|#"},
		{"\\_", "a_", "a|_"},
		{"[+*?]", "a+*b", "a|+|*|b"},
		{"[.]{1,2}", "a...b", "a|..|.|b"},
		{"\\\u2026", "a\u2026b", "a|\u2026|b"},
		{"\\t", "a\tb", "a|\t|b"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct steps_toy toy = {.read = false};

		steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_ISOLATED,
				      known[i][0], "");
		assert_string_equal(
			steps_toy_parts(&toy, tok_bytes_of(known[i][1])),
			known[i][2]);
		steps_toy_release(&toy);
	}
}

static void refuses_the_rest(void **state)
{
	static const char *const others[] = {
		"",	  ".",	    "a*",    "a?",     "a+?",	"a++",
		"(a)",	  "(?i)a",  "^a",    "a$",     "\\w+",	"\\b",
		"\\p{L}", "\\P{L}", "\\S",   "\\D",    "\\x41", "\\u0041",
		"[a-z]",  "[-a]",   "[a&&b]", "[[:alpha:]]", "[]",	"[]a]",
		"[^]",	  "[a",	    "[a\\",  "a|",     "|a",	"a||b",
		"ab|c",	  "a|bc",   "a{",    "a{}",    "a{0}",	"a{0,3}",
		"a{,3}",  "a{3,2}", "a{256}", "a{1,256}", "a{2",	"a{2,",
		"a{2,3",  "a{2}{3}", "a{2}+", "\\",     "a\\",	"\\\\b|",
		"\\A",	  "\\z",    "\\1",   "\\\u00E9", "a{99999999999}",
		"\xff+",  "[\xff]",
	};
	tok_buf p = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		p.n = 0;
		if (!tk_pattern_add_regex(&p, tok_bytes_of(others[i])))
			fail_msg("\"%s\" is accepted", others[i]);
	}
	/* A NUL ends nothing. */
	assert_int_equal(tk_pattern_add_regex(&p, BYTES("a\0.*")),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(tk_pattern_add_regex(&p, BYTES("\0")),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(tk_pattern_add_regex(&p, BYTES("[\0]")),
			 TOK_E_UNSUPPORTED);
	tok_buf_release(&p);
}

/* 64 characters of a set, and one more. */
static void sets_have_a_limit(void **state)
{
	char set[68] = "[";
	tok_buf p = {0};

	(void)state;
	for (size_t i = 1; i <= 65; i++)
		set[i] = (char)('a' + i % 26);
	set[66] = ']';
	assert_int_equal(tk_pattern_add_regex(&p, tok_bytes_of(set)),
			 TOK_E_UNSUPPORTED);
	set[65] = ']';
	set[66] = '\0';
	assert_ok(tk_pattern_add_regex(&p, tok_bytes_of(set)));
	assert_true(tk_pattern_valid((tok_bytes){p.p, p.n}));
	tok_buf_release(&p);
}

/* Whatever is accepted is a valid pattern. */
static void any_text(void **state)
{
	static const char pick[] = "ab|[]^\\sd+{2,3}. $";
	uint64_t random = 81;
	tok_buf p = {0};
	size_t n_good = 0;

	(void)state;
	for (int round = 0; round < 200000; round++) {
		char text[12];
		size_t n = unit_below(&random, sizeof(text));
		tok_bytes regex = {(uint8_t *)text, n};

		for (size_t i = 0; i < n; i++)
			text[i] = pick[unit_below(&random, sizeof(pick) - 1)];
		p.n = 0;
		if (tk_pattern_add_regex(&p, regex))
			continue;
		n_good++;
		assert_true(tk_pattern_valid((tok_bytes){p.p, p.n}));
	}
	assert_in_range(n_good, 1000, 100000);
	tok_buf_release(&p);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_buf p = {.alloc = alloc};
	tok_status st = tk_pattern_add_regex(&p, *(const tok_bytes *)ctx);

	tok_buf_release(&p);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_bytes many = BYTES("[abcdefghijkl]|\\s+|\\d{1,3}|[^\\s]+|x|y|z");
	tok_bytes plain = BYTES("plain");

	(void)state;
	unit_fail_each(run, &many);
	unit_fail_each(run, &plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_the_original_finds),
		cmocka_unit_test(refuses_the_rest),
		cmocka_unit_test(sets_have_a_limit),
		cmocka_unit_test(any_text),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
