/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <math.h>

#include "model/scores.h"
#include "segment/margin.h"
#include "segment/viterbi.h"
#include "sp_toy.h"

struct scratch {
	struct tk_viterbi v[TK_N_ARITHMETIC];
	tok_ids ids;
};

/* The reference behind a sum, which becomes that behind the chunk. */
static void segment(struct scratch *s, const tok_model *m, tok_bytes chunk,
		    union tk_cell *sum)
{
	struct tk_viterbi *v = &s->v[m->arithmetic];

	s->ids.n = 0;
	if (m->arithmetic == TK_DOUBLE)
		assert_ok(tk_viterbi_double(v, m, chunk, sum, &s->ids));
	else if (m->arithmetic == TK_HF_DOUBLE)
		assert_ok(tk_viterbi_hf(v, m, chunk, sum, &s->ids));
	else if (m->arithmetic == TK_SP_FLOAT)
		assert_ok(tk_viterbi_sp(v, m, chunk, sum, &s->ids));
	else
		assert_ok(tk_viterbi_sp_old(v, m, chunk, sum, &s->ids));
}

/* A sum that lies in [-reach, 0], of any magnitude, or at its end. */
static union tk_cell sum_above(const tok_model *m, double reach,
			       uint64_t *random)
{
	double least = -(reach > 1e9 ? 1e9 : reach);
	double part = ldexp((double)unit_below(random, 1 << 20), -20);
	union tk_cell sum = {.i = 0};

	part = unit_below(random, 4) ? ldexp(part, -(int)unit_below(random,
								    24))
				     : 1.0;
	if (tk_sums_doubles(m->arithmetic))
		sum.d = least * part;
	else
		sum.f = (float)(least * part);
	return sum;
}

static double value(const tok_model *m, union tk_cell sum)
{
	return tk_sums_doubles(m->arithmetic) ? sum.d : (double)sum.f;
}

/* Adds up ids behind a sum, one by one. */
static double add_up(const tok_model *m, const struct tk_answer *kept,
		     union tk_cell sum)
{
	for (size_t i = 0; i < kept->n; i++) {
		tok_id id = kept->id[i];
		double score = id < 0 ? (double)m->unknown_score
				      : m->score[id];

		if (tk_sums_doubles(m->arithmetic))
			sum.d += score;
		else
			sum.f += (float)score;
	}
	return value(m, sum);
}

/* 0: nothing is promised of the chunk; 1: what was promised was held. */
static int check(struct scratch *s, const tok_model *m, tok_bytes chunk,
		 uint64_t *random)
{
	struct tk_answer kept;

	tk_margin(m, chunk, &kept);
	if (!(kept.reach > 0))
		return 0;
	for (int i = 0; i < 8; i++) {
		union tk_cell before = sum_above(m, kept.reach, random);
		union tk_cell after = before;

		segment(s, m, chunk, &after);
		assert_int_equal(s->ids.n, kept.n);
		assert_memory_equal(s->ids.id, kept.id,
				    kept.n * sizeof(tok_id));
		assert_true(add_up(m, &kept, before) == value(m, after));
	}
	return 1;
}

/* n[0] chunks of which nothing is promised, n[1] others. */
static void check_many(struct scratch *s, const tok_model *m,
		       size_t n_symbols, uint64_t *random, size_t n[2])
{
	for (int i = 0; i < 40; i++) {
		uint8_t text[4 * 16];
		size_t size = sp_toy_text(random, n_symbols,
					  1 + unit_below(random, 16), text);

		if (size <= TK_CHUNK_SIZE)
			n[check(s, m, (tok_bytes){text, size}, random)]++;
	}
}

static void what_is_promised_is_held(void **state)
{
	static struct sp_toy toy;
	struct scratch s = {.ids.alloc = NULL};
	uint64_t random = 71;
	size_t n[4][2] = {{0}};

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);
		tok_model *m[4];

		sp_toy_fill(&toy, &random,
			    (enum sp_manner)(round % SP_N_MANNERS), n_symbols,
			    4 + unit_below(&random, 20));
		m[0] = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		m[1] = sp_toy_model(&toy, TK_SP_FLOAT_OLD, 0);
		sp_toy_fill_bytes(&toy, &random, n_symbols,
				  4 + unit_below(&random, 20));
		m[2] = sp_toy_model(&toy, TK_DOUBLE, 0);
		sp_toy_fill_hf(&toy, &random, n_symbols,
			       4 + unit_below(&random, 20));
		m[3] = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
		for (int i = 0; i < 4; i++) {
			check_many(&s, m[i], n_symbols, &random, n[i]);
			tok_model_free(m[i]);
		}
	}
	for (int i = 0; i < 4; i++)
		assert_true(n[i][0] > 1000 && n[i][1] > 1000);
	for (int i = 0; i < TK_N_ARITHMETIC; i++)
		tk_viterbi_release(&s.v[i]);
	tok_ids_release(&s.ids);
}

/* A model of "a" and "aa"; "b" costs a little more than nothing. */
static tok_model *pair_model(struct sp_toy *toy, enum tk_arithmetic a,
			     double one, double two)
{
	sp_toy_init(toy);
	(void)sp_toy_add(toy, BYTES("<unk>"), 0,
			 a == TK_HF_DOUBLE ? TOK_KIND_PIECE
					   : TOK_KIND_UNKNOWN);
	(void)sp_toy_add(toy, BYTES("a"), one, TOK_KIND_PIECE);
	(void)sp_toy_add(toy, BYTES("aa"), two, TOK_KIND_PIECE);
	return sp_toy_model(toy, a, 0);
}

static double reach_of(struct sp_toy *toy, enum tk_arithmetic a, double one,
		      double two, tok_bytes chunk)
{
	tok_model *m = pair_model(toy, a, one, two);
	struct tk_answer kept;

	tk_margin(m, chunk, &kept);
	tok_model_free(m);
	return kept.reach;
}

static void reaches_follow_margins(void **state)
{
	static struct sp_toy toy;
	const tok_bytes aa = BYTES("aa");

	(void)state;
	/* A tie, and a score above 0: nothing is promised. */
	assert_true(reach_of(&toy, TK_SP_FLOAT, -1, -2, aa) == 0);
	assert_true(reach_of(&toy, TK_SP_FLOAT, 1, -2, aa) == 0);
	/* g = 2^-10: about 2^-10 / (2 * 2 * 2^-24), less the chunk's own. */
	double reach = reach_of(&toy, TK_SP_FLOAT_OLD, -1, -2 + 0x1p-10, aa);
	assert_true(reach > 0.98 * 0x1p12 && reach < 0x1p12);
	/* A wide margin: 1e5 is what counts from 0.2.2 on. */
	reach = reach_of(&toy, TK_SP_FLOAT, -5, -2, aa);
	assert_true(reach > 99890 && reach < 99900);
	reach = reach_of(&toy, TK_SP_FLOAT_OLD, -5, -2, aa);
	assert_true(reach > 1e6);
	/* One way only, and no step at 1e5: as far as floats go. */
	reach = reach_of(&toy, TK_SP_FLOAT_OLD, -5, -2, BYTES("a"));
	assert_true(reach > 1e29);
	/* Too near 0, or too far from it, for a float. */
	assert_true(reach_of(&toy, TK_HF_DOUBLE, -5e-60, -2e-60, aa) == 0);
	assert_true(reach_of(&toy, TK_HF_DOUBLE, -5e60, -2e60, aa) == 0);
	assert_true(reach_of(&toy, TK_HF_DOUBLE, -5, -2, aa) > 1e14);
}

static void too_many_ids_are_none(void **state)
{
	static struct sp_toy toy;
	tok_model *m = pair_model(&toy, TK_SP_FLOAT, -1, -9);
	struct tk_answer kept;

	(void)state;
	tk_margin(m, BYTES("aaaaaaaaaaaaa"), &kept);
	assert_int_equal(kept.n, 0);
	assert_true(kept.reach == 0);
	tk_margin(m, BYTES("aaaaaaaaaaaa"), &kept);
	assert_int_equal(kept.n, 12);
	assert_true(kept.reach > 0);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_promised_is_held),
		cmocka_unit_test(reaches_follow_margins),
		cmocka_unit_test(too_many_ids_are_none),
	};
	return cmocka_run_group_tests_name("margin", tests, NULL, NULL);
}
