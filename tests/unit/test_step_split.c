/* SPDX-License-Identifier: Apache-2.0 */
/* Parts are those of tokenizers 0.23.3, pre_tokenizers.Split. */
#include "unit.h"

#include "steps_toy.h"
#include "tok/model.h"

/* For each way the parts of a text, and those with invert. */
static void check(const char *pattern, const char *text,
		  const char *const want[TK_N_SPLITS][2])
{
	for (uint32_t how = 0; how < TK_N_SPLITS; how++)
		for (uint32_t invert = 0; invert < 2; invert++) {
			struct steps_toy toy = {.read = false};

			steps_toy_add_pattern(
				&toy, TK_STEP_SPLIT,
				how | (invert ? TK_SPLIT_INVERT : 0), pattern,
				"");
			assert_string_equal(
				steps_toy_parts(&toy, tok_bytes_of(text)),
				want[how][invert]);
			steps_toy_release(&toy);
		}
}

static void at_a_string(void **state)
{
	static const char *const many[TK_N_SPLITS][2] = {
		{"a|b|c", "-|-|-|-"},
		{"a|-|-|b|-|c|-", "a|-|-|b|-|c|-"},
		{"a-|-|b-|c-", "a|-|-b|-c|-"},
		{"a|-|-b|-c|-", "a-|-|b-|c-"},
		{"a|--|b|-|c|-", "a|--|b|-|c|-"},
	};
	static const char *const alone[TK_N_SPLITS][2] = {
		{"", "-|-"}, {"-|-", "-|-"}, {"-|-", "-|-"},
		{"-|-", "-|-"}, {"--", "--"}};
	static const char *const nowhere[TK_N_SPLITS][2] = {
		{"abc", ""},	{"abc", "abc"}, {"abc", "abc"},
		{"abc", "abc"}, {"abc", "abc"}};
	static const char *const nothing[TK_N_SPLITS][2] = {
		{"", ""}, {"", ""}, {"", ""}, {"", ""}, {"", ""}};

	(void)state;
	check("=-", "a--b-c-", many);
	check("=-", "--", alone);
	check("=-", "abc", nowhere);
	check("=-", "", nothing);
}

static void at_an_expression(void **state)
{
	static const char *const space[TK_N_SPLITS][2] = {
		{"x1234|aab12b1", " "},
		{"x1234| |aab12b1", "x1234| |aab12b1"},
		{"x1234 |aab12b1", "x1234| aab12b1"},
		{"x1234| aab12b1", "x1234 |aab12b1"},
		{"x1234| |aab12b1", "x1234| |aab12b1"},
	};
	static const char *const mixed[TK_N_SPLITS][2] = {
		{"x|4 |1", "123|a|a|b|12|b"},
		{"x|123|4 |a|a|b|12|b|1", "x|123|4 |a|a|b|12|b|1"},
		{"x123|4 a|a|b|12|b|1", "x|1234 |a|a|b|12|b1"},
		{"x|1234 |a|a|b|12|b1", "x123|4 a|a|b|12|b|1"},
		{"x|123|4 |aab12b|1", "x|123|4 |aab12b|1"},
	};

	(void)state;
	check("\\s+", "x1234 aab12b1", space);
	check("\\d{2,3}|[ab]", "x1234 aab12b1", mixed);
}

/* Added tokens are not cut, and nothing is joined across them; parts are cut
 * each by itself. */
static void added_tokens_stay(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"a-<->-b--c", "a|-|1:<->|-b|-|-c", NULL},
		{"<-><->-", "1:<->|1:<->|-", NULL},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_token(&toy, "<->", 1, 0);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_WITH_NEXT, "=-",
			      "");
	steps_toy_check(&toy, cases, 2);
}

/* One cut after the other. */
static void again_and_again(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"ab1, c2", "ab|1|,|c|2", "0-1 1-2 2-3 3-4 4-5 5-6 6-7"},
		{" , ", ",", NULL},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "\\s",
			      "");
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_ISOLATED, "\\d",
			      "");
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_ISOLATED, ",|\\.",
			      "");
	steps_toy_check(&toy, cases, 2);
}

/* Whatever is not removed tiles the text. */
static void parts_tile(void **state)
{
	static const char pick[] = "ab- 1";
	uint64_t random = 101;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		uint32_t how = (uint32_t)(1 + unit_below(&random, 4));
		struct steps_toy toy = {.read = false};
		char text[24], *out = text;
		size_t n = unit_below(&random, sizeof(text));

		for (size_t i = 0; i < n; i++)
			text[i] = pick[unit_below(&random, 5)];
		if (unit_below(&random, 2))
			how |= TK_SPLIT_INVERT;
		steps_toy_add_pattern(&toy, TK_STEP_SPLIT, how,
				      "\\d|[ab]{2}|-+", "");
		const char *got = steps_toy_parts(
			&toy, (tok_bytes){(uint8_t *)text, n});
		for (; *got; got++)
			if (*got != '|')
				assert_int_equal(*out++, *got);
		assert_int_equal(out - text, n);
		steps_toy_release(&toy);
	}
}

/* By the expressions of split_regex.c. */
static void own_splits(void **state)
{
	static const struct steps_toy_case lines[] = {
		{"ab  c\t d\n\n e\r\n", "ab  c\t d\n\n| e\r\n", NULL},
		{"\n\na", "\n\n|a", "0-1 1-2 2-3"},
		{"a\n\nb\n", "a\n\n|b\n", NULL},
	};
	static const struct steps_toy_case blanks[] = {
		{"ab  c\t d\n\n e\r\n", "ab| | c|\t| d|\n\n| e|\r\n", NULL},
		{" \t x  ", " \t| x|  ", NULL},
		{"\u00E9 \u4E2D\t\t\u7684", "\u00E9| \u4E2D|\t\t|\u7684",
		 "0-2 2-3 3-6 6-7 7-8 8-11"},
	};
	/* A part ends where it ends: no word takes its last space. */
	static const struct steps_toy_case inside[] = {
		{"a -b - c", "a| |b| | c", NULL}};
	struct steps_toy toy = {.read = false};
	const tok_bytes none = {NULL, 0};

	(void)state;
	steps_toy_add(&toy, TK_STEP_OWN_SPLIT, TOK_SPLIT_NONE, none, none);
	steps_toy_check(&toy, lines, 3);
	steps_toy_add(&toy, TK_STEP_OWN_SPLIT, TOK_SPLIT_SPACE, none, none);
	steps_toy_check(&toy, blanks, 3);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "=-", "");
	steps_toy_add(&toy, TK_STEP_OWN_SPLIT, TOK_SPLIT_SPACE, none, none);
	steps_toy_check(&toy, inside, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_a_string),
		cmocka_unit_test(at_an_expression),
		cmocka_unit_test(added_tokens_stay),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(parts_tile),
		cmocka_unit_test(own_splits),
	};
	return cmocka_run_group_tests_name("step_split", tests, NULL, NULL);
}
