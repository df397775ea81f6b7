/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
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

/* Against the twin; how many characters were unknown? */
static size_t check(struct scratch *s, const struct sp_toy *toy,
		    const tok_model *m, tok_bytes text)
{
	size_t n_unknown = 0;

	s->ids.n = 0;
	assert_ok(tk_viterbi_hf(&s->v, m, text, &(union tk_cell){0},
				&s->ids));
	assert_ok(tk_ids_reserve(&s->want, text.n, false));
	size_t n = ref_hf(toy->piece, toy->n_pieces, text, s->want.id);
	assert_int_equal(s->ids.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s->ids.id[i], s->want.id[i]);
		n_unknown += s->ids.id[i] < 0;
	}
	return n_unknown;
}

static void equals_twin(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 200];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 141;
	size_t n_unknown = 0;

	(void)state;
	for (int round = 0; round < 300; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);

		sp_toy_fill_hf(&toy, &random, n_symbols,
			       4 + unit_below(&random, 20));
		tok_model *m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
		for (int i = 0; i < 8; i++) {
			size_t n = sp_toy_text(&random, n_symbols,
					       unit_below(&random, 200), text);

			n_unknown += check(&s, &toy, m, (tok_bytes){text, n});
		}
		tok_model_free(m);
	}
	assert_true(n_unknown > 1000);
	scratch_release(&s);
}

static void long_texts_equal_twin(void **state)
{
	enum { SYMBOLS = 30000 };
	static struct sp_toy toy;
	static uint8_t text[4 * SYMBOLS];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 142;

	(void)state;
	for (int round = 0; round < 8; round++) {
		size_t n_symbols = round % 3 == 0 ? 1 : 2 + (size_t)round % 6;

		sp_toy_fill_hf(&toy, &random, n_symbols, 12);
		tok_model *m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
		size_t n = sp_toy_text(&random, n_symbols, SYMBOLS, text);
		(void)check(&s, &toy, m, (tok_bytes){text, n});
		tok_model_free(m);
	}
	scratch_release(&s);
}

/* Near-ties as tokenizers 0.23.3 settles them: by what was rounded before,
 * and equal ones by the earlier start. */
static void near_ties(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		tok_id id[3];
	} known[] = {
		{"aaa", 1, {3}},	{"aaaa", 2, {1, 3}},
		{"aab", 2, {1, 5}},	{"aba", 2, {5, 1}},
		{"baab", 3, {4, 1, 5}}, {"aaaaaaa", 3, {2, 3, 2}},
		{"bab", 2, {4, 5}},
	};
	static struct sp_toy toy;
	struct scratch s = {.v = {.alloc = NULL}};

	(void)state;
	sp_toy_init(&toy);
	sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("a"), -0.1, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("aa"), -0.2, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("aaa"), -0.30000000000000004, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("b"), -0.7, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("ab"), -0.7999999999999999, TOK_KIND_PIECE);
	sp_toy_add(&toy, BYTES("ba"), -0.8, TOK_KIND_PIECE);
	tok_model *m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		(void)check(&s, &toy, m, tok_bytes_of(known[i].text));
		assert_int_equal(s.ids.n, known[i].n);
		assert_memory_equal(s.ids.id, known[i].id,
				    known[i].n * sizeof(tok_id));
	}
	tok_model_free(m);
	scratch_release(&s);
}

static void long_pieces_equal_twin(void **state)
{
	enum { SIZE = 20000 };
	static struct sp_toy toy;
	static uint8_t text[SIZE];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 143;

	(void)state;
	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_PIECE));
	sp_toy_add_long(&toy, &random);
	tok_model *m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
	memset(text, 'a', SIZE);
	text[unit_below(&random, SIZE)] = 'b';
	(void)check(&s, &toy, m, (tok_bytes){text, SIZE});
	(void)check(&s, &toy, m, (tok_bytes){text, SP_TOY_LONG});
	tok_model_free(m);
	scratch_release(&s);
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	struct tk_viterbi v = {.alloc = alloc};
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tk_viterbi_hf(&v, job->model, job->text,
					&(union tk_cell){0}, &ids);
	if (st)
		assert_int_equal(ids.n, 0);
	tok_ids_release(&ids);
	tk_viterbi_release(&v);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 8000];
	uint64_t random = 144;

	(void)state;
	sp_toy_fill_hf(&toy, &random, 2, 16);
	tok_model *m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
	struct job job = {m, {text, sp_toy_text(&random, 2, 8000, text)}};
	unit_fail_each(run, &job);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_twin),
		cmocka_unit_test(long_texts_equal_twin),
		cmocka_unit_test(near_ties),
		cmocka_unit_test(long_pieces_equal_twin),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("viterbi_hf", tests, NULL, NULL);
}
