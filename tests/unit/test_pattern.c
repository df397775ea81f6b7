/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "base/utf8.h"
#include "steps_toy.h"
#include "text/pattern.h"

static tok_bytes bytes_of(const tok_buf *b)
{
	return (tok_bytes){b->p, b->n};
}

/* The first match from `at` on is [begin, end); none is [n, n). */
static void check(const tok_buf *pattern, tok_bytes text, size_t at,
		  size_t begin, size_t end)
{
	size_t got_end = 0;

	assert_true(tk_pattern_valid(bytes_of(pattern)));
	assert_int_equal(tk_pattern_find(bytes_of(pattern), text, at,
					 steps_toy_unicode(), &got_end),
			 begin);
	assert_int_equal(got_end, end);
}

static void a_string(void **state)
{
	tok_buf p = {0};

	(void)state;
	assert_ok(tk_pattern_add_string(&p, BYTES("aab")));
	assert_int_equal(p.n, 8);
	check(&p, BYTES("aaab"), 0, 1, 4);
	check(&p, BYTES("aabaab"), 0, 0, 3);
	check(&p, BYTES("aabaab"), 1, 3, 6);
	check(&p, BYTES("aa"), 0, 2, 2);
	check(&p, BYTES("aabaa"), 3, 5, 5);
	check(&p, BYTES(""), 0, 0, 0);
	check(&p, BYTES("xaab"), 4, 4, 4);
	p.n = 0;
	assert_ok(tk_pattern_add_string(&p, BYTES("\0x")));
	check(&p, BYTES("x\0\0xx"), 0, 2, 4);
	tok_buf_release(&p);
}

static void runs(void **state)
{
	const uint32_t single[] = {'x', 0x4E00};
	struct tk_run_of run = {TK_CHAR_DIGIT, single, 2, false, 2, 3};
	tok_buf p = {0};

	(void)state;
	assert_ok(tk_pattern_add_run(&p, &run));
	check(&p, BYTES("1a12b"), 0, 2, 4);
	check(&p, BYTES("12345"), 0, 0, 3);
	check(&p, BYTES("12345"), 3, 3, 5);
	check(&p, BYTES("1234"), 3, 4, 4);
	check(&p, BYTES("ax\u4E00\u0663"), 0, 1, 7);
	p.n = 0;
	run.negated = true;
	run.most = 0;
	assert_ok(tk_pattern_add_run(&p, &run));
	check(&p, BYTES("1a\u00e9bx"), 0, 1, 5);
	check(&p, BYTES("a1b1"), 0, 4, 4);
	tok_buf_release(&p);
}

/* At one place the first that matches, be it shorter; but the leftmost. */
static void alternatives(void **state)
{
	const struct tk_run_of letters = {TK_CHAR_WORD, NULL, 0, false, 1, 0};
	tok_buf p = {0};

	(void)state;
	assert_ok(tk_pattern_add_string(&p, BYTES("ab")));
	assert_ok(tk_pattern_add_string(&p, BYTES("abc")));
	check(&p, BYTES("xabc"), 0, 1, 3);
	assert_ok(tk_pattern_add_run(&p, &letters));
	check(&p, BYTES(" xabc"), 0, 1, 5);
	check(&p, BYTES(" abc"), 0, 1, 3);
	tok_buf_release(&p);
}

/* No more than the text: what lies behind belongs to others. */
static void matches_end_with_the_text(void **state)
{
	const struct tk_run_of digits = {TK_CHAR_DIGIT, NULL, 0, false, 1, 0};
	tok_buf p = {0};

	(void)state;
	assert_ok(tk_pattern_add_string(&p, BYTES("abc")));
	check(&p, (tok_bytes){(const uint8_t *)"abc", 2}, 0, 2, 2);
	p.n = 0;
	assert_ok(tk_pattern_add_run(&p, &digits));
	check(&p, (tok_bytes){(const uint8_t *)"x123", 3}, 0, 1, 3);
	tok_buf_release(&p);
}

struct any {
	bool string;
	uint8_t text[4];
	size_t n;
	uint32_t single[2];
	struct tk_run_of run;
};

static void random_pattern(uint64_t *random, struct any *a)
{
	a->string = unit_below(random, 3) == 0;
	a->n = 1 + unit_below(random, 3);
	for (size_t i = 0; i < a->n; i++)
		a->text[i] = (uint8_t)("ab1 "[unit_below(random, 4)]);
	a->single[0] = (uint32_t)("ab1 "[unit_below(random, 4)]);
	a->single[1] = 0xE9;
	a->run = (struct tk_run_of){
		.classes = (unsigned)unit_below(random, 3) * 2,
		.single = a->single,
		.n_singles = unit_below(random, 3),
		.negated = unit_below(random, 2),
		.least = 1 + (uint32_t)unit_below(random, 3),
	};
	if (unit_below(random, 2))
		a->run.most = a->run.least + (uint32_t)unit_below(random, 3);
}

static bool holds(const struct any *a, uint32_t c)
{
	bool in = tk_char_is(c, a->run.classes, steps_toy_unicode());

	for (size_t i = 0; i < a->run.n_singles; i++)
		in |= a->single[i] == c;
	return in != a->run.negated;
}

/* The twin: how far one alternative goes. */
static size_t go(const struct any *a, tok_bytes text, size_t at)
{
	size_t end = at, n = 0;
	uint32_t c;

	if (a->string) {
		for (size_t i = 0; i < a->n; i++)
			if (at + i >= text.n || text.p[at + i] != a->text[i])
				return at;
		return at + a->n;
	}
	while (end < text.n && (!a->run.most || n < a->run.most)) {
		size_t size = tk_utf8_decode(
			(tok_bytes){text.p + end, text.n - end}, &c);

		if (!holds(a, c))
			break;
		end += size;
		n++;
	}
	return n < a->run.least ? at : end;
}

static void equals_twin(void **state)
{
	uint64_t random = 71;
	tok_buf p = {0};

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct any a[3];
		size_t n = 1 + unit_below(&random, 3), size = 0;
		uint8_t text[32];

		p.n = 0;
		for (size_t i = 0; i < n; i++) {
			random_pattern(&random, &a[i]);
			if (a[i].string)
				assert_ok(tk_pattern_add_string(
					&p, (tok_bytes){a[i].text, a[i].n}));
			else
				assert_ok(tk_pattern_add_run(&p, &a[i].run));
		}
		for (size_t i = unit_below(&random, 14); i; i--)
			size += tk_utf8_encode(
				(uint32_t[]){'a', 'b', '1', ' ',
					     0xE9}[unit_below(&random, 5)],
				text + size);
		tok_bytes all = {text, size};
		size_t at = 0, end = size;
		for (; at < size; at++) {
			end = at;
			for (size_t i = 0; end == at && i < n; i++)
				if ((text[at] & 0xC0) != 0x80)
					end = go(&a[i], all, at);
			if (end > at)
				break;
		}
		check(&p, all, 0, at, at < size ? end : size);
	}
	tok_buf_release(&p);
}

static void bad_patterns(void **state)
{
	const struct tk_run_of good = {TK_CHAR_ALL, NULL, 0, true, 255, 255};
	tok_buf p = {0};
	/* classes, singles, negated, least, most */
	static const uint32_t bad[][5] = {
		{TK_CHAR_ALL + 1, 0, 0, 1, 1}, {1, 0, 0, 0, 1},
		{1, 0, 0, 256, 0},	       {1, 0, 0, 2, 1},
		{1, 1, 0, 1, 1},	       {1, 1025, 0, 1, 1},
		{1, UINT32_MAX, 0, 1, 1}};

	(void)state;
	assert_false(tk_pattern_valid((tok_bytes){NULL, 0}));
	assert_ok(tk_pattern_add_run(&p, &good));
	assert_ok(tk_pattern_add_string(&p, BYTES("abcde")));
	assert_true(tk_pattern_valid(bytes_of(&p)));
	for (size_t n = 0; n < p.n; n++)
		assert_int_equal(tk_pattern_valid((tok_bytes){p.p, n}),
				 n == 24);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		tk_put32(p.p, 0);
		for (size_t k = 0; k < 5; k++)
			tk_put32(p.p + 4 + 4 * k, bad[i][k]);
		assert_false(tk_pattern_valid((tok_bytes){p.p, 24}));
	}
	tk_put32(p.p, UINT32_MAX);
	assert_false(tk_pattern_valid((tok_bytes){p.p, 24}));
	/* What is no UTF-8 would match inside of characters. */
	p.n = 0;
	assert_ok(tk_pattern_add_string(&p, BYTES("a\xA9")));
	assert_false(tk_pattern_valid(bytes_of(&p)));
	tok_buf_release(&p);
}

/* What is called valid is never left: sanitizers look on. */
static void hostile_patterns(void **state)
{
	const uint32_t single[] = {'a', 'b'};
	const struct tk_run_of run = {TK_CHAR_DIGIT, single, 2, false, 1, 2};
	uint64_t random = 72;
	tok_buf p = {0};
	size_t n_valid = 0;

	(void)state;
	assert_ok(tk_pattern_add_run(&p, &run));
	assert_ok(tk_pattern_add_string(&p, BYTES("abcde")));
	for (int round = 0; round < 20000; round++) {
		size_t n = p.n - unit_below(&random, 3) / 2 * 4, end;
		uint8_t *copy = malloc(n);

		memcpy(copy, p.p, n);
		for (size_t i = unit_below(&random, 4); i; i--)
			copy[unit_below(&random, n)] =
				(uint8_t)(unit_random(&random) & 15);
		if (tk_pattern_valid((tok_bytes){copy, n})) {
			n_valid++;
			for (size_t at = 0; at < 8; at = end)
				(void)tk_pattern_find(
					(tok_bytes){copy, n},
					BYTES("xab1abcd"), at,
					steps_toy_unicode(), &end);
		}
		free(copy);
	}
	assert_in_range(n_valid, 100, 19999);
	tok_buf_release(&p);
}

static tok_status run_once(const tok_alloc *alloc, void *ctx)
{
	const uint32_t single[] = {'a', 'b'};
	const struct tk_run_of run = {TK_CHAR_DIGIT, single, 2, false, 1, 2};
	tok_buf p = {.alloc = alloc};
	tok_status st = tk_pattern_add_string(&p, *(const tok_bytes *)ctx);

	for (int i = 0; !st && i < 20; i++)
		st = tk_pattern_add_run(&p, &run);
	tok_buf_release(&p);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_bytes text = BYTES("a string of some length, longer than others");

	(void)state;
	unit_fail_each(run_once, &text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_string),
		cmocka_unit_test(runs),
		cmocka_unit_test(alternatives),
		cmocka_unit_test(matches_end_with_the_text),
		cmocka_unit_test(equals_twin),
		cmocka_unit_test(bad_patterns),
		cmocka_unit_test(hostile_patterns),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
