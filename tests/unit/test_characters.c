/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <ctype.h>

#include <unicode/uchar.h>

#include "steps_toy.h"
#include "text/characters.h"

static unsigned classes_of(uint32_t c)
{
	unsigned all = 0;

	for (unsigned bit = 1; bit < TK_CHAR_ALL; bit *= 2)
		if (tk_char_is(c, bit, steps_toy_unicode()))
			all |= bit;
	return all;
}

/* ASCII takes a way of its own. */
static void ascii(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++) {
		unsigned want = 0;

		if (isspace(c))
			want |= TK_CHAR_SPACE;
		if (isdigit(c))
			want |= TK_CHAR_NUMERIC | TK_CHAR_DIGIT;
		if (ispunct(c))
			want |= TK_CHAR_PUNCT;
		if (isalnum(c) || c == '_')
			want |= TK_CHAR_WORD;
		assert_int_equal(classes_of((uint32_t)c), want);
	}
}

static void beyond_ascii(void **state)
{
	static const struct {
		uint32_t c;
		unsigned classes;
	} known[] = {
		{0x85, TK_CHAR_SPACE},
		{0xA0, TK_CHAR_SPACE},
		{0x2028, TK_CHAR_SPACE},
		{0x3000, TK_CHAR_SPACE},
		{0x200B, 0}, /* a format control since Unicode 4.0.1 */
		{0x180E, 0}, /* the same since 6.3 */
		{0xBD, TK_CHAR_NUMERIC},
		{0xB2, TK_CHAR_NUMERIC},
		{0x663, TK_CHAR_NUMERIC | TK_CHAR_DIGIT | TK_CHAR_WORD},
		{0x2163, TK_CHAR_NUMERIC | TK_CHAR_WORD}, /* Nl, Alphabetic */
		{0x56DB, TK_CHAR_WORD}, /* four: a letter */
		{0xE9, TK_CHAR_WORD},
		{0xA1, TK_CHAR_PUNCT},
		{0x20AC, 0}, /* a symbol */
		{0x203F, TK_CHAR_PUNCT | TK_CHAR_WORD}, /* Pc */
		{0x200D, TK_CHAR_WORD},			/* Join_Control */
		{0x301, TK_CHAR_MARK | TK_CHAR_WORD},
		{0x903, TK_CHAR_MARK | TK_CHAR_WORD},
		{0x20E3, TK_CHAR_MARK | TK_CHAR_WORD},
		{0x1F600, 0},
		{0x378, 0}, /* no character */
		{0xE000, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		assert_int_equal(classes_of(known[i].c), known[i].classes);
}

/* What the tables of the original's crates do not know, or still do. */
static void old_tables(void **state)
{
	const struct tk_unicode now = steps_toy_unicode();

	(void)state;
	/* Punctuation of Unicode 9.0 is none, of 8.0 some. */
	assert_false(tk_char_is(0x2E43, TK_CHAR_PUNCT, now));
	assert_true(tk_char_is(0x2E42, TK_CHAR_PUNCT, now));
	/* Have changed their category since. */
	assert_true(tk_char_is(0x166D, TK_CHAR_PUNCT, now));
	assert_true(tk_char_is(0x111C9, TK_CHAR_PUNCT, now));
	assert_false(tk_char_is(0x111C9, TK_CHAR_MARK, now));
	assert_true(tk_char_is(0x1CF2, TK_CHAR_MARK, now));
	assert_true(tk_char_is(0x1CF3, TK_CHAR_MARK, now));
	/* A mark of 9.0 and one of 10.0. */
	assert_true(tk_char_is(0x1DFB, TK_CHAR_MARK, now));
	assert_false(tk_char_is(0x1DF6, TK_CHAR_MARK, now));
	assert_true(tk_char_is(0x1DF6, TK_CHAR_WORD, now));
}

/* The version of the model limits them, whatever ICU knows. */
static void versions(void **state)
{
	const struct tk_unicode five = {5, 0}, five_one = {5, 1};

	(void)state;
	assert_true(tk_char_known('a', (struct tk_unicode){1, 1}));
	assert_false(tk_char_known(0x20AC, (struct tk_unicode){2, 0}));
	assert_true(tk_char_known(0x20AC, (struct tk_unicode){2, 1}));
	assert_true(tk_char_known(0x20AC, (struct tk_unicode){3, 0}));
	assert_false(tk_char_known(0x378, steps_toy_unicode()));
	/* U+1E9E and U+A620 (a digit) are of 5.1. */
	assert_false(tk_char_is(0x1E9E, TK_CHAR_WORD, five));
	assert_true(tk_char_is(0x1E9E, TK_CHAR_WORD, five_one));
	assert_false(tk_char_is(0xA620, TK_CHAR_DIGIT, five));
	assert_true(tk_char_is(0xA620, TK_CHAR_DIGIT | TK_CHAR_NUMERIC,
			       five_one));
	/* A mark of 5.1, where the version is older than the table. */
	assert_false(tk_char_is(0x487, TK_CHAR_MARK, five));
	assert_true(tk_char_is(0x487, TK_CHAR_MARK, five_one));
}

static void check_lower(uint32_t c, uint32_t want)
{
	uint32_t to[2];

	assert_int_equal(tk_char_lower(c, steps_toy_unicode(), to), 1);
	assert_int_equal(to[0], want);
}

static void lower_case(void **state)
{
	uint32_t to[2];

	(void)state;
	for (uint32_t c = 0; c < 0x80; c++)
		check_lower(c, (uint32_t)tolower((int)c));
	check_lower(0xC9, 0xE9);
	check_lower(0x3A3, 0x3C3); /* final or not */
	check_lower(0x1E9E, 0xDF);
	check_lower(0x212A, 'k');
	check_lower(0x10400, 0x10428);
	check_lower(0x4E00, 0x4E00);
	assert_int_equal(tk_char_lower(0x130, steps_toy_unicode(), to), 2);
	assert_int_equal(to[0], 'i');
	assert_int_equal(to[1], 0x307);
	/* Younger than the version: stays. */
	assert_int_equal(tk_char_lower(0x1E9E, (struct tk_unicode){5, 0}, to),
			 1);
	assert_int_equal(to[0], 0x1E9E);
}

/* Every character: a set of classes is the union of each. */
static void sets(void **state)
{
	const struct tk_unicode now = steps_toy_unicode();

	(void)state;
	for (uint32_t c = 0; c < 0x20000; c++) {
		unsigned in = classes_of(c);

		assert_int_equal(tk_char_is(c, TK_CHAR_ALL, now), in != 0);
		assert_int_equal(tk_char_is(c, 0, now), 0);
		assert_int_equal(tk_char_is(c, TK_CHAR_SPACE | TK_CHAR_DIGIT,
					    now),
				 (in & (TK_CHAR_SPACE | TK_CHAR_DIGIT)) != 0);
		/* All digits are numbers and of words. */
		if (in & TK_CHAR_DIGIT)
			assert_true((in & TK_CHAR_NUMERIC) &&
				    (in & TK_CHAR_WORD));
		if (u_isalpha((UChar32)c))
			assert_true(in & TK_CHAR_WORD);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii),    cmocka_unit_test(beyond_ascii),
		cmocka_unit_test(old_tables), cmocka_unit_test(versions),
		cmocka_unit_test(lower_case), cmocka_unit_test(sets),
	};
	return cmocka_run_group_tests_name("characters", tests, NULL, NULL);
}
