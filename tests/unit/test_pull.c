/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "model/cuts.h"
#include "segment/chunk.h"
#include "sp_toy.h"
#include "toy.h"

/* The kernel of the model. */
static tok_status push(struct tk_viterbi *v, const tok_model *m,
		       tok_bytes chunk, union tk_cell *sum, tok_ids *ids)
{
	return m->arithmetic == TK_INTEGER
		       ? tk_viterbi(v, &m->trie, chunk, ids)
		       : tk_viterbi_double(v, m, chunk, sum, ids);
}

/* Asks until the answer is yes. */
static tok_status make(struct tk_pull *p, const tok_model *m)
{
	tok_status st = TOK_OK;
	bool yes = false;

	for (int i = 0; !st && !yes && i < 100; i++)
		st = tk_pull_ask(p, m, TK_PULL_MOST, &yes);
	assert_int_equal(!st, yes);
	return st;
}

static void check(tok_model *m, size_t n_symbols, uint64_t *random)
{
	static uint8_t text[4 * 2000];
	struct tk_viterbi v = {.alloc = NULL};
	struct tk_match_tables t = {.alloc = NULL};
	struct tk_pull p = {.tables = &t};
	union tk_cell a = {.d = -7.25}, b = a;
	tok_ids ids = {0}, want = {0};

	assert_ok(make(&p, m));
	for (int i = 0; i < 30; i++) {
		size_t n = 1 + unit_below(random, i % 5 ? 60 : 2000);
		tok_bytes chunk = {text, sp_toy_text(random, n_symbols, n,
						     text)};

		ids.n = want.n = 0;
		assert_ok(tk_pull_run(&p, m, chunk, &a, &ids));
		assert_ok(push(&v, m, chunk, &b, &want));
		assert_int_equal(ids.n, want.n);
		assert_memory_equal(ids.id, want.id, ids.n * sizeof(*ids.id));
		assert_memory_equal(&a, &b, sizeof(a));
	}
	tk_pull_release(&p);
	tk_match_tables_release(&t);
	tk_viterbi_release(&v);
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tok_model_free(m);
}

static void equals_the_kernels(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 61;

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);

		sp_toy_init(&toy);
		sp_toy_fill_bytes(&toy, &random, n_symbols,
				  4 + unit_below(&random, 60));
		check(sp_toy_model(&toy, TK_DOUBLE, 0), n_symbols, &random);
		check(toy_model(&random, 4 + unit_below(&random, 40), 4), 4,
		      &random);
	}
}

/* Of text in chunks of all sizes, with those that are kept. */
static void chunks_go_along(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 400];
	uint64_t random = 64;

	(void)state;
	for (int round = 0; round < 40; round++) {
		size_t n_symbols = 2 + unit_below(&random, 6);

		sp_toy_init(&toy);
		sp_toy_fill_bytes(&toy, &random, n_symbols,
				  2 + unit_below(&random, 20));
		tok_model *m = sp_toy_model(&toy, TK_DOUBLE, 0);
		struct tk_match_tables t = {.alloc = NULL};
		struct tk_chunker c = {.model = m, .pull.tables = &t};
		struct tk_viterbi v = {.alloc = NULL};
		tok_ids ids = {0}, want = {0};

		assert_ok(tk_cache_init(&c.cache, 1 << 14, 256, NULL));
		assert_ok(make(&c.pull, m));
		for (int i = 0; i < 100; i++) {
			union tk_cell a = {.d = -3.5}, b = a;
			size_t n = 1 + unit_below(&random, 400);
			tok_bytes all = {text, sp_toy_text(&random, n_symbols,
							   n, text)};

			ids.n = want.n = 0;
			assert_ok(tk_chunks(&c, all, &a, &ids));
			assert_ok(push(&v, m, all, &b, &want));
			assert_int_equal(ids.n, want.n);
			assert_memory_equal(ids.id, want.id,
					    ids.n * sizeof(*ids.id));
			assert_memory_equal(&a, &b, sizeof(a));
		}
		tk_cache_release(&c.cache);
		tk_pull_release(&c.pull);
		tk_match_tables_release(&t);
		tk_viterbi_release(&c.viterbi);
		tk_viterbi_release(&v);
		tok_ids_release(&c.path);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		tok_model_free(m);
	}
}

/* Some chunks of a text, one now and then twice; what is read ahead of one
 * serves others, or nobody. A part may begin at no cut. */
static void check_ahead(tok_model *m, tok_bytes text, struct tk_pull *p,
			uint64_t *random)
{
	struct tk_viterbi v = {.alloc = NULL};
	tok_ids ids = {0}, want = {0};

	tk_pull_begin(p, text);
	for (size_t at = 0, end; at < text.n; at = end) {
		bool cut = unit_below(random, 5) != 0;

		end = tk_cuts_next(m, text, at);
		if (!cut)
			end = at + 1 + unit_below(random, end - at);
		tok_bytes chunk = {text.p + at, end - at};
		for (size_t n = unit_below(random, 3); n--;) {
			union tk_cell a = {.i = 0}, b = a;

			ids.n = want.n = 0;
			assert_ok(tk_pull_run(p, m, chunk, &a, &ids));
			assert_ok(push(&v, m, chunk, &b, &want));
			assert_int_equal(ids.n, want.n);
			assert_memory_equal(ids.id, want.id,
					    ids.n * sizeof(*ids.id));
		}
		if (!cut)
			tk_pull_part(p);
	}
	tk_pull_end(p);
	tk_viterbi_release(&v);
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

static void reads_ahead(void **state)
{
	static uint8_t text[20000];
	uint64_t random = 65;

	(void)state;
	for (int round = 0; round < 40; round++) {
		tok_model *m = toy_model(&random,
					 4 + unit_below(&random, 30), 5);
		struct tk_match_tables t = {.alloc = NULL};
		struct tk_pull p = {.tables = &t};

		assert_ok(make(&p, m));
		for (int i = 0; i < 6; i++) {
			size_t n = 1 + unit_below(&random, sizeof(text));

			for (size_t k = 0; k < n; k++)
				text[k] = (uint8_t)('a' +
						    unit_below(&random, 6));
			check_ahead(m, (tok_bytes){text, n}, &p, &random);
		}
		tk_pull_release(&p);
		tk_match_tables_release(&t);
		tok_model_free(m);
	}
}

static void waits_until_it_is_worth_it(void **state)
{
	tok_model *m = toy_model(&(uint64_t){62}, 20, 3);
	struct tk_match_tables t = {.alloc = NULL};
	struct tk_pull p = {.tables = &t}, other = p, none = {.alloc = NULL};
	bool yes;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_ok(tk_pull_ask(&p, m, 8, &yes));
		assert_false(yes);
		assert_ok(tk_pull_ask(&p, m, TK_PULL_MOST + 1, &yes));
		assert_false(yes);
	}
	assert_ok(tk_pull_ask(&p, m, 100, &yes));
	assert_false(yes);
	assert_ok(make(&p, m));
	assert_ok(tk_pull_ask(&p, m, 8, &yes));
	assert_false(yes);
	/* Who finds tables need not wait. */
	assert_ok(tk_pull_ask(&other, m, 100, &yes));
	assert_true(yes);
	assert_ok(tk_pull_ask(&none, m, TK_PULL_MOST, &yes));
	assert_false(yes);
	tk_pull_release(&p);
	tk_pull_release(&other);
	tk_match_tables_release(&t);
	tok_model_free(m);
}

/* Hundreds of pieces end at one place: it says no, for ever. */
static void too_many_pieces(void **state)
{
	static uint8_t letters[300];
	static struct tk_piece piece[299];
	int32_t byte_score[256];
	struct tk_spec spec = {.byte_score = byte_score, .piece = piece,
			       .n_pieces = 299};
	struct tk_match_tables t = {.alloc = NULL};
	struct tk_pull p = {.tables = &t};
	tok_model *m;
	bool yes;

	(void)state;
	memset(letters, 'a', sizeof(letters));
	for (int i = 0; i < 256; i++)
		byte_score[i] = -65536 * 9;
	for (size_t i = 0; i < 299; i++)
		piece[i] = (struct tk_piece){{letters, i + 2}, -65536};
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	for (int i = 0; i < 100; i++) {
		assert_ok(tk_pull_ask(&p, m, TK_PULL_MOST, &yes));
		assert_false(yes);
	}
	tk_pull_release(&p);
	tok_model_free(m);
}

static tok_status use(const tok_alloc *alloc, void *ctx)
{
	struct tk_match_tables t = {.alloc = alloc};
	struct tk_pull p = {.alloc = alloc, .tables = &t};
	const tok_bytes chunk = BYTES("abcabcabcaabbccabcabcabcabcabcabcabcabc");
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = make(&p, ctx);
	if (!st)
		st = tk_pull_run(&p, ctx, chunk, NULL, &ids);
	assert_true(!st || !ids.n);
	tok_ids_release(&ids);
	tk_pull_release(&p);
	tk_match_tables_release(&t);
	return st;
}

static void fails_without_memory(void **state)
{
	tok_model *m = toy_model(&(uint64_t){63}, 20, 3);

	(void)state;
	unit_fail_each(use, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_kernels),
		cmocka_unit_test(chunks_go_along),
		cmocka_unit_test(reads_ahead),
		cmocka_unit_test(waits_until_it_is_worth_it),
		cmocka_unit_test(too_many_pieces),
		cmocka_unit_test(fails_without_memory),
	};
	return cmocka_run_group_tests_name("pull", tests, NULL, NULL);
}
