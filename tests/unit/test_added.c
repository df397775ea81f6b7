/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and spans of the cases are those of tokenizers 0.23.3. */
#include "unit.h"

#include "steps_toy.h"
#include "text/added.h"

#define CHECK(toy, cases) \
	steps_toy_check(toy, cases, sizeof(cases) / sizeof(*(cases)))

static void leftmost_and_longest(void **state)
{
	struct steps_toy toy = {.read = false};
	static const struct steps_toy_case plain[] = {
		{"abcab", "2:abc|1:ab", NULL},
		{"aabbc", "a|1:ab|3:b|c", NULL},
		{"zabz", "z|1:ab|z", NULL},
		{"bcab", "3:b|c|1:ab", NULL},
		{"", "", NULL},
		{"q", "q", NULL},
	};
	static const struct steps_toy_case overlap[] = {
		{"ababab", "1:aba|2:bab", NULL},
		{"abab", "1:aba|b", NULL},
		{"babab", "2:bab|ab", NULL},
	};
	static const struct steps_toy_case longest[] = {
		{"aaa", "1:a|1:a|1:a", NULL},
		{"aaaaa", "2:aaaa|1:a", NULL},
		{"aab", "3:aab", NULL},
		{"aaab", "1:a|3:aab", NULL},
	};

	(void)state;
	steps_toy_add_token(&toy, "ab", 1, 0);
	steps_toy_add_token(&toy, "abc", 2, 0);
	steps_toy_add_token(&toy, "b", 3, 0);
	CHECK(&toy, plain);
	steps_toy_add_token(&toy, "aba", 1, 0);
	steps_toy_add_token(&toy, "bab", 2, 0);
	CHECK(&toy, overlap);
	steps_toy_add_token(&toy, "a", 1, 0);
	steps_toy_add_token(&toy, "aaaa", 2, 0);
	steps_toy_add_token(&toy, "aab", 3, 0);
	CHECK(&toy, longest);
}

static void single_words(void **state)
{
	struct steps_toy toy = {.read = false};
	static const struct steps_toy_case words[] = {
		{"the cat", "1:the| |2:cat", NULL},
		{"thethe", "thethe", NULL},
		{"the", "1:the", NULL},
		{"athe the.", "athe |1:the|.", NULL},
		{"the_the", "the_the", NULL},
		{"\u00E9the the\u00E9", "\u00E9the the\u00E9", NULL},
		{"the\u0301 the-the", "the\u0301 |1:the|-|1:the", NULL},
		{"catthe", "2:cat|the", NULL},
	};
	/* A match that does not count hides others in it. */
	static const struct steps_toy_case hides[] = {
		{"xabc abc", "xabc |1:abc", NULL},
		{"b abcx", "2:b| abcx", NULL},
	};

	(void)state;
	steps_toy_add_token(&toy, "the", 1, TK_ADDED_SINGLE_WORD);
	steps_toy_add_token(&toy, "cat", 2, 0);
	CHECK(&toy, words);
	steps_toy_add_token(&toy, "abc", 1, TK_ADDED_SINGLE_WORD);
	steps_toy_add_token(&toy, "b", 2, 0);
	CHECK(&toy, hides);
}

static void white_space_beside(void **state)
{
	struct steps_toy toy = {.read = false};
	static const struct steps_toy_case left[] = {
		{"a  <m> b", "a|1:  <m>| b", NULL},
		{" <m>", "1: <m>", NULL},
		{"<m> <m>", "1:<m>|1: <m>", NULL},
		{"a\u3000\n<m>", "a|1:\u3000\n<m>", NULL},
	};
	static const struct steps_toy_case right[] = {
		{"a  <m> \t b", "a  |1:<m> \t |b", NULL},
		{"<m> <m> ", "1:<m> |1:<m> ", NULL},
		{"<m>", "1:<m>", NULL},
	};
	/* What one token has taken the next one does not. */
	static const struct steps_toy_case both[] = {
		{"a <m> <m> b <n>", "a|1: <m> |1:<m> |b|2: <n>", NULL},
		{"<m> <n> <m>", "1:<m> |2:<n>|1: <m>", NULL},
	};

	(void)state;
	steps_toy_add_token(&toy, "<m>", 1, TK_ADDED_LSTRIP);
	CHECK(&toy, left);
	steps_toy_add_token(&toy, "<m>", 1, TK_ADDED_RSTRIP);
	CHECK(&toy, right);
	steps_toy_add_token(&toy, "<m>", 1, TK_ADDED_LSTRIP | TK_ADDED_RSTRIP);
	steps_toy_add_token(&toy, "<n>", 2, TK_ADDED_LSTRIP);
	CHECK(&toy, both);
}

/* Each space is a token that takes all others along: would it look at all of
 * them, this would not end. */
static void only_white_space(void **state)
{
	enum { N = 1 << 20 };
	static const unsigned flags[] = {TK_ADDED_LSTRIP, TK_ADDED_RSTRIP};
	uint8_t *text = malloc(N);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', N);
	for (size_t i = 0; i < 2; i++) {
		bool right = flags[i] == TK_ADDED_RSTRIP;
		struct tk_added token = {BYTES(" "), 1, flags[i]};
		struct tk_added_set set = {.token = &token, .n = 1};
		struct tk_parts parts = {.tracks = false};

		assert_true(tk_added_sort(&set));
		assert_ok(tk_added_cut(&set, (tok_bytes){text, N}, 0, N,
				       steps_toy_unicode(), &parts));
		assert_int_equal(parts.n, N);
		assert_int_equal(parts.part[9].begin, 9);
		assert_int_equal(parts.part[9].end, right ? N : 10);
		tk_parts_release(&parts);
	}
	free(text);
}

/* Looked for before and behind the normalizer. */
static void normalized_text(void **state)
{
	static const tok_bytes none = {NULL, 0};
	struct steps_toy toy = {.read = false};
	static const struct steps_toy_case cases[] = {
		{"xAByab", "x|1:ab|y|1:ab", "0-1 1-2 2-3 3-4 4-5 5-6"},
		{"cdCD", "cd|2:CD", NULL},
		{"aB\u0301", "1:ab|\u0301", NULL},
	};

	(void)state;
	steps_toy_add_token(&toy, "ab", 1, TK_ADDED_NORMALIZED);
	steps_toy_add_token(&toy, "CD", 2, 0);
	steps_toy_add(&toy, TK_STEP_LOWERCASE, 0, none, none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, cases);
}

static void sorting(void **state)
{
	struct tk_added token[] = {{BYTES("b"), 1, 0},
				   {BYTES("ab"), 2, 0},
				   {BYTES("\xFF"), 3, 0},
				   {BYTES("a"), 4, 0}};
	struct tk_added_set set = {.token = token, .n = 4};

	(void)state;
	assert_true(tk_added_sort(&set));
	assert_int_equal(token[0].id, 4);
	assert_int_equal(token[1].id, 2);
	assert_int_equal(token[2].id, 1);
	assert_int_equal(token[3].id, 3);
	assert_true(set.first[1] == UINT64_C(3) << ('a' - 64));
	assert_true(set.first[3] == UINT64_C(1) << 63);
	assert_false(set.first[0] || set.first[2]);
	/* Twice the same, or nothing. */
	token[0].text = token[1].text;
	assert_false(tk_added_sort(&set));
	token[0].text = BYTES("");
	assert_false(tk_added_sort(&set));
	set = (struct tk_added_set){.token = token};
	assert_true(tk_added_sort(&set));
}

/* The twin tries every token at every place. */
static void equals_twin(void **state)
{
	uint64_t random = 91;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		uint8_t bytes[12][4], text[24];
		struct tk_added token[12];
		struct tk_added_set set = {.token = token};
		struct tk_parts parts = {.tracks = false};
		size_t n = 1 + unit_below(&random, 12), at = 0, i = 0;
		tok_bytes all = {text, unit_below(&random, 24)};

		for (size_t k = 0; k < n; k++) {
			size_t size = 1 + unit_below(&random, 4);

			for (size_t b = 0; b < size; b++)
				bytes[k][b] = (uint8_t)('a' + unit_below(
								&random, 2));
			token[k] = (struct tk_added){{bytes[k], size},
						     (tok_id)k, 0};
		}
		for (set.n = n; !tk_added_sort(&set);)
			set.n--;
		for (size_t k = 0; k < all.n; k++)
			text[k] = (uint8_t)('a' + unit_below(&random, 3));
		assert_ok(tk_added_cut(&set, all, 0, all.n,
				       steps_toy_unicode(), &parts));
		for (size_t begin = 0; at <= all.n;) {
			const struct tk_added *best = NULL;

			for (size_t k = 0; at < all.n && k < set.n; k++)
				if (token[k].text.n <= all.n - at &&
				    !memcmp(text + at, token[k].text.p,
					    token[k].text.n) &&
				    (!best || token[k].text.n > best->text.n))
					best = &token[k];
			if ((best || at == all.n) && begin < at) {
				assert_int_equal(parts.part[i].id, -1);
				assert_int_equal(parts.part[i].begin, begin);
				assert_int_equal(parts.part[i++].end, at);
			}
			if (best) {
				assert_int_equal(parts.part[i].id, best->id);
				assert_int_equal(parts.part[i++].begin, at);
			}
			at += best ? best->text.n : 1;
			begin = best ? at : begin;
		}
		assert_int_equal(parts.n, i);
		tk_parts_release(&parts);
	}
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_parts parts = {.alloc = alloc};
	tok_bytes text = BYTES("ab ab ab ab ab ab ab ab ab ab ab ab ab ab");
	tok_status st = tk_added_cut(ctx, text, 0, text.n,
				     steps_toy_unicode(), &parts);

	tk_parts_release(&parts);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct tk_added token[] = {{BYTES("ab"), 1, 0}};
	struct tk_added_set set = {.token = token, .n = 1};

	(void)state;
	assert_true(tk_added_sort(&set));
	unit_fail_each(run, &set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leftmost_and_longest),
		cmocka_unit_test(single_words),
		cmocka_unit_test(white_space_beside),
		cmocka_unit_test(only_white_space),
		cmocka_unit_test(normalized_text),
		cmocka_unit_test(sorting),
		cmocka_unit_test(equals_twin),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("added", tests, NULL, NULL);
}
