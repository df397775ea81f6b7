/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/cuts.h"
#include "sp_toy.h"

enum { SOME = 5 }; /* cuts that are found at a time */

/* Does any piece match text across k? */
static bool crossed(const struct sp_toy *toy, tok_bytes text, size_t k)
{
	for (size_t i = 0; i < toy->n_pieces; i++) {
		tok_bytes b = toy->piece[i].bytes;

		for (size_t at = k >= b.n ? k - b.n + 1 : 0;
		     at < k && at + b.n <= text.n; at++)
			if (!memcmp(text.p + at, b.p, b.n))
				return true;
	}
	return false;
}

/* All places that are cuts, on the way of characters, one by one or some at a
 * time; how many. */
static size_t check(const struct sp_toy *toy, const tok_model *m,
		    tok_bytes text)
{
	size_t n = 0, list[SOME + 1], n_list = 0, i = 0;

	for (size_t at = 0; at < text.n; n++) {
		size_t end = tk_cuts_next(m, text, at);

		assert_true(end > at && end <= text.n);
		assert_true(end == text.n || !crossed(toy, text, end));
		if (i == n_list) {
			list[SOME] = SIZE_MAX;
			n_list = tk_cuts_list(m, text, at, SOME, list);
			assert_in_range(n_list, 1, SOME);
			assert_true(list[SOME] == SIZE_MAX);
			i = 0;
		}
		assert_int_equal(list[i++], end);
		at = end;
	}
	assert_int_equal(i, n_list);
	return n;
}

static void no_piece_reaches_across(void **state)
{
	static struct sp_toy toy;
	uint8_t text[4 * 200];
	uint64_t random = 51;
	size_t n_chunks = 0, n_bytes = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		sp_toy_fill(&toy, &random, SP_FEW, SP_TOY_SYMBOLS,
			    unit_below(&random, 12));
		/* Pieces that are not made of whole characters. */
		if (round % 3 == 0)
			(void)sp_toy_add(&toy, BYTES("\x96\x81"), -1,
					 TOK_KIND_PIECE);
		if (round % 3 == 1)
			(void)sp_toy_add(&toy, BYTES("\xA9\xE2\x96"), -1,
					 TOK_KIND_PIECE);
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		for (int i = 0; i < 10; i++) {
			size_t n = sp_toy_text(&random, SP_TOY_SYMBOLS, 100,
					       text);

			n_chunks += check(&toy, m, (tok_bytes){text, n});
			n_bytes += n;
			/* And where it is not UTF-8. */
			for (int k = 0; k < 20; k++)
				text[unit_below(&random, n)] =
					text[unit_below(&random, n)];
			(void)check(&toy, m, (tok_bytes){text, n});
		}
		tok_model_free(m);
	}
	assert_true(n_chunks * 10 > n_bytes);
}

/* A piece that is any bytes of some text. */
static void add_span(struct sp_toy *toy, uint64_t *random)
{
	uint8_t text[4 * 4];
	size_t n = sp_toy_text(random, SP_TOY_SYMBOLS, 4, text);
	size_t begin = unit_below(random, n);
	size_t size = 1 + unit_below(random, n - begin);

	(void)sp_toy_add(toy, (tok_bytes){text + begin, size}, -1,
			 TOK_KIND_PIECE);
}

/* Nor one that begins or ends within a character. */
static void no_span_reaches_across(void **state)
{
	static struct sp_toy toy;
	uint8_t text[4 * 200];
	uint64_t random = 52;
	size_t n_chunks = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		sp_toy_fill_bytes(&toy, &random, SP_TOY_SYMBOLS,
				  unit_below(&random, 4));
		for (int i = 0; i < 1 + round % 8; i++)
			add_span(&toy, &random);
		tok_model *m = sp_toy_model(&toy, TK_DOUBLE, 0);
		for (int i = 0; i < 10; i++) {
			size_t n = sp_toy_text(&random, SP_TOY_SYMBOLS, 100,
					       text);

			n_chunks += check(&toy, m, (tok_bytes){text, n});
		}
		tok_model_free(m);
	}
	assert_true(n_chunks > 10000);
}

/* By characters where bytes do not tell: those of one script share them. */
static void characters_tell_more_than_bytes(void **state)
{
	static struct sp_toy toy;
	const tok_bytes text = BYTES("\xE4\xB8\xAD\xE5\x9C\x8B\xE6\x98\xAD"
				     "\xE5\x9C\x8B");
	tok_model *m;

	(void)state;
	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(&toy, BYTES("\xE4\xB8\xAD\xE5\x9C\x8B"), -1,
			 TOK_KIND_PIECE);
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_int_equal(tk_cuts_next(m, text, 0), 6);
	assert_int_equal(tk_cuts_next(m, text, 6), 9);
	assert_int_equal(tk_cuts_next(m, text, 9), 12);
	tok_model_free(m);
	/* The same pair of bytes in half a character proves nothing. */
	(void)sp_toy_add(&toy, BYTES("\xAD\xE5"), -1, TOK_KIND_PIECE);
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_int_equal(tk_cuts_next(m, text, 0), 6);
	assert_int_equal(tk_cuts_next(m, text, 6), 12);
	tok_model_free(m);
}

/* Which pieces cross a space is read off the pieces: exactly. */
static void words_end_where_no_piece_goes_on(void **state)
{
	static struct sp_toy toy;
	const tok_bytes text = BYTES("a\xE2\x96\x81" "b\xE2\x96\x81" "c");
	tok_model *m;

	(void)state;
	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(&toy, BYTES("b\xE2\x96\x81"), -1, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("\xE2\x96\x81" "b"), -1, TOK_KIND_PIECE);
	/* "a" stands before that byte, not before that character. */
	(void)sp_toy_add(&toy, BYTES("a\xE2\x80\x99"), -1, TOK_KIND_PIECE);
	m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_int_equal(tk_cuts_next(m, text, 0), 1);
	assert_int_equal(tk_cuts_next(m, text, 1), 8);
	assert_int_equal(tk_cuts_next(m, text, 8), 9);
	tok_model_free(m);
}

static void packs_characters(void **state)
{
	(void)state;
	assert_int_equal(tk_char_pack((const uint8_t *)"a", 1), 'a');
	assert_int_equal(tk_char_pack((const uint8_t *)"\xE2\x96\x81", 3),
			 TK_SPACE_SYMBOL);
	assert_int_equal(tk_char_pack((const uint8_t *)"\xE2\x96", 2), 0);
	assert_int_equal(tk_char_pack((const uint8_t *)"\x96", 1), 0);
	assert_int_equal(tk_char_pack((const uint8_t *)"\xF0\x9F\x98", 3), 0);
	assert_int_equal(tk_char_pack((const uint8_t *)"\xE2\x96" "a", 3), 0);
	assert_int_equal(tk_char_pack((const uint8_t *)"\xF8\x80\x80\x80", 4),
			 0);
	assert_int_equal(tk_char_size((const uint8_t *)"\xF0\x9F", 2), 2);
	assert_int_equal(tk_char_size((const uint8_t *)"\xC3\xA9", 2), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_piece_reaches_across),
		cmocka_unit_test(no_span_reaches_across),
		cmocka_unit_test(characters_tell_more_than_bytes),
		cmocka_unit_test(words_end_where_no_piece_goes_on),
		cmocka_unit_test(packs_characters),
	};
	return cmocka_run_group_tests_name("cuts", tests, NULL, NULL);
}
