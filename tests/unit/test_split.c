/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/utf8.h"
#include "ref_split.h"
#include "text/split.h"
#include "text/split_table.h"

static tok_buf table;

static struct tk_split split_of(tok_split kind)
{
	return (struct tk_split){kind, {table.p, table.n}};
}

/* The pre-tokens of text are those of want, which are divided by "|". */
static void check(tok_split kind, const char *want)
{
	struct tk_split split = split_of(kind);
	char text[200], got[400];
	size_t n = 0, m = 0;

	for (const char *s = want; *s; s++)
		if (*s != '|')
			text[n++] = *s;
	for (size_t at = 0; at < n;) {
		size_t end = tk_split_next(
			&split, (tok_bytes){(uint8_t *)text, n}, at);
		assert_true(end > at && end <= n);
		if (at)
			got[m++] = '|';
		memcpy(got + m, text + at, end - at);
		m += end - at;
		at = end;
	}
	got[m] = 0;
	assert_string_equal(got, want);
}

static void none(void **state)
{
	(void)state;
	check(TOK_SPLIT_NONE, "a b\tc");
	check(TOK_SPLIT_NONE, "a\n\n|b c\r\n|d\n");
	check(TOK_SPLIT_NONE, "\n\n\n");
	check(TOK_SPLIT_NONE, "\n|a");
}

static void space(void **state)
{
	(void)state;
	check(TOK_SPLIT_SPACE, "a|  | b");
	check(TOK_SPLIT_SPACE, "a|\t| b");
	check(TOK_SPLIT_SPACE, "a|\t|b");
	check(TOK_SPLIT_SPACE, "a| \t|b");
	check(TOK_SPLIT_SPACE, "a|  ");
	check(TOK_SPLIT_SPACE, "a| |\n|b");
	check(TOK_SPLIT_SPACE, "a|\r\n\n\r| b");
	check(TOK_SPLIT_SPACE, " ");
	check(TOK_SPLIT_SPACE, " a| b2,c\v\f");
}

static void word(void **state)
{
	(void)state;
	check(TOK_SPLIT_WORD, "Hello|,| world|!?| (|x|)");
	check(TOK_SPLIT_WORD, "a|1|2|b| 3|4|  | 5");
	check(TOK_SPLIT_WORD, "na\u00EFve|-|nai\u0308ve");
	check(TOK_SPLIT_WORD, "abc|\u0410\u0411\u0412|\u03B1");
	/* Kanji, hiragana, katakana and the long vowel mark are one script. */
	check(TOK_SPLIT_WORD, "\u6771\u3042\u30A2\u30FC\u6771|\uD55C");
	/* Marks stay with a digit too (a keycap), and with symbols. */
	check(TOK_SPLIT_WORD, "1\uFE0F\u20E3|2|\u00A9\uFE0F");
	/* Persian with a non-joiner; a family joined into one emoji. */
	check(TOK_SPLIT_WORD, "\u0645\u06CC\u200C\u062E");
	check(TOK_SPLIT_WORD, "\U0001F469\u200D\U0001F467|x");
	/* Common letters go with either side. */
	check(TOK_SPLIT_WORD, "\u00B5m| m\u00B5|\u03B1\u00B5");
	check(TOK_SPLIT_WORD, " \u00B5|5");
	/* A word that begins with a mark; bytes that are no UTF-8. */
	check(TOK_SPLIT_WORD, "\u0301!|a");
	check(TOK_SPLIT_WORD, "a|\xFF\x80|b| \xC3|\u0410");
	check(TOK_SPLIT_WORD, "\u0660|\u0661|\u2167|\u00B2");
}

static size_t random_text(uint64_t *seed, uint8_t *out, size_t max)
{
	static const uint32_t pick[] = {
		' ', ' ', ' ', '\t', '\n', '\r', 'a', 'b', 'Z', '1', '2',
		'.', ',', 0xE9, 0x410, 0x3B1, 0x6771, 0x3042, 0x30FC, 0x301,
		0x200D, 0x200C, 0xB5, 0x640, 0x660, 0x20E3, 0x1F469, 0x1D400,
		0x3000, 0xAD, 0xE0100, 0x3007, 0};
	size_t n = 0, want = unit_below(seed, max - 4);

	while (n < want) {
		uint64_t r = unit_random(seed);
		uint32_t c = (uint32_t)(r >> 16) % 0x110000;

		if (r % 16 == 0)
			out[n++] = (uint8_t)(r >> 8);
		else if (r % 16 == 1 && (c < 0xD800 || c > 0xDFFF))
			n += tk_utf8_encode(c, out + n);
		else
			n += tk_utf8_encode(
				pick[c % (sizeof(pick) / sizeof(*pick))],
				out + n);
	}
	return n;
}

static void matches_reference(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (int round = 0; round < 60000; round++) {
		uint8_t text[64], cut[64], got[64] = {0};
		size_t n = random_text(&seed, text, sizeof(text));
		tok_split kind = (tok_split)(round % 3);
		struct tk_split split = split_of(kind);

		ref_split(kind, (tok_bytes){text, n}, cut);
		for (size_t at = 0; at < n;) {
			got[at] = 1;
			at = tk_split_next(&split, (tok_bytes){text, n}, at);
		}
		assert_memory_equal(got, cut, n);
	}
}

/* What is in front of a pre-token does not move its end. */
static void looks_only_forward(void **state)
{
	(void)state;
	uint64_t seed = 2;

	for (int round = 0; round < 20000; round++) {
		uint8_t text[64];
		size_t n = random_text(&seed, text, sizeof(text));
		struct tk_split split = split_of((tok_split)(round % 3));

		for (size_t at = 0, end; at < n; at = end) {
			end = tk_split_next(&split, (tok_bytes){text, n}, at);
			assert_int_equal(
				end - at,
				tk_split_next(&split,
					      (tok_bytes){text + at, n - at},
					      0));
		}
	}
}

/* All code points between two letters, against ICU. */
static void every_code_point(void **state)
{
	(void)state;
	struct tk_split split = split_of(TOK_SPLIT_WORD);

	for (uint32_t c = 0; c < 0x110000; c++) {
		uint8_t text[8] = {'a'}, cut[8], got[8] = {0};

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t n = 1 + tk_utf8_encode(c, text + 1);
		text[n++] = 'b';
		ref_split(TOK_SPLIT_WORD, (tok_bytes){text, n}, cut);
		for (size_t at = 0; at < n;) {
			got[at] = 1;
			at = tk_split_next(&split, (tok_bytes){text, n}, at);
		}
		if (memcmp(got, cut, n))
			fail_msg("U+%04X is split differently", c);
	}
}

/* Is piece cut between before and after it? */
static bool is_cut(const struct tk_split *split, const char *before,
		   tok_bytes piece, const char *after)
{
	uint8_t text[200];
	size_t begin = strlen(before), end = begin + piece.n;
	size_t n = end + strlen(after);

	memcpy(text, before, begin);
	memcpy(text + begin, piece.p, piece.n);
	memcpy(text + end, after, n - end);
	for (size_t at = 0; at < n;) {
		at = tk_split_next(split, (tok_bytes){text, n}, at);
		if (at > begin && at < end)
			return true;
	}
	return false;
}

/* A letter of each class, and what decides about blanks. */
static const char *const context[] = {
	"", "a", "\u0410", "\u00B5", "a\u00B5", "1", ".", "a\u0301",
	".\u0301", "1\u0301", " ", "  ", "\t", "\n", " \t", "\u00B5\u00B5",
	"\u6771", " a"};
enum { N_CONTEXTS = sizeof(context) / sizeof(*context) };

static bool is_cut_somewhere(const struct tk_split *split, tok_bytes piece)
{
	for (size_t i = 0; i < N_CONTEXTS; i++)
		for (size_t k = 0; k < N_CONTEXTS; k++)
			if (is_cut(split, context[i], piece, context[k]))
				return true;
	return false;
}

static void knows_what_can_be_cut(void **state)
{
	uint64_t seed = 3;
	size_t n_cut = 0, n_whole = 0;

	(void)state;
	for (int round = 0; round < 12000; round++) {
		struct tk_split split = split_of((tok_split)(round % 3));
		uint8_t text[16];
		size_t n = random_text(&seed, text, sizeof(text));
		tok_bytes piece = {text, n};
		uint32_t c;

		/* Of parts of characters it may say more than is so. */
		bool whole = true;
		for (size_t at = 0, size; at < n; at += size) {
			size = tk_utf8_decode((tok_bytes){text + at, n - at},
					      &c);
			whole &= size > 0;
			size += !size;
		}
		bool cut = is_cut_somewhere(&split, piece);
		if (whole)
			assert_int_equal(tk_split_may_cut(&split, piece), cut);
		else if (cut)
			assert_true(tk_split_may_cut(&split, piece));
		n_cut += cut;
		n_whole += !cut && n > 1;
	}
	assert_true(n_cut > 1000 && n_whole > 1000);
	assert_false(tk_split_may_cut(
		&(struct tk_split){.kind = TOK_SPLIT_WHOLE}, BYTES("a\nb c")));
}

static int make_table(void **state)
{
	(void)state;
	return (int)tk_split_table_build(&table, NULL);
}

/* Where text may go on: the same as of every longer text, and where that
 * differs, not final. */
static void knows_what_is_final(void **state)
{
	static const struct {
		tok_split kind;
		const char *text;
		bool is_final;
		size_t end;
	} known[] = {
		{TOK_SPLIT_NONE, "ab", false, 2},
		{TOK_SPLIT_NONE, "ab\n", false, 3},
		{TOK_SPLIT_NONE, "ab\nc", true, 3},
		{TOK_SPLIT_SPACE, "ab", false, 2},
		{TOK_SPLIT_SPACE, "ab ", true, 2},
		{TOK_SPLIT_SPACE, " ", false, 1},
		{TOK_SPLIT_SPACE, " ab", false, 3},
		/* A word that follows takes the last space along. */
		{TOK_SPLIT_SPACE, "\t ", false, 1},
		{TOK_SPLIT_SPACE, "   ", false, 2},
		{TOK_SPLIT_SPACE, " \t", false, 2},
		{TOK_SPLIT_SPACE, "   a", true, 2},
		{TOK_SPLIT_SPACE, "\r\n", false, 2},
		{TOK_SPLIT_SPACE, "\n ", true, 1},
		{TOK_SPLIT_WORD, "a1", true, 1},
		/* It may become a mark. */
		{TOK_SPLIT_WORD, "a\xCC", false, 1},
		{TOK_SPLIT_WORD, "a\xFF", true, 1},
		{TOK_SPLIT_WORD, "\xCC", false, 0},
		{TOK_SPLIT_SPACE, "a\xCC", false, 2},
		{TOK_SPLIT_NONE, "", false, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const struct tk_split split = {known[i].kind,
					       {table.p, table.n}};
		tok_bytes text = tok_bytes_of(known[i].text);
		size_t end;

		assert_int_equal(tk_split_is_final(&split, text, 0, &end),
				 known[i].is_final);
		assert_int_equal(end, known[i].end);
	}
}

/* The end of the pre-token that begins at `begin`, from what stands in for
 * what is before `at` and what is behind it. */
static size_t end_by_stand_in(const struct tk_split *split, tok_bytes text,
			      size_t begin, size_t at)
{
	uint8_t seen[TK_STAND_IN + 64];
	size_t n = tk_split_stand_in(split, text, begin, at, seen);

	assert_in_range(n, 1, TK_STAND_IN);
	memcpy(seen + n, text.p + at, text.n - at);
	const tok_bytes rest = {seen, n + text.n - at};
	return tk_split_next(split, rest, 0) - n + at;
}

static void few_bytes_stand_for_a_beginning(void **state)
{
	(void)state;
	uint64_t seed = 3;

	for (int round = 0; round < 30000; round++) {
		uint8_t bytes[64];
		size_t n = random_text(&seed, bytes, sizeof(bytes)), end;
		const tok_bytes text = {bytes, n};
		struct tk_split split = split_of((tok_split)(round % 3));

		for (size_t begin = 0; begin < n; begin = end) {
			end = tk_split_next(&split, text, begin);
			for (size_t at = begin + 1; at <= end; at++)
				assert_int_equal(end_by_stand_in(&split, text,
								 begin, at),
						 end);
		}
	}
}

/* An edge is one whatever is in front, and the nearest that can be known. */
static void edges(void **state)
{
	(void)state;
	uint64_t seed = 4;

	for (int round = 0; round < 30000; round++) {
		uint8_t bytes[64], cut[64];
		size_t n = random_text(&seed, bytes, sizeof(bytes));
		tok_split kind = (tok_split)(round % 3);
		struct tk_split split = split_of(kind);

		if (n < 2)
			continue;
		size_t at = 1 + unit_below(&seed, n - 1);
		size_t edge = tk_split_edge(&split, (tok_bytes){bytes, n}, at);
		assert_in_range(edge, at, n);
		ref_split(kind, (tok_bytes){bytes, n}, cut);
		assert_true(edge == n || cut[edge]);
		for (size_t i = at; i < edge; i++)
			if (kind == TOK_SPLIT_NONE)
				assert_false(cut[i]);
			else
				assert_false(bytes[i] == ' ' &&
					     bytes[i - 1] > ' ');
	}
}

static int free_table(void **state)
{
	(void)state;
	tok_buf_release(&table);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(none),
		cmocka_unit_test(space),
		cmocka_unit_test(word),
		cmocka_unit_test(matches_reference),
		cmocka_unit_test(looks_only_forward),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(knows_what_can_be_cut),
		cmocka_unit_test(knows_what_is_final),
		cmocka_unit_test(few_bytes_stand_for_a_beginning),
		cmocka_unit_test(edges),
	};
	return cmocka_run_group_tests_name("split", tests, make_table,
					   free_table);
}
