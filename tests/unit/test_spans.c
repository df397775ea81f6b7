/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "charsmap_toy.h"
#include "segment/spans.h"
#include "sp_toy.h"

#define SPACE "\xE2\x96\x81"

enum {
	USUAL = TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES | TK_SP_ESCAPE_SPACES,
	BYTES_TOO = USUAL | TK_SP_BYTE_FALLBACK,
	SPACES_STAY = TK_SP_ESCAPE_SPACES
};

static tok_model *make(uint32_t flags)
{
	static const char *const piece[] = {
		SPACE, SPACE "a", "a", "b", "f", "i", "\u00E1", "\u682A\u5F0F",
		"\u4F1A\u793E"};
	static struct charsmap_toy map;
	static struct sp_toy toy;
	tok_model *m;

	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		(void)sp_toy_add(&toy, tok_bytes_of(piece[i]), -1,
				 TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("<s>"), 0, TOK_KIND_USER);
	if (flags & TK_SP_BYTE_FALLBACK)
		sp_toy_add_fallback(&toy);
	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "\uFB01", "fi");
	charsmap_toy_add(&map, "\u3000", " ");
	charsmap_toy_add(&map, "\u00AD", "");
	charsmap_toy_add(&map, "a\u0301", "\u00E1");
	charsmap_toy_add(&map, "\u337F", "\u682A\u5F0F\u4F1A\u793E");
	struct tk_table table = sp_toy_table(&toy, TK_SP_FLOAT, flags);
	table.charsmap = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

static void encode(const tok_model *m, tok_bytes text, tok_spans spans,
		   tok_unit unit, tok_ids *ids)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.spans = spans;
	o.unit = unit;
	assert_ok(tok_encoder_new(m, &o, &e));
	assert_ok(tok_encode(e, text, ids));
	tok_encoder_free(e);
}

/* want is "0-1 1-4": begin and end of each token. */
static void check(uint32_t flags, tok_bytes text, tok_spans spans,
		  tok_unit unit, const char *want)
{
	tok_model *m = make(flags);
	char got[1000] = "";
	size_t size = 0;
	tok_ids ids = {0};

	encode(m, text, spans, unit, &ids);
	for (size_t i = 0; i < ids.n; i++)
		size += (size_t)snprintf(got + size, sizeof(got) - size,
					 "%s%d-%d", i ? " " : "",
					 (int)ids.span[i].begin,
					 (int)ids.span[i].end);
	assert_string_equal(got, want);
	tok_ids_release(&ids);
	tok_model_free(m);
}

static void both(uint32_t flags, tok_bytes text, const char *cover,
		 const char *peer)
{
	check(flags, text, TOK_SPANS_COVER, TOK_UNIT_BYTE, cover);
	check(flags, text, TOK_SPANS_PEER, TOK_UNIT_BYTE, peer);
}

/* Of what one character became, the first token has the character, and in
 * SentencePiece the last one. The dummy prefix has nothing. */
static void one_character_becomes_many(void **state)
{
	(void)state;
	both(USUAL, BYTES("\uFB01"), "0-0 0-3 3-3", "0-0 0-0 0-3");
	both(USUAL, BYTES("\u337F"), "0-0 0-3 3-3", "0-0 0-0 0-3");
	both(USUAL, BYTES("b\u337Fb"), "0-0 0-1 1-4 4-4 4-5",
	     "0-0 0-1 1-1 1-4 4-5");
}

static void many_characters_become_one(void **state)
{
	(void)state;
	both(USUAL, BYTES("ba\u0301b"), "0-0 0-1 1-4 4-5",
	     "0-0 0-1 1-4 4-5");
}

/* What is dropped inside goes to what stands before it; at the ends the
 * original gives it to nobody. */
static void removed_text_belongs_to_a_neighbour(void **state)
{
	(void)state;
	both(USUAL, BYTES("  a  b "), "0-3 3-5 5-7", "2-3 3-5 5-6");
	both(USUAL, BYTES("\u3000 b\u3000\u3000"), "0-4 4-11",
	     "4-4 4-5");
	both(USUAL, BYTES("a\u00ADb\u00AD"), "0-3 3-6", "0-3 3-6");
	both(USUAL, BYTES("  "), "", "");
	both(USUAL, BYTES(""), "", "");
}

static void spaces_may_stay_or_come_last(void **state)
{
	(void)state;
	both(SPACES_STAY, BYTES(" a  b"), "0-2 2-3 3-4 4-5",
	     "0-2 2-3 3-4 4-5");
	both(USUAL | TK_SP_SUFFIX, BYTES(" a b "), "0-2 2-3 3-4 4-5",
	     "1-2 2-3 3-4 4-4");
}

static void unknown_characters_lie_together(void **state)
{
	(void)state;
	both(USUAL, BYTES("a\u00E9\u00E7b"), "0-1 1-5 5-6", "0-1 1-5 5-6");
	both(USUAL, BYTES("a\xFF\u00E7" "b"), "0-1 1-4 4-5", "0-1 1-4 4-5");
}

/* Of fallback bytes each has its own, or the last one all of them. */
static void fallback_bytes_share_a_character(void **state)
{
	(void)state;
	both(BYTES_TOO, BYTES("a\u00E9\u00E7b"), "0-1 1-2 2-3 3-4 4-5 5-6",
	     "0-1 1-1 1-3 3-3 3-5 5-6");
	/* U+FFFD, three bytes for one. */
	both(BYTES_TOO, BYTES("a\xFF" "b"), "0-1 1-2 2-2 2-2 2-3",
	     "0-1 1-1 1-1 1-2 2-3");
	both(BYTES_TOO, BYTES("\xE2\x96"),
	     "0-0 0-1 1-1 1-1 1-2 2-2 2-2",
	     "0-0 0-0 0-0 0-1 1-1 1-1 1-2");
}

static void symbols_stay_whole(void **state)
{
	(void)state;
	both(USUAL, BYTES("a<s>\uFB01"), "0-1 1-4 4-7 7-7",
	     "0-1 1-4 4-4 4-7");
}

static void units(void **state)
{
	const tok_bytes text = BYTES("a\xC3\xA9\xF0\x9F\x98\x80" "b\xFF");

	(void)state;
	check(USUAL, text, TOK_SPANS_COVER, TOK_UNIT_BYTE, "0-1 1-7 7-8 8-9");
	check(USUAL, text, TOK_SPANS_COVER, TOK_UNIT_CODEPOINT,
	      "0-1 1-3 3-4 4-5");
	check(USUAL, text, TOK_SPANS_PEER, TOK_UNIT_UTF16, "0-1 1-4 4-5 5-6");
	check(BYTES_TOO, text, TOK_SPANS_COVER, TOK_UNIT_CODEPOINT,
	      "0-1 1-2 2-2 2-3 3-3 3-3 3-3 3-4 4-5 5-5 5-5");
	check(BYTES_TOO, text, TOK_SPANS_PEER, TOK_UNIT_UTF16,
	      "0-1 1-1 1-2 2-2 2-2 2-2 2-4 4-5 5-5 5-5 5-6");
}

/* Positions inside of characters that stayed, and inside of changed runs. */
static void any_position(void **state)
{
	const tok_bytes raw = BYTES("a\xC3\xA9?\xE4\xB8\x80");
	const tok_bytes clean = BYTES("a\xC3\xA9XYZ\xE4\xB8\x80");
	struct tk_run run[] = {{0, 0, 1}, {3, 3, 0}, {6, 4, 1}};
	const struct tk_runs runs = {.run = run, .n = 3};
	const struct tk_alignment a = {raw, clean, &runs};
	tok_span span[9], other[9];
	static const uint64_t cover[] = {0, 1, 2, 3, 4, 4, 4, 5, 6, 7};
	static const uint64_t peer[] = {0, 1, 1, 3, 3, 3, 4, 4, 4, 7};

	(void)state;
	for (size_t i = 0; i < 9; i++)
		span[i] = other[i] = (tok_span){i, i + 1};
	tk_spans_map(&a, TOK_SPANS_COVER, span, 9);
	tk_spans_map(&a, TOK_SPANS_PEER, other, 9);
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(span[i].begin, cover[i]);
		assert_int_equal(span[i].end, cover[i + 1]);
		assert_int_equal(other[i].begin, peer[i]);
		assert_int_equal(other[i].end, peer[i + 1]);
	}
}

static void check_spans(const tok_span *span, const char *want)
{
	char got[100] = "";
	size_t n = 0;

	for (size_t i = 0; i < 4; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%d-%d",
				      i ? " " : "", (int)span[i].begin,
				      (int)span[i].end);
	assert_string_equal(got, want);
}

/* Bytes whose sources are known; two of them overlap, and the text begins and
 * ends with what became nothing. */
static void sources(void **state)
{
	static const tok_span from[] = {{1, 2}, {2, 5}, {2, 5}, {6, 9},
					{4, 7}, {9, 9}, {10, 11}};
	static const tok_span clean[] = {{0, 1}, {1, 4}, {4, 5}, {5, 7}};
	tok_span span[4];

	(void)state;
	memcpy(span, clean, sizeof(span));
	tk_spans_of_sources(from, 12, TOK_SPANS_PEER, span, 4);
	check_spans(span, "1-2 2-9 4-7 9-11");
	memcpy(span, clean, sizeof(span));
	tk_spans_of_sources(from, 12, TOK_SPANS_COVER, span, 4);
	check_spans(span, "0-2 2-9 9-9 9-12");
	tk_spans_of_sources(NULL, 12, TOK_SPANS_COVER, span, 0);
	check_spans(span, "0-2 2-9 9-9 9-12");
}

static size_t random_text(uint64_t *random, uint8_t *out)
{
	static const char *const pick[] = {
		" ", "a", "b", "\uFB01", "\u337F", "\u3000", "\u00AD", SPACE,
		"a\u0301", "\u00E9", "\xFF", "\xE2\x96", "<s>", "\u682A"};
	size_t n = 0;

	for (size_t i = unit_below(random, 20); i; i--) {
		const char *s = pick[unit_below(random, sizeof(pick) /
								sizeof(*pick))];

		memcpy(out + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

/* Cover tiles the text; the peer's spans rise and lie in it. In any unit. */
static void any_text(void **state)
{
	static const uint32_t flags[] = {
		USUAL, BYTES_TOO, SPACES_STAY, USUAL | TK_SP_SUFFIX,
		TK_SP_BYTE_FALLBACK | TK_SP_ESCAPE_SPACES | TK_SP_SUFFIX};
	uint64_t random = 7;

	(void)state;
	for (size_t k = 0; k < 5; k++) {
		tok_model *m = make(flags[k]);

		for (int round = 0; round < 3000; round++) {
			uint8_t p[100];
			tok_bytes text = {p, random_text(&random, p)};
			tok_unit unit = (tok_unit)(round % 3);
			tok_ids cover = {0}, peer = {0};
			uint64_t at = 0, low = 0;

			encode(m, text, TOK_SPANS_COVER, unit, &cover);
			encode(m, text, TOK_SPANS_PEER, unit, &peer);
			assert_int_equal(cover.n, peer.n);
			for (size_t i = 0; i < cover.n; i++) {
				assert_int_equal(cover.span[i].begin, at);
				assert_true(cover.span[i].end >= at);
				assert_true(peer.span[i].begin >= low);
				low = peer.span[i].end;
				assert_true(low >= peer.span[i].begin);
				at = cover.span[i].end;
			}
			assert_true(low <= at);
			assert_true(at <= text.n);
			if (unit == TOK_UNIT_BYTE && cover.n)
				assert_int_equal(at, text.n);
			tok_ids_release(&cover);
			tok_ids_release(&peer);
		}
		tok_model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_character_becomes_many),
		cmocka_unit_test(many_characters_become_one),
		cmocka_unit_test(removed_text_belongs_to_a_neighbour),
		cmocka_unit_test(spaces_may_stay_or_come_last),
		cmocka_unit_test(unknown_characters_lie_together),
		cmocka_unit_test(fallback_bytes_share_a_character),
		cmocka_unit_test(symbols_stay_whole),
		cmocka_unit_test(units),
		cmocka_unit_test(any_position),
		cmocka_unit_test(sources),
		cmocka_unit_test(any_text),
	};
	return cmocka_run_group_tests_name("spans", tests, NULL, NULL);
}
