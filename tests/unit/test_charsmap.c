/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "charsmap_toy.h"
#include "text/charsmap.h"

static struct charsmap_toy toy;

static tok_bytes map_bytes(void)
{
	return charsmap_toy_bytes(&toy);
}

/* size is what text's longest key has, to what that becomes. */
static void check(const char *text, size_t size, const char *to)
{
	struct tk_charsmap map;
	tok_bytes got = {0};

	assert_true(tk_charsmap_valid(map_bytes()));
	tk_charsmap_init(&map, map_bytes());
	assert_int_equal(tk_charsmap_match(&map, tok_bytes_of(text), &got),
			 size);
	if (size)
		assert_true(tk_bytes_equal(got, tok_bytes_of(to)));
	else
		assert_null(got.p);
}

static void longest_key(void **state)
{
	(void)state;
	charsmap_toy_init(&toy);
	check("anything", 0, NULL);
	charsmap_toy_add(&toy, "ab", "x");
	charsmap_toy_add(&toy, "abcd", "long");
	charsmap_toy_add(&toy, "\u3000", " ");
	charsmap_toy_add(&toy, "q", "");
	check("ab", 2, "x");
	check("abc", 2, "x");
	check("abcde", 4, "long");
	check("a", 0, NULL);
	check("", 0, NULL);
	check("bab", 0, NULL);
	check("\u3000\u3000", 3, " ");
	check("\xE3\x80", 0, NULL);
	check("qq", 1, "");
}

static void shortest_key(void **state)
{
	(void)state;
	struct tk_charsmap map;
	tok_bytes got = {0};

	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "ab", "x");
	charsmap_toy_add(&toy, "abcd", "long");
	charsmap_toy_add(&toy, "q", "");
	tk_charsmap_init(&map, map_bytes());
	assert_int_equal(tk_charsmap_shortest(&map, BYTES("abcde"), &got), 2);
	assert_true(tk_bytes_equal(got, BYTES("x")));
	assert_int_equal(tk_charsmap_shortest(&map, BYTES("qab"), &got), 1);
	assert_int_equal(got.n, 0);
	got = BYTES("as it was");
	assert_int_equal(tk_charsmap_shortest(&map, BYTES("a"), &got), 0);
	assert_int_equal(tk_charsmap_shortest(&map, BYTES(""), &got), 0);
	assert_int_equal(got.n, 9);
	tk_charsmap_init(&map, (tok_bytes){0});
	assert_int_equal(tk_charsmap_shortest(&map, BYTES("ab"), &got), 0);
}

/* Is what keys become text? */
static void text_or_not(void **state)
{
	(void)state;
	assert_true(tk_charsmap_is_text((tok_bytes){0}));
	charsmap_toy_init(&toy);
	assert_true(tk_charsmap_is_text(map_bytes()));
	charsmap_toy_add(&toy, "a", "\u00E9\u4E00");
	charsmap_toy_add(&toy, "b", "");
	assert_true(tk_charsmap_is_text(map_bytes()));
	/* One that begins inside a character of another's. */
	size_t b = charsmap_toy_base(&toy, 0) ^ 'b';
	size_t leaf = charsmap_toy_base(&toy, b);
	uint32_t was = charsmap_toy_unit(&toy, leaf);
	charsmap_toy_set(&toy, leaf, UINT32_C(0x80000000) | 2);
	assert_true(tk_charsmap_valid(map_bytes()));
	assert_false(tk_charsmap_is_text(map_bytes()));
	charsmap_toy_set(&toy, leaf, UINT32_C(0x80000000) | 3);
	assert_true(tk_charsmap_is_text(map_bytes()));
	charsmap_toy_set(&toy, leaf, was);
	charsmap_toy_add(&toy, "c", "\xC3");
	assert_true(tk_charsmap_valid(map_bytes()));
	assert_false(tk_charsmap_is_text(map_bytes()));
}

static void a_nul_is_a_byte(void **state)
{
	(void)state;
	struct tk_charsmap map;
	tok_bytes got = {0};

	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "a", "1");
	tk_charsmap_init(&map, map_bytes());
	assert_int_equal(tk_charsmap_match(&map, BYTES("\0a"), &got), 0);
	assert_int_equal(tk_charsmap_match(&map, BYTES("a\0"), &got), 1);
}

/* Of keys that begin one another the first 32 count. */
static void so_many_matches(void **state)
{
	(void)state;
	char text[64] = "";

	charsmap_toy_init(&toy);
	for (int i = 0; i < 40; i++) {
		char to[2] = {(char)('0' + i), 0};

		text[i] = 'a';
		charsmap_toy_add(&toy, text, to);
	}
	check("aaa", 3, "2");
	check(text, 32, "O");
}

/* A loop of units ends after so many bytes. */
static void a_loop(void **state)
{
	(void)state;
	enum { SIZE = 100000 };
	struct tk_charsmap map;
	tok_bytes got = {0};
	uint8_t *text = malloc(SIZE);

	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "a", "x");
	/* The state after a is a's again: offset 0 from the root's block. */
	size_t a = charsmap_toy_base(&toy, 0) ^ 'a';
	charsmap_toy_set(&toy, a,
			 (uint32_t)(a ^ charsmap_toy_base(&toy, 0)) << 10 |
				 'a');
	assert_true(tk_charsmap_valid(map_bytes()));
	memset(text, 'a', SIZE);
	tk_charsmap_init(&map, map_bytes());
	assert_int_equal(
		tk_charsmap_match(&map, (tok_bytes){text, SIZE}, &got), 0);
	free(text);
}

/* As far as no byte matches, is a space or is none of ASCII. */
static size_t plain(const struct tk_charsmap *map, tok_bytes text)
{
	tok_bytes to;
	size_t n = 0;

	while (n < text.n && text.p[n] < 0x80 && text.p[n] != ' ' &&
	       !tk_charsmap_match(map, (tok_bytes){text.p + n, text.n - n},
				  &to))
		n++;
	return n;
}

static void plain_ascii(void **state)
{
	(void)state;
	uint64_t seed = 3;
	struct tk_charsmap map;

	tk_charsmap_init(&map, (tok_bytes){0});
	assert_int_equal(tk_charsmap_plain(&map, BYTES("ab\0c d")), 4);
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "ab\xCC\x81", "x");
	charsmap_toy_add(&toy, "a\xCC\x81", "x");
	charsmap_toy_add(&toy, "b", "x");
	tk_charsmap_init(&map, map_bytes());
	assert_int_equal(tk_charsmap_plain(&map, BYTES("aaccc\0a")), 7);
	assert_int_equal(tk_charsmap_plain(&map, BYTES("cca\xCC\x81")), 2);
	assert_int_equal(tk_charsmap_plain(&map, BYTES("")), 0);
	for (int round = 0; round < 20000; round++) {
		static const char pick[] = "aaaabccc\0 \xCC\x81\x81";
		uint8_t text[12];

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)pick[unit_below(
				&seed, sizeof(pick) - 1)];
		tok_bytes all = {text, sizeof(text)};
		size_t n = tk_charsmap_plain(&map, all);
		size_t most = plain(&map, all);
		assert_true(n <= most);
		/* It stops early only where a key goes on for two bytes. */
		assert_true(n == most || (text[n] == 'a' &&
					  (text[n + 1] == 'b' ||
					   text[n + 1] == 0xCC)));
	}
}

static void refused(void)
{
	assert_false(tk_charsmap_valid(map_bytes()));
}

static void sizes(void **state)
{
	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "ab", "x");
	tok_bytes whole = map_bytes();
	uint8_t *copy = malloc(whole.n);

	memcpy(copy, whole.p, whole.n);
	assert_true(tk_charsmap_valid((tok_bytes){0}));
	assert_true(tk_charsmap_valid((tok_bytes){copy, whole.n}));
	/* Cut anywhere: the last string has no end, or the trie. */
	for (size_t n = 1; n < whole.n; n++)
		assert_false(tk_charsmap_valid((tok_bytes){copy, n}));
	static const uint32_t bad[] = {0,    1,	     4,		 1020,
				       1028, 100000, UINT32_MAX, 0xFFFFFC00};
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		tk_put32(copy, bad[i]);
		assert_false(tk_charsmap_valid((tok_bytes){copy, whole.n}));
	}
	free(copy);
}

static void targets(void **state)
{
	(void)state;
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "ab", "x");
	size_t a = charsmap_toy_base(&toy, 0) ^ 'a';
	size_t b = charsmap_toy_base(&toy, a) ^ 'b';
	size_t leaf = charsmap_toy_base(&toy, b);
	uint32_t was = charsmap_toy_unit(&toy, a);

	charsmap_toy_set(&toy, a, UINT32_C(1) << 30 | 'a');
	refused();
	charsmap_toy_set(&toy, a, UINT32_C(1) << 30 | 0x200 | 'a');
	refused();
	/* The first block that is not there. */
	charsmap_toy_set(&toy, a,
			 (uint32_t)(a ^ 256 * toy.n_blocks) << 10 | 'a');
	refused();
	charsmap_toy_set(&toy, a, was);
	assert_true(tk_charsmap_valid(map_bytes()));
	/* The value: behind the strings, or without the mark of a value. */
	was = charsmap_toy_unit(&toy, leaf);
	charsmap_toy_set(&toy, leaf, was + 2);
	refused();
	charsmap_toy_set(&toy, leaf, was & 0x7FFFFFFF);
	check("abc", 2, "x");
	/* A root is one, whatever its label. */
	was = charsmap_toy_unit(&toy, 0);
	charsmap_toy_set(&toy, 0, UINT32_C(0xFFFFFE00));
	refused();
	charsmap_toy_set(&toy, 0, was | 0x80000000);
	refused();
}

static void strings(void **state)
{
	(void)state;
	char to[4098];

	memset(to, 'x', sizeof(to));
	to[4096] = '\0';
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "a", to);
	check("a", 1, to);
	to[4096] = 'x';
	to[4097] = '\0';
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "a", to);
	refused();
}

/* Whatever passes is walked without leaving it: sanitizers look on. */
static void hostile_maps(void **state)
{
	(void)state;
	uint64_t seed = 7;
	size_t n_valid = 0;

	for (int round = 0; round < 3000; round++) {
		charsmap_toy_init(&toy);
		charsmap_toy_add(&toy, "ab", "x");
		charsmap_toy_add(&toy, "abc", "yy");
		charsmap_toy_add(&toy, "c", "");
		tok_bytes whole = map_bytes();
		uint8_t *copy = malloc(whole.n), text[64];
		tok_bytes map_copy = {copy, whole.n};
		struct tk_charsmap map;
		tok_bytes to;

		memcpy(copy, whole.p, whole.n);
		for (size_t i = unit_below(&seed, 60); i; i--)
			copy[4 + unit_below(&seed, whole.n - 4)] =
				(uint8_t)(unit_random(&seed) %
					  (round % 2 ? 8 : 256));
		if (!tk_charsmap_valid(map_copy)) {
			free(copy);
			continue;
		}
		n_valid++;
		tk_charsmap_init(&map, map_copy);
		for (int i = 0; i < 500; i++) {
			for (size_t k = 0; k < sizeof(text); k++)
				text[k] = (uint8_t)(unit_random(&seed) %
						    (i % 2 ? 256 : 8));
			text[0] = (uint8_t)(i % 256);
			(void)tk_charsmap_match(
				&map, (tok_bytes){text, sizeof(text)}, &to);
			(void)tk_charsmap_plain(
				&map, (tok_bytes){text, sizeof(text)});
			(void)tk_charsmap_holds(&map, text[1]);
			(void)tk_charsmap_goes_on(&map, text[0], text[1]);
		}
		free(copy);
	}
	assert_in_range(n_valid, 100, 2999);
}

static void what_keys_hold_and_begin_with(void **state)
{
	struct tk_charsmap map;

	(void)state;
	tk_charsmap_init(&map, (tok_bytes){NULL, 0});
	assert_false(tk_charsmap_holds(&map, 'a'));
	assert_false(tk_charsmap_goes_on(&map, 'a', 'b'));
	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "abc", "x");
	charsmap_toy_add(&toy, "d", "x");
	tk_charsmap_init(&map, map_bytes());
	assert_true(tk_charsmap_goes_on(&map, 'a', 'b'));
	assert_false(tk_charsmap_goes_on(&map, 'a', 'c'));
	assert_false(tk_charsmap_goes_on(&map, 'b', 'c'));
	assert_false(tk_charsmap_goes_on(&map, 'd', 'b'));
	assert_true(tk_charsmap_holds(&map, 'b'));
	assert_true(tk_charsmap_holds(&map, 'c'));
	assert_false(tk_charsmap_holds(&map, 'a'));
	assert_false(tk_charsmap_holds(&map, 'd'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(longest_key),
		cmocka_unit_test(shortest_key),
		cmocka_unit_test(text_or_not),
		cmocka_unit_test(a_nul_is_a_byte),
		cmocka_unit_test(so_many_matches),
		cmocka_unit_test(a_loop),
		cmocka_unit_test(plain_ascii),
		cmocka_unit_test(sizes),
		cmocka_unit_test(targets),
		cmocka_unit_test(strings),
		cmocka_unit_test(what_keys_hold_and_begin_with),
		cmocka_unit_test(hostile_maps),
	};
	return cmocka_run_group_tests_name("charsmap", tests, NULL, NULL);
}
