/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/units.h"

enum { MAX = 200 };

/* A text, and of each of its positions the units before it. */
struct sample {
	uint8_t p[4 * MAX + 4];
	size_t n;
	uint64_t units[2][4 * MAX + 5]; /* code points, UTF-16 */
};

static void add(struct sample *s, const char *bytes, uint64_t utf16)
{
	size_t n = strlen(bytes);
	uint64_t code = s->units[0][s->n], wide = s->units[1][s->n];

	for (size_t i = 0; i < n; i++) {
		s->p[s->n++] = (uint8_t)bytes[i];
		s->units[0][s->n] = code + 1;
		s->units[1][s->n] = wide + utf16;
	}
}

/* Characters of every length, and bytes that are none behind them, each of
 * which is followed by what it cannot form a character with. */
static void make(struct sample *s, uint64_t *random)
{
	static const char *const character[] = {
		"a", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
		"\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"};
	static const char *const none[] = {"\x80", "\xC1", "\xE2", "\xF0",
					   "\xF5", "\xFF"};

	s->n = 0;
	s->units[0][0] = s->units[1][0] = 0;
	for (size_t k = unit_below(random, MAX); k; k--) {
		size_t i = unit_below(random, 6);

		if (unit_below(random, 3)) {
			add(s, character[i], i >= 4 ? 2 : 1);
			continue;
		}
		add(s, none[i], 1);
		add(s, "b", 1);
	}
}

static void positions_count_what_begins_before(void **state)
{
	static struct sample s;
	uint64_t random = 3;

	(void)state;
	for (int round = 0; round < 300; round++) {
		make(&s, &random);
		tok_bytes text = {s.p, s.n};

		for (int k = 0; k < 2; k++) {
			tok_span span[4 * MAX + 5];

			for (size_t i = 0; i <= s.n; i++)
				span[i] = (tok_span){i / 2, i};
			assert_int_equal(
				tk_units_convert(text, k ? TOK_UNIT_UTF16
							 : TOK_UNIT_CODEPOINT,
						 span, s.n + 1),
				s.units[k][s.n]);
			for (size_t i = 0; i <= s.n; i++) {
				assert_int_equal(span[i].begin,
						 s.units[k][i / 2]);
				assert_int_equal(span[i].end, s.units[k][i]);
			}
		}
	}
}

/* White space that two tokens take: one ends before the one before it. */
static void ends_may_fall(void **state)
{
	const tok_bytes text = BYTES("\u00E9x\U0001F600  \u00E9");
	tok_span span[] = {{0, 9}, {7, 8}, {8, 9}, {9, 11}};

	(void)state;
	assert_int_equal(tk_units_convert(text, TOK_UNIT_UTF16, span, 4), 7);
	assert_true(span[0].begin == 0 && span[0].end == 6);
	assert_true(span[1].begin == 4 && span[1].end == 5);
	assert_true(span[2].begin == 5 && span[2].end == 6);
	assert_true(span[3].begin == 6 && span[3].end == 7);
}

static void bytes_stay(void **state)
{
	tok_span span = {1, 4};

	(void)state;
	assert_int_equal(tk_units_convert(BYTES("\xF0\x9F\x98\x80x"),
					  TOK_UNIT_BYTE, &span, 1), 5);
	assert_int_equal(span.begin, 1);
	assert_int_equal(span.end, 4);
}

/* Surrogates, what is overlong, what is cut: a unit a byte. */
static void bytes_of_no_character_count_one_each(void **state)
{
	static const char *const text[] = {
		"\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80", "\xE2\x96",
		"\xF0\x9F\x98", "\x80\x80"};

	(void)state;
	for (size_t i = 0; i < 6; i++)
		for (int k = TOK_UNIT_CODEPOINT; k <= TOK_UNIT_UTF16; k++)
			assert_int_equal(
				tk_units_convert(tok_bytes_of(text[i]),
						 (tok_unit)k, NULL, 0),
				strlen(text[i]));
	assert_int_equal(tk_units_convert(BYTES(""), TOK_UNIT_UTF16, NULL, 0),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(positions_count_what_begins_before),
		cmocka_unit_test(ends_may_fall),
		cmocka_unit_test(bytes_stay),
		cmocka_unit_test(bytes_of_no_character_count_one_each),
	};
	return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
