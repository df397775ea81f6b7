/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "charsmap_toy.h"
#include "text/plain.h"

static struct charsmap_toy toy;

static struct tk_sp_form form_of(void)
{
	return (struct tk_sp_form){.charsmap = charsmap_toy_bytes(&toy)};
}

static void without_a_map_all_but_the_space_stays(void **state)
{
	const struct tk_sp_form form = {.add_dummy_prefix = true};
	struct tk_plain plain;

	(void)state;
	tk_plain_find(&plain, &form);
	assert_true(plain.works && plain.printable);
	for (int i = 0; i < 256; i++)
		assert_int_equal(plain.class[i],
				 i == ' '   ? TK_PLAIN_SPACE
				 : i < 0x80 ? TK_PLAIN_STAYS
					    : 0);
}

static void a_map_says_what_stays(void **state)
{
	struct tk_plain plain;
	struct tk_sp_form form;

	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "A", "a");
	charsmap_toy_add(&toy, "ff", "F");
	charsmap_toy_add(&toy, "e\u0301", "\u00E9");
	charsmap_toy_add(&toy, "\t", " ");
	charsmap_toy_add(&toy, "\n", "  ");
	charsmap_toy_add(&toy, "\r", " ");
	charsmap_toy_add(&toy, "\v", " ");
	charsmap_toy_add(&toy, "\v!", " ");
	charsmap_toy_add(&toy, "\f", " ");
	charsmap_toy_add(&toy, "\u00A8\f", " ");
	charsmap_toy_add(&toy, "the", "T");
	charsmap_toy_add(&toy, "\x1C" "ab", "-");
	charsmap_toy_add(&toy, "\x1C", " ");
	form = form_of();
	tk_plain_find(&plain, &form);
	assert_true(plain.works && !plain.printable);
	assert_int_equal(plain.class['A'], 0);
	assert_int_equal(plain.class['f'], 0);
	assert_int_equal(plain.class['t'], 0);
	assert_int_equal(plain.class[0x1C], 0);
	assert_int_equal(plain.class['e'], TK_PLAIN_STAYS);
	assert_int_equal(plain.class['\t'], TK_PLAIN_SPACE);
	assert_int_equal(plain.class['\n'], 0);
	assert_int_equal(plain.class['\r'], TK_PLAIN_SPACE);
	assert_int_equal(plain.class['\v'], 0);
	assert_int_equal(plain.class['\f'], 0);
	assert_int_equal(plain.class[' '], TK_PLAIN_SPACE);
}

static void nothing_is_plain_where_spaces_are_not(void **state)
{
	static const char *const key[] = {" ", " a", "x y", "\u00E9 "};
	const struct tk_sp_form suffix = {.treat_whitespace_as_suffix = true};
	struct tk_plain plain;

	(void)state;
	for (size_t i = 0; i < sizeof(key) / sizeof(*key); i++) {
		charsmap_toy_init(&toy);
		charsmap_toy_add(&toy, key[i], "-");
		struct tk_sp_form form = form_of();
		tk_plain_find(&plain, &form);
		assert_false(plain.works);
	}
	tk_plain_find(&plain, &suffix);
	assert_false(plain.works);
}

static void symbols_are_not_plain(void **state)
{
	const struct tk_sp_form form = {.add_dummy_prefix = true};
	struct tk_plain plain;

	(void)state;
	tk_plain_find(&plain, &form);
	tk_plain_exclude(&plain, BYTES("<sep>"));
	assert_true(plain.works && !plain.printable);
	assert_int_equal(plain.class['<'], 0);
	assert_int_equal(plain.class['s'], TK_PLAIN_STAYS);
	tk_plain_exclude(&plain, BYTES("a b"));
	assert_false(plain.works);
}

/* They would take what follows into their last character. */
static void nothing_is_plain_beside_what_is_cut_off(void **state)
{
	static const struct {
		const char *text;
		bool works;
	} some[] = {
		{"\xF0\x9F\x98\x80", true}, {"\xA9", true},
		{"a\x96\x81", true}, {"\xC3", false}, {"a\xE2\x96", false},
		{"\xFF" "ab", false}, {"\xF0\x9F\x98", false},
		{"\xFF" "abc", true}, {"\xC3" "a", true},
	};
	const struct tk_sp_form none = {.add_dummy_prefix = true};
	struct tk_plain plain;

	(void)state;
	for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++) {
		tk_plain_find(&plain, &none);
		tk_plain_exclude(&plain, tok_bytes_of(some[i].text));
		assert_int_equal(plain.works, some[i].works);
		charsmap_toy_init(&toy);
		charsmap_toy_add(&toy, "x", "fine");
		charsmap_toy_add(&toy, "y", some[i].text);
		struct tk_sp_form form = form_of();
		tk_plain_find(&plain, &form);
		assert_int_equal(plain.works, some[i].works);
	}
}

static void runs_end_where_something_may_change(void **state)
{
	const struct tk_sp_form form = {.add_dummy_prefix = true};
	struct tk_plain plain, table;
	uint64_t random = 91;

	(void)state;
	tk_plain_find(&plain, &form);
	for (int i = 0; i < 0x21; i++)
		plain.class[i] = 0;
	plain.class[0x7F] = 0;
	table = plain;
	table.printable = false;
	for (int round = 0; round < 20000; round++) {
		uint8_t text[40];
		size_t n = unit_below(&random, sizeof(text)), want = 0;

		for (size_t i = 0; i < n; i++)
			text[i] = (uint8_t)(unit_below(&random, 16)
						    ? '!' + unit_below(&random,
								       94)
						    : unit_random(&random));
		tok_bytes all = {text, n};
		while (want < n && text[want] > ' ' && text[want] < 0x7F)
			want++;
		assert_int_equal(tk_plain_run(&plain, all, 0), want);
		assert_int_equal(tk_plain_run(&table, all, 0), want);
	}
}

/* What is passed over is what the normalizer would give unchanged. */
static void what_is_ahead_stays(void **state)
{
	struct tk_plain plain;

	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "e\u0301", "\u00E9");
	charsmap_toy_add(&toy, "\uFF0C", ",");
	charsmap_toy_add(&toy, "\u65E5\u65E5", "x");
	struct tk_sp_form form = form_of();
	tk_plain_find(&plain, &form);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("abc d")), 3);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("abe\u0301")), 2);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("")), 0);
	/* Three bytes, no key; a neighbour of a key; a key. */
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\u4E2D\u570B ")), 6);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\u4E2D\u65E6")), 3);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\uFF0C")), 0);
	/* Cut off, broken, overlong, a surrogate: not UTF-8. */
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\xE4\xB8")), 0);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\xE4\xB8z")), 0);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\xE0\x80\x80")), 0);
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\xED\xA0\x80")), 0);
	tk_plain_exclude(&plain, BYTES("\u4E2D"));
	assert_int_equal(tk_plain_ahead(&plain, BYTES("\u4E2D")), 0);
}

static void low_bytes_are_found(void **state)
{
	uint8_t text[40];
	uint64_t random = 92;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t n = unit_below(&random, sizeof(text)), want;

		for (size_t i = 0; i < n; i++)
			text[i] = (uint8_t)(unit_below(&random, 12)
						    ? '!' + unit_below(&random,
								       223)
						    : unit_below(&random, 33));
		size_t at = unit_below(&random, n + 1);
		for (want = at; want < n && text[want] > ' ';)
			want++;
		assert_int_equal(tk_plain_low((tok_bytes){text, n}, at), want);
	}
}

/* Byte by byte, for each byte at each place, and for any bytes. */
static void what_is_seen_ends_at_the_first(void **state)
{
	uint64_t random = 77;
	uint8_t p[TK_PLAIN_SEEN];
	size_t n_all = 0;

	(void)state;
	for (int i = 0; i < 256 * TK_PLAIN_SEEN + 20000; i++) {
		size_t want = 0;

		for (size_t k = 0; k < sizeof(p); k++)
			p[k] = (uint8_t)('!' + unit_below(&random, 94));
		for (size_t k = unit_below(&random, 3); k; k--)
			p[unit_below(&random, sizeof(p))] =
				(uint8_t)unit_random(&random);
		if (i < 256 * TK_PLAIN_SEEN)
			p[i / 256] = (uint8_t)i;
		while (want < sizeof(p) && p[want] >= '!' && p[want] <= '~')
			want++;
		assert_int_equal(tk_plain_seen(p), want);
		assert_int_equal(tk_plain_seen_anywhere(p), want);
		n_all += want == sizeof(p);
	}
	assert_true(n_all > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_a_map_all_but_the_space_stays),
		cmocka_unit_test(a_map_says_what_stays),
		cmocka_unit_test(nothing_is_plain_where_spaces_are_not),
		cmocka_unit_test(symbols_are_not_plain),
		cmocka_unit_test(nothing_is_plain_beside_what_is_cut_off),
		cmocka_unit_test(what_is_ahead_stays),
		cmocka_unit_test(low_bytes_are_found),
		cmocka_unit_test(runs_end_where_something_may_change),
		cmocka_unit_test(what_is_seen_ends_at_the_first),
	};
	return cmocka_run_group_tests_name("plain", tests, NULL, NULL);
}
