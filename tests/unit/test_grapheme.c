/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <unicode/ubrk.h>
#include <unicode/ustring.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "steps_toy.h"
#include "text/grapheme.h"

/* Text in which "|" stands where one cluster ends and the next one begins. */
static void check(const char *cut)
{
	tok_buf text = {0};
	size_t at = 0;

	for (const char *s = cut; *s; s++)
		if (*s != '|')
			assert_ok(tk_buf_append(&text, s, 1));
	tok_bytes all = {text.p, text.n};
	for (const char *s = cut; *s; s += *s == '|') {
		size_t n = strcspn(s, "|");
		size_t end = tk_grapheme_end(all, at, steps_toy_unicode());

		assert_int_equal(end - at, n);
		at = end;
		s += n;
	}
	assert_int_equal(at, text.n);
	tok_buf_release(&text);
}

/* Rules GB3 to GB5, GB9 to GB9b. */
static void controls_and_marks(void **state)
{
	(void)state;
	check("a|b|c");
	check("\r\n");
	check("\n|\r");
	check("\r|\r\n|\n");
	check("\r|a");
	check("\r|\u0301");
	check("a|\r\n|b");
	check("a\u0301|b");
	check("e\u0301\u0302|x");
	check("\u0301|a");
	check("\n|\u0301");
	check("\u200B|\u0301"); /* a control, too */
	check("\u0915\u093E|x"); /* a spacing mark */
	check("\u0600\u0661|\u0662"); /* one that goes before */
	check("\u0600a|b");
	check("\u0600\u0600 |b");
	check("\u0600|\n");
	check("a\u200D|b");
}

static void hangul(void **state)
{
	(void)state;
	check("\u1100\u1161\u11A8");
	check("\u1100\u1100\u1161\u1161\u11A8\u11A8|\u1100");
	check("\uAC00\u11A8|\u1100");
	check("\uAC00\u1161\u11A8");
	check("\uAC01\u11A8|\u1161");
	check("\u11A8|\u1161");
	check("\u1161|\u1100\uAC00");
	check("\uD55C|\uAE00");
	check("\u1100|a|\u1161");
}

/* Rules GB12 and GB13: pairs from the first one on. */
static void flags(void **state)
{
	(void)state;
	check("\U0001F1E9\U0001F1EA|\U0001F1EB\U0001F1F7");
	check("\U0001F1E9\U0001F1EA|\U0001F1EB");
	check("a|\U0001F1E9\U0001F1EA|a");
	check("\U0001F1E9\u0301|\U0001F1EA\U0001F1EB");
	check("\U0001F1E9\U0001F1EA\u0301|\U0001F1EB\U0001F1F7|"
	      "\U0001F1E9\U0001F1EA");
}

/* Rule GB11. */
static void emoji(void **state)
{
	(void)state;
	check("\U0001F469\u200D\U0001F469\u200D\U0001F467|a");
	check("\U0001F469\U0001F3FD\u200D\u2764\uFE0F\u200D\U0001F469");
	check("\U0001F469|\U0001F469");
	check("\U0001F469\u200D|a");
	check("a\u200D|\U0001F469");
	check("\U0001F469\u200D\u200D|\U0001F469");
	check("\U0001F469\u200D\u0301|\U0001F469");
	check("1\uFE0F\u20E3|2");
	check("\u00A9\u200D\U0001F469");
}

/* Rule GB9c, of Unicode 15.1: also where ICU's iterator does not have it. */
static void conjuncts(void **state)
{
	(void)state;
	check("\u0915\u094D\u0937");
	check("\u0915\u094D\u200D\u0937|\u0937");
	check("\u0915\u093C\u094D\u0937");
	check("\u0915\u094D\u094D\u0937");
	check("\u0915\u094D|a");
	check("\u0915|\u0937");
	check("a\u094D|\u0937");
	check("\u0915\u200D|\u0937");
	check("\u0995\u09CD\u09B7"); /* Bengali */
	check("\u0A95\u0ACD\u0AB7"); /* Gujarati */
	check("\u0C15\u0C4D\u0C37"); /* Telugu */
	check("\u0D15\u0D4D\u0D37"); /* Malayalam */
	check("\u0B95\u0BCD|\u0BB7"); /* not Tamil */
	check("\u0C95\u0CCD|\u0CB7"); /* not Kannada */
	check("\u0A15\u0A4D|\u0A16"); /* not Gurmukhi */
}

/* A modifier of Unicode 8.0 and a mark of 9.0 are none before; where there is
 * no character yet, a default may say that one will extend. */
static void versions(void **state)
{
	const struct tk_unicode seven = {7, 0}, eight = {8, 0};
	const tok_bytes text = BYTES("\U0001F469\U0001F3FD\u1DFB");

	(void)state;
	assert_int_equal(tk_grapheme_end(text, 0, seven), 4);
	assert_int_equal(tk_grapheme_end(text, 0, eight), 8);
	assert_int_equal(tk_grapheme_end(text, 0, (struct tk_unicode){9, 0}),
			 11);
	/* U+E0FFF is unassigned, and a control by default. */
	assert_int_equal(tk_grapheme_end(BYTES("a\U000E0FFF"), 0, seven), 1);
}

/* The begin of text may be anywhere: only `at` counts. */
static void from_the_middle(void **state)
{
	const tok_bytes text = BYTES("\U0001F1E9\U0001F1EA\U0001F1EB\r\n");

	(void)state;
	assert_int_equal(tk_grapheme_end(text, 4, steps_toy_unicode()), 12);
	assert_int_equal(tk_grapheme_end(text, 12, steps_toy_unicode()), 14);
	assert_int_equal(tk_grapheme_end(text, 13, steps_toy_unicode()), 14);
}

/* The oracle: ICU's iterator, on text without conjuncts. */
static void equals_icu(void **state)
{
	static const uint32_t pick[] = {
		'a',	 '\r',	  '\n',	   ' ',	    0x301,   0x200D,  0x200B,
		0x1F469, 0x1F3FD, 0x1F1E9, 0x1F1EA, 0x1100,  0x1161,  0x11A8,
		0xAC00,	 0xAC01,  0x600,   0x93E,   0x2764,  0xFE0F,  0xE9,
		0xA9,	 0x4E00,  0xE33,   0x1F600, 0xE0020, 0x110BD, 0x20E3};
	UErrorCode code = U_ZERO_ERROR;
	UBreakIterator *it = ubrk_open(UBRK_CHARACTER, "en", NULL, 0, &code);
	uint64_t random = 61;

	(void)state;
	assert_true(U_SUCCESS(code));
	for (int round = 0; round < 20000; round++) {
		uint8_t text[4 * 16];
		UChar wide[2 * 16];
		size_t n = 0, n_chars = 1 + unit_below(&random, 15), at = 0;
		int32_t n_wide = 0;

		for (size_t i = 0; i < n_chars; i++) {
			uint32_t c = pick[unit_below(
				&random, sizeof(pick) / sizeof(*pick))];

			n += tk_utf8_encode(c, text + n);
		}
		u_strFromUTF8(wide, 32, &n_wide, (const char *)text,
			      (int32_t)n, &code);
		ubrk_setText(it, wide, n_wide, &code);
		for (int32_t end; (end = ubrk_next(it)) != UBRK_DONE;) {
			int32_t size;

			u_strToUTF8(NULL, 0, &size, wide, end, &code);
			code = U_ZERO_ERROR;
			at = tk_grapheme_end((tok_bytes){text, n}, at,
					     steps_toy_unicode());
			assert_int_equal(at, size);
		}
		assert_int_equal(at, n);
	}
	ubrk_close(it);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controls_and_marks),
		cmocka_unit_test(hangul),
		cmocka_unit_test(flags),
		cmocka_unit_test(emoji),
		cmocka_unit_test(conjuncts),
		cmocka_unit_test(versions),
		cmocka_unit_test(from_the_middle),
		cmocka_unit_test(equals_icu),
	};
	return cmocka_run_group_tests_name("grapheme", tests, NULL, NULL);
}
