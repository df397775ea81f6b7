/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/viterbi.h"
#include "sp_toy.h"

struct scratch {
	struct tk_viterbi v;
	tok_ids ids, want;
};

static void scratch_release(struct scratch *s)
{
	tk_viterbi_release(&s->v);
	tok_ids_release(&s->ids);
	tok_ids_release(&s->want);
}

/* Both rules against their twins; were they of one mind? */
static bool check(struct scratch *s, const struct sp_toy *toy,
		  const tok_model *m, tok_bytes text)
{
	static const struct {
		tok_status (*kernel)(struct tk_viterbi *v, const tok_model *m,
				     tok_bytes text, union tk_cell *sum,
				     tok_ids *ids);
		size_t (*twin)(const struct ref_sp_piece *piece, size_t n,
			       tok_bytes text, int32_t *id);
	} rules[] = {
		{tk_viterbi_sp_old, ref_sp_old},
		{tk_viterbi_sp, ref_sp_new},
	};
	uint64_t seen[2];

	assert_ok(tk_ids_reserve(&s->want, text.n, false));
	for (int i = 0; i < 2; i++) {
		s->ids.n = 0;
		assert_ok(rules[i].kernel(&s->v, m, text, &(union tk_cell){0},
					  &s->ids));
		size_t n = rules[i].twin(toy->piece, toy->n_pieces, text,
					 s->want.id);
		assert_int_equal(s->ids.n, n);
		if (n)
			assert_memory_equal(s->ids.id, s->want.id,
					    n * sizeof(*s->ids.id));
		tok_bytes bytes = {(const uint8_t *)s->ids.id,
				   n * sizeof(*s->ids.id)};
		seen[i] = tok_hash(bytes, 0);
	}
	return seen[0] == seen[1];
}

static void equals_twins(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 300];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 21;
	size_t n_differ[SP_N_MANNERS] = {0};

	(void)state;
	for (int round = 0; round < 400; round++) {
		enum sp_manner manner =
			(enum sp_manner)(round % SP_N_MANNERS);
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);

		sp_toy_fill(&toy, &random, manner, n_symbols,
		     4 + unit_below(&random, 20));
		if (!toy.n_pieces)
			continue;
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		for (int i = 0; i < 8; i++) {
			size_t n = sp_toy_text(&random, n_symbols,
					       unit_below(&random, 300), text);
			n_differ[manner] += !check(&s, &toy, m,
						   (tok_bytes){text, n});
		}
		tok_model_free(m);
	}
	/* Else the texts would not tell one rule from the other. */
	assert_true(n_differ[SP_STEPS] && n_differ[SP_STEEP] &&
		    n_differ[SP_RISING]);
	scratch_release(&s);
}

/* The kernel sees what a map of characters may put out: bytes of any kind,
 * characters cut off at the end. */
static void takes_bytes_of_any_kind(void **state)
{
	static struct sp_toy toy;
	uint8_t text[64];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 22;

	(void)state;
	for (int round = 0; round < 100; round++) {
		sp_toy_fill(&toy, &random, SP_STEPS, SP_TOY_SYMBOLS, 20);
		(void)sp_toy_add(&toy, BYTES("\xE2\x96"), -0.5,
				 TOK_KIND_PIECE);
		(void)sp_toy_add(&toy, BYTES("\xA9"), -0.5, TOK_KIND_USER);
		(void)sp_toy_add(&toy, BYTES("\xA9\xE2"), -0.5,
				 TOK_KIND_PIECE);
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		for (int i = 0; i < 20; i++) {
			size_t n = sp_toy_text(&random, SP_TOY_SYMBOLS, 16,
					       text);
			size_t begin = unit_below(&random, n);
			size_t end = begin + unit_below(&random, n - begin);

			text[unit_below(&random, n)] = (uint8_t)random;
			(void)check(&s, &toy, m, (tok_bytes){text + begin,
							     end - begin});
		}
		tok_model_free(m);
	}
	scratch_release(&s);
}

/* Many blocks, sums beyond 100,000 many times over. */
static void long_texts_equal_twins(void **state)
{
	enum { SYMBOLS = 50000 };
	static struct sp_toy toy;
	static uint8_t text[4 * SYMBOLS];
	struct scratch s = {.v = {.freeze = 500}};
	uint64_t random = 23;
	size_t n_differ = 0;

	(void)state;
	for (int round = 0; round < 16; round++) {
		size_t n_symbols = round % 3 == 0 ? 1 : 2 + (size_t)round % 6;

		sp_toy_fill(&toy, &random,
			    (enum sp_manner)(round % SP_N_MANNERS),
		     n_symbols, 12);
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		size_t n = sp_toy_text(&random, n_symbols,
				       SYMBOLS - unit_below(&random, 9000),
				       text);
		n_differ += !check(&s, &toy, m, (tok_bytes){text, n});
		tok_model_free(m);
	}
	assert_true(n_differ > 3);
	scratch_release(&s);
}

static void add_dashes(struct sp_toy *toy)
{
	sp_toy_init(toy);
	assert_true(sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	sp_toy_add_runs(toy, "-");
}

static void runs_equal_twins(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[40000];
	struct scratch s = {.v = {.freeze = 3000}};

	(void)state;
	add_dashes(&toy);
	memset(text, '-', sizeof(text));
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	for (size_t n = 1; n < 100; n++)
		(void)check(&s, &toy, m, (tok_bytes){text, n});
	for (size_t n = sizeof(text) - 20; n <= sizeof(text); n++)
		(void)check(&s, &toy, m, (tok_bytes){text, n});
	tok_model_free(m);
	scratch_release(&s);
}

/* Text of any length is decided in time in proportion to it, though here no
 * beginning is ever shared: a quadratic walk would not end within the test's
 * time. */
static void undecided_runs_end(void **state)
{
	enum { SIZE = 1 << 22 };
	static struct sp_toy toy;
	static uint8_t text[SIZE];
	struct scratch s = {.v = {.alloc = NULL}};

	(void)state;
	add_dashes(&toy);
	memset(text, '-', sizeof(text));
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	assert_ok(tk_viterbi_sp(&s.v, m, (tok_bytes){text, SIZE - 1},
				&(union tk_cell){0}, &s.ids));
	size_t n = 0;
	for (size_t i = 0; i < s.ids.n; i++)
		n += tk_model_bytes(m, s.ids.id[i]).n;
	assert_int_equal(n, SIZE - 1);
	/* Of most slots little is kept. */
	assert_true(s.v.cap < 1 << 18);
	tok_model_free(m);
	scratch_release(&s);
}

/* Cuts keep scratch small. */
static void ordinary_text_needs_little_memory(void **state)
{
	enum { SYMBOLS = 200000 };
	static struct sp_toy toy;
	static uint8_t text[4 * SYMBOLS];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 24;

	(void)state;
	sp_toy_fill(&toy, &random, SP_STEPS, 6, 30);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	size_t n = sp_toy_text(&random, 6, SYMBOLS, text);
	assert_ok(tk_viterbi_sp(&s.v, m, (tok_bytes){text, n},
				&(union tk_cell){0}, &s.ids));
	assert_true(s.v.cap < 3 * 8192);
	tok_model_free(m);
	scratch_release(&s);
}

static void long_pieces_equal_twins(void **state)
{
	enum { SIZE = 20000 };
	static struct sp_toy toy;
	static uint8_t text[SIZE];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 25;

	(void)state;
	for (int round = 0; round < 3; round++) {
		sp_toy_init(&toy);
		assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0,
				       TOK_KIND_UNKNOWN));
		sp_toy_add_long(&toy, &random);
		tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
		memset(text, 'a', SIZE);
		text[unit_below(&random, SIZE)] = 'b';
		(void)check(&s, &toy, m, (tok_bytes){text, SIZE});
		(void)check(&s, &toy, m, (tok_bytes){text, SP_TOY_LONG});
		tok_model_free(m);
	}
	scratch_release(&s);
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	struct tk_viterbi v = {.alloc = alloc, .freeze = 5000};
	tok_id first = 7;
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tok_ids_append(&ids, &first, 1);
	if (!st)
		st = tk_viterbi_sp(&v, job->model, job->text,
				   &(union tk_cell){0}, &ids);
	if (!st)
		st = tk_viterbi_sp_old(&v, job->model, job->text,
				       &(union tk_cell){0}, &ids);
	else
		assert_true(ids.n <= 1);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[20000];
	struct job job = {NULL, {text, sizeof(text)}};

	(void)state;
	add_dashes(&toy);
	memset(text, '-', sizeof(text));
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, 0);
	job.model = m;
	unit_fail_each(run, &job);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_twins),
		cmocka_unit_test(takes_bytes_of_any_kind),
		cmocka_unit_test(long_texts_equal_twins),
		cmocka_unit_test(runs_equal_twins),
		cmocka_unit_test(long_pieces_equal_twins),
		cmocka_unit_test(undecided_runs_end),
		cmocka_unit_test(ordinary_text_needs_little_memory),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("viterbi_sp", tests, NULL, NULL);
}
