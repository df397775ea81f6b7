/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/viterbi.h"
#include "sp_toy.h"

static tok_model *make(struct sp_toy *toy, uint64_t *random,
		       size_t n_symbols, size_t n_pieces)
{
	sp_toy_fill_bytes(toy, random, n_symbols, n_pieces);
	return sp_toy_model(toy, TK_DOUBLE, 0);
}

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

/* The twin tries all pieces at each byte: those of bytes that the text has
 * not are left out. */
static void check(struct scratch *s, const struct sp_toy *toy,
		  const tok_model *m, tok_bytes text)
{
	static struct ref_sp_piece piece[SP_TOY_MAX];
	size_t n_pieces = 0;

	for (size_t i = 0; i < toy->n_pieces; i++) {
		tok_bytes b = toy->piece[i].bytes;

		if (text.n && memchr(text.p, b.p[0], text.n))
			piece[n_pieces++] = toy->piece[i];
	}
	s->ids.n = 0;
	assert_ok(tk_viterbi_double(&s->v, m, text, &(union tk_cell){0},
				    &s->ids));
	assert_ok(tk_ids_reserve(&s->want, text.n, false));
	size_t n = ref_bytepiece(piece, n_pieces, text, s->want.id);
	assert_int_equal(s->ids.n, n);
	if (n)
		assert_memory_equal(s->ids.id, s->want.id,
				    n * sizeof(*s->ids.id));
}

static void equals_twin(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 60];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 31;

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);
		tok_model *m = make(&toy, &random, n_symbols,
				    4 + unit_below(&random, 20));

		for (int i = 0; i < 4; i++) {
			size_t n = sp_toy_text(&random, n_symbols,
					       unit_below(&random, 60), text);

			check(&s, &toy, m, (tok_bytes){text, n});
		}
		tok_model_free(m);
	}
	scratch_release(&s);
}

static void long_texts_equal_twin(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 6000];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 32;

	(void)state;
	for (int round = 0; round < 4; round++) {
		size_t n_symbols = 1 + (size_t)round % 3;
		tok_model *m = make(&toy, &random, n_symbols, 4);
		size_t n = sp_toy_text(&random, n_symbols, 6000, text);

		check(&s, &toy, m, (tok_bytes){text, n});
		tok_model_free(m);
	}
	scratch_release(&s);
}

static void long_pieces_equal_twin(void **state)
{
	enum { SIZE = 30000 };
	static struct sp_toy toy;
	static uint8_t text[SIZE];
	struct scratch s = {.v = {.alloc = NULL}};
	uint64_t random = 34;

	(void)state;
	tok_model *m = make(&toy, &random, 1, 0);
	tok_model_free(m);
	sp_toy_add_long(&toy, &random);
	struct tk_table table = {
		.row = toy.row,
		.n_ids = toy.n,
		.arithmetic = TK_DOUBLE,
	};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	memset(text, 'a', SIZE);
	check(&s, &toy, m, (tok_bytes){text, SIZE});
	tok_model_free(m);
	scratch_release(&s);
}

/* Of equal sums the longest last piece: not the rule of our own models. */
static void ties_go_to_the_longest_last_piece(void **state)
{
	static struct sp_toy toy;
	struct scratch s = {.v = {.alloc = NULL}};
	tok_model *m;

	(void)state;
	sp_toy_init(&toy);
	for (unsigned i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;

		(void)sp_toy_add(&toy, (tok_bytes){&byte, 1}, -1,
				 TOK_KIND_BYTE);
	}
	(void)sp_toy_add(&toy, BYTES("aa"), -1, TOK_KIND_PIECE);
	struct tk_table table = {
		.row = toy.row,
		.n_ids = toy.n,
		.arithmetic = TK_DOUBLE,
	};
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	assert_ok(tk_viterbi_double(&s.v, m, BYTES("aaa"),
				    &(union tk_cell){0}, &s.ids));
	assert_int_equal(s.ids.n, 2);
	assert_int_equal(s.ids.id[0], 'a');
	assert_int_equal(s.ids.id[1], 256);
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
	tok_status st = tk_viterbi_double(&v, job->model, job->text,
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
	uint64_t random = 33;
	tok_model *m = make(&toy, &random, 2, 16);
	struct job job = {m, {text, sp_toy_text(&random, 2, 8000, text)}};

	(void)state;
	unit_fail_each(run, &job);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_twin),
		cmocka_unit_test(long_texts_equal_twin),
		cmocka_unit_test(long_pieces_equal_twin),
		cmocka_unit_test(ties_go_to_the_longest_last_piece),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("viterbi_double", tests, NULL,
					   NULL);
}
