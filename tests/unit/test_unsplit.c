/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/unsplit.h"
#include "tok/segment.h"
#include "toy.h"

/* Pieces of words and of blanks, as they are learnt from such pre-tokens; with
 * across, one that lies on an edge. */
static tok_model *word_model(tok_split split, bool across)
{
	static const char *const words[] = {
		" a", " ab", "ab", "abc", " abca", "ba", "aba", "  ", "   ",
		"\t ", " \t", "\t\t\t", "\n\n", "\r\n", ".,", "a.", " b", "b\n"};
	struct tk_piece piece[sizeof(words) / sizeof(*words)];
	struct toy toy;
	size_t n = 0;
	tok_model *m;

	toy_init(&toy, &(uint64_t){7}, 2, 2);
	struct tk_spec spec = toy_spec(&toy);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		const char *w = words[i];
		bool punct = strpbrk(w, ".,") && split == TOK_SPLIT_WORD;

		if ((!strcmp(w, "b\n") && !across) || (punct && w[0] == 'a'))
			continue;
		piece[n] = toy.piece[0];
		piece[n].bytes = tok_bytes_of(w);
		piece[n].score = -(int32_t)(1 + i * 7 % 5) * 40000;
		n++;
	}
	spec.piece = piece;
	spec.n_pieces = n;
	spec.split = split;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void check_same(tok_encoder *a, tok_encoder *b, tok_bytes text,
		       double alpha)
{
	tok_ids x = {0}, y = {0};

	assert_ok(alpha < 0 ? tok_encode(a, text, &x)
			    : tok_sample(a, text, alpha, (tok_key){1, 2, 3},
					 &x));
	assert_ok(alpha < 0 ? tok_encode(b, text, &y)
			    : tok_sample(b, text, alpha, (tok_key){1, 2, 3},
					 &y));
	assert_int_equal(x.n, y.n);
	assert_memory_equal(x.id, y.id, x.n * sizeof(*x.id));
	tok_ids_release(&x);
	tok_ids_release(&y);
}

/* An encoder that has seen much text no longer splits it, where no piece lies
 * across an edge: one that keeps nothing does. */
static void not_to_split_is_the_same(void **state)
{
	enum { MUCH = 1 << 17 };
	static const char some[] = "aaabbbccab abc  ab \t\t \n\r.,1\xC3\xA9";
	static uint8_t text[MUCH];
	uint64_t random = 48;

	(void)state;
	for (int round = 0; round < 8; round++) {
		tok_model *m = word_model(round & 1 ? TOK_SPLIT_SPACE
						    : TOK_SPLIT_WORD,
					  round & 2);
		tok_encoder_options o;
		tok_encoder *kept, *plain;

		assert_true(tk_unsplit_ask(&(struct tk_unsplit){MUCH, false}, m,
					   1) == false);
		assert_true(tk_unsplit_ask(&(struct tk_unsplit){0, false}, m,
					   MUCH) == !(round & 2));
		tok_encoder_options_defaults(&o, sizeof(o));
		assert_ok(tok_encoder_new(m, &o, &kept));
		o.cache_size = 0;
		assert_ok(tok_encoder_new(m, &o, &plain));
		for (int i = 0; i < 300; i++) {
			size_t n = i ? unit_below(&random, 300) : MUCH;

			for (size_t k = 0; k < n; k++)
				text[k] = (uint8_t)some[unit_below(
					&random, sizeof(some) - 1)];
			check_same(kept, plain, (tok_bytes){text, n}, -1);
			if (i % 3 == 0 && i)
				check_same(kept, plain, (tok_bytes){text, n},
					   0.3);
		}
		tok_encoder_free(kept);
		tok_encoder_free(plain);
		tok_model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(not_to_split_is_the_same),
	};
	return cmocka_run_group_tests_name("unsplit", tests, NULL, NULL);
}
