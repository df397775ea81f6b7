/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "base/rng.h"
#include "segment/key.h"
#include "segment/draws.h"
#include "tok/alternatives.h"

enum { N_KEYS = 100000 };

/* By the words of FORMAT.md, computed elsewhere: v of four keys. */
static void known_answers(void **state)
{
	static const struct {
		tok_key key;
		double v;
	} known[] = {
		{{0, 0, 0}, 0x14a256843eaddcp-53},
		{{1, 2, 3}, 0x0a9ae1e6d021e3p-53},
		{{UINT64_MAX, UINT64_MAX, UINT64_MAX}, 0x11a71d92ad2755p-53},
		{{7, 0, UINT64_C(0x2d06800538d394c2)}, 0x053ff91db8716cp-53},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		double v = known[i].v;

		assert_false(tok_key_draws(known[i].key, v));
		assert_true(tok_key_draws(known[i].key, nextafter(v, 1)));
	}
}

/* XXH3-64 of nothing, as its specification has it. */
static void content_is_a_hash(void **state)
{
	tok_key empty = tok_key_of_content(BYTES(""), 7, 5);
	tok_key some = tok_key_of_content(BYTES("a\0b"), 7, 5);

	(void)state;
	assert_true(empty.seed == 7 && empty.epoch == 5);
	assert_true(empty.document == UINT64_C(0x2d06800538d394c2));
	assert_true(some.document == tok_hash(BYTES("a\0b"), 0));
}

static void none_and_all(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < N_KEYS; i++) {
		assert_false(tok_key_draws((tok_key){1, 0, i}, 0));
		assert_true(tok_key_draws((tok_key){1, 0, i}, 1));
	}
	assert_false(tok_key_draws((tok_key){1, 0, 0}, NAN));
}

/* How many standard deviations seen of n is away from n * p. */
static double away(uint64_t seen, double n, double p)
{
	return fabs((double)seen - n * p) / sqrt(n * p * (1 - p));
}

static void shares_hold(void **state)
{
	static const double share[] = {0.001, 0.1, 0.5, 0.97};

	(void)state;
	for (size_t k = 0; k < 4; k++) {
		uint64_t seen = 0, both = 0;
		double p = share[k];

		for (uint64_t i = 0; i < N_KEYS; i++) {
			bool one = tok_key_draws((tok_key){3, 0, i}, p);
			bool next = tok_key_draws((tok_key){3, 1, i}, p);

			seen += one;
			both += one && next;
		}
		assert_true(away(seen, N_KEYS, p) < 5);
		/* another epoch is another choice */
		assert_true(away(both, N_KEYS, p * p) < 5);
	}
}

static void a_smaller_share_is_part_of_a_larger(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < N_KEYS; i++)
		if (tok_key_draws((tok_key){4, 0, i}, 0.3))
			assert_true(tok_key_draws((tok_key){4, 0, i}, 0.31));
}

/* Among the documents drawn, the words that segmentations are drawn by are
 * spread as evenly as among all. */
static void says_nothing_of_the_draw(void **state)
{
	uint64_t n = 0, low[4] = {0};

	(void)state;
	for (uint64_t i = 0; i < N_KEYS; i++) {
		tok_key key = {5, 0, i};
		struct tk_draws numbers = tk_draws_of(key);

		if (!tok_key_draws(key, 0.25))
			continue;
		n++;
		for (uint64_t at = 0; at < 4; at++)
			low[at] += tk_draws_at(&numbers, at) < 0.25;
	}
	for (size_t at = 0; at < 4; at++)
		assert_true(away(low[at], (double)n, 0.25) < 5);
}

static void the_key_of_a_document(void **state)
{
	const uint8_t best[] = {0, 1};
	tok_draw d;
	tok_key key;

	(void)state;
	tok_draw_defaults(&d, sizeof(d));
	d.key = (tok_key){1, 2, UINT64_MAX};
	assert_true(tk_key_choose(&d, BYTES("a"), 1, &key));
	assert_true(key.seed == 1 && key.epoch == 2 && key.document == 0);
	d.best = best;
	assert_true(tk_key_choose(&d, BYTES("a"), 0, &key));
	assert_false(tk_key_choose(&d, BYTES("a"), 1, &key));
	d.key_kind = TOK_KEY_CONTENT;
	assert_true(tk_key_choose(&d, BYTES(""), 0, &key));
	assert_true(key.seed == 1 && key.epoch == 2 &&
		    key.document == UINT64_C(0x2d06800538d394c2));
	d.probability = 0;
	assert_false(tk_key_choose(&d, BYTES(""), 0, &key));
}

static tok_status take(double alpha, double probability, int kind)
{
	tok_draw d, taken;

	tok_draw_defaults(&d, sizeof(d));
	d.alpha = alpha;
	d.probability = probability;
	d.key_kind = (tok_key_kind)kind;
	return tk_key_take(&taken, &d);
}

static void wrong_values_are_refused(void **state)
{
	static const double alpha[] = {-1, 1.1e6, NAN, -INFINITY};
	static const double probability[] = {-0.1, 1.1, NAN, INFINITY};
	tok_draw d, taken;

	(void)state;
	assert_ok(take(INFINITY, 0, TOK_KEY_CONTENT));
	assert_ok(take(0, 1, TOK_KEY_NUMBER));
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(take(alpha[i], 0, 0), TOK_E_ARGUMENT);
		assert_int_equal(take(1, probability[i], 0), TOK_E_ARGUMENT);
	}
	assert_int_equal(take(1, 1, 2), TOK_E_ARGUMENT);
	tok_draw_defaults(&d, sizeof(d));
	d.nbest = TOK_MAX_PATHS;
	assert_ok(tk_key_take(&taken, &d));
	d.nbest++;
	assert_int_equal(tk_key_take(&taken, &d), TOK_E_ARGUMENT);
	tok_draw_defaults(&d, sizeof(d));
	d.size = sizeof(d) + 1;
	assert_int_equal(tk_key_take(&taken, &d), TOK_E_ARGUMENT);
}

/* A program whose header ends behind the key. */
static void an_older_header_keeps_the_defaults(void **state)
{
	tok_draw d, taken;

	(void)state;
	memset(&d, 0x5A, sizeof(d));
	tok_draw_defaults(&d, offsetof(tok_draw, key_kind));
	assert_ok(tk_key_take(&taken, &d));
	assert_true(taken.alpha == 1 && taken.probability == 1);
	assert_true(taken.key_kind == TOK_KEY_NUMBER && !taken.best);
	assert_int_equal(taken.size, sizeof(taken));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(content_is_a_hash),
		cmocka_unit_test(none_and_all),
		cmocka_unit_test(shares_hold),
		cmocka_unit_test(a_smaller_share_is_part_of_a_larger),
		cmocka_unit_test(says_nothing_of_the_draw),
		cmocka_unit_test(the_key_of_a_document),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(an_older_header_keeps_the_defaults),
	};
	return cmocka_run_group_tests_name("key", tests, NULL, NULL);
}
