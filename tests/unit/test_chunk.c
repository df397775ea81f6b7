/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "segment/chunk.h"
#include "sp_toy.h"
#include "toy.h"

/* One that keeps nothing, and some that keep little and much, of narrow ids
 * and of wide ones. */
enum { N_CHUNKERS = 5 };

struct group {
	struct tk_chunker c[N_CHUNKERS];
	tok_ids ids, want;
};

static void group_init(struct group *g, const tok_model *m)
{
	static const size_t sizes[N_CHUNKERS] = {0, 600, 1 << 16, 600, 1 << 16};
	static const bool wide[N_CHUNKERS] = {false, false, false, true, true};

	*g = (struct group){.ids.alloc = NULL};
	for (int i = 0; i < N_CHUNKERS; i++) {
		g->c[i].model = m;
		assert_ok(tk_cache_init(&g->c[i].cache, sizes[i],
					wide[i] ? 1 << 20 : 256, NULL));
	}
}

static void group_release(struct group *g)
{
	for (int i = 0; i < N_CHUNKERS; i++) {
		tk_cache_release(&g->c[i].cache);
		tk_viterbi_release(&g->c[i].viterbi);
		tok_ids_release(&g->c[i].path);
	}
	tok_ids_release(&g->ids);
	tok_ids_release(&g->want);
}

static void check(struct group *g, tok_bytes text)
{
	union tk_cell sum = {0};

	g->want.n = 0;
	assert_ok(tk_chunks(&g->c[0], text, &sum, &g->want));
	/* Twice: as it is learned, and as it is kept. */
	for (int i = 2; i < 2 * N_CHUNKERS; i++) {
		union tk_cell other = {0};

		g->ids.n = 0;
		assert_ok(tk_chunks(&g->c[i / 2], text, &other, &g->ids));
		assert_int_equal(g->ids.n, g->want.n);
		if (text.n)
			assert_memory_equal(g->ids.id, g->want.id,
					    g->ids.n * sizeof(*g->ids.id));
		assert_int_equal(other.i, sum.i);
	}
}

/* Texts of up to n symbols, of one model: the chunks of one come again in
 * another, behind other sums. */
static void check_texts(tok_model *m, uint64_t *random, size_t n_symbols,
			size_t n)
{
	static uint8_t text[4 * 70000];
	struct group g;

	group_init(&g, m);
	for (int i = 0; i < 4; i++) {
		size_t size = sp_toy_text(random, n_symbols,
					  unit_below(random, n), text);

		check(&g, (tok_bytes){text, size});
	}
	group_release(&g);
	tok_model_free(m);
}

static void floats_equal_the_kernels(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 81;

	(void)state;
	for (int round = 0; round < 320; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);
		size_t n = round % 40 ? 1000 : 20000;

		sp_toy_fill(&toy, &random,
			    (enum sp_manner)(round % SP_N_MANNERS), n_symbols,
			    2 + unit_below(&random, 12));
		check_texts(sp_toy_model(&toy, TK_SP_FLOAT, 0), &random,
			    n_symbols, n);
		check_texts(sp_toy_model(&toy, TK_SP_FLOAT_OLD, 0), &random,
			    n_symbols, n);
	}
}

static void doubles_equal_the_kernels(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 82;

	(void)state;
	for (int round = 0; round < 160; round++) {
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);

		sp_toy_fill_bytes(&toy, &random, n_symbols,
				  2 + unit_below(&random, 12));
		check_texts(sp_toy_model(&toy, TK_DOUBLE, 0), &random,
			    n_symbols, round % 40 ? 1000 : 20000);
		sp_toy_fill_hf(&toy, &random, n_symbols,
			       2 + unit_below(&random, 12));
		check_texts(sp_toy_model(&toy, TK_HF_DOUBLE, 0), &random,
			    n_symbols, round % 40 ? 1000 : 20000);
	}
}

static void integers_equal_the_kernel(void **state)
{
	uint64_t random = 83;

	(void)state;
	for (int round = 0; round < 160; round++) {
		struct toy toy;
		tok_model *m;

		toy_init(&toy, &random, 2 + unit_below(&random, 12),
			 2 + (unsigned)round % 2);
		struct tk_spec spec = toy_spec(&toy);
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		/* "a", "-", "b" are the symbols; "-" is a cut. */
		check_texts(m, &random, 3, 2000);
	}
}

/* What ties in exact sums is decided by what was summed before: the same word
 * has other ids further on, and the cache must not see to it that it has not.
 */
static void near_ties_fall_as_in_the_kernels(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4 * 4000];
	const char words[] = "\"\"\" ----- abab ";
	struct group g;

	(void)state;
	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN);
	(void)sp_toy_add(&toy, BYTES("\""), -4.3F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("\"\""), -7.7F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("-"), -3.1F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("--"), -5.9F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("---"), -8.3F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("a"), -2.7F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("b"), -2.3F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("ab"), -5.0F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("ba"), -5.0F, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES(" "), -1.9F, TOK_KIND_PIECE);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)words[i % (sizeof(words) - 1)];
	for (int old = 0; old < 2; old++) {
		tok_model *m = sp_toy_model(
			&toy, old ? TK_SP_FLOAT_OLD : TK_SP_FLOAT, 0);
		size_t n = 0, n_first = 0;

		group_init(&g, m);
		check(&g, (tok_bytes){text, sizeof(text)});
		/* Of the words of quotes, some begin with one, some with two:
		 * else the text would prove nothing. */
		for (size_t i = 1; i < g.want.n; i++)
			if (g.want.id[i - 1] == 10 && g.want.id[i] <= 2) {
				n++;
				n_first += g.want.id[i] == 1;
			}
		assert_true(n_first > 0 && n_first < n);
		group_release(&g);
		tok_model_free(m);
	}
}

/* So near 0 that floats, which what is kept is told in, are 0 there. */
static void tiny_near_ties_fall_as_in_the_kernels(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[4000];
	struct group g;
	tok_model *m;

	(void)state;
	sp_toy_init(&toy);
	(void)sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("a"), -1e-60, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("aa"), -2e-60 * (1 - 0x1p-46),
			 TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("-"), -3e-60, TOK_KIND_PIECE);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)"aa-"[i % 3];
	m = sp_toy_model(&toy, TK_HF_DOUBLE, 0);
	group_init(&g, m);
	check(&g, (tok_bytes){text, sizeof(text)});
	group_release(&g);
	tok_model_free(m);
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	struct tk_chunker c = {.model = job->model, .viterbi.alloc = alloc,
			       .path.alloc = alloc};
	union tk_cell sum = {0};
	tok_id first = 7;
	tok_ids ids;

	tok_ids_init(&ids, alloc);
	tok_status st = tk_cache_init(&c.cache, 1 << 12, 256, alloc);
	if (!st)
		st = tok_ids_append(&ids, &first, 1);
	if (!st) {
		st = tk_chunks(&c, job->text, &sum, &ids);
		assert_true(!st || ids.n == 1);
	}
	tk_cache_release(&c.cache);
	tk_viterbi_release(&c.viterbi);
	tok_ids_release(&c.path);
	tok_ids_release(&ids);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static uint8_t text[4 * 8000];
	uint64_t random = 84;
	struct toy toy;
	struct sp_toy sp;
	tok_model *m[2];

	(void)state;
	toy_init(&toy, &random, 10, 2);
	struct tk_spec spec = toy_spec(&toy);
	assert_ok(tk_model_build(&spec, NULL, &m[0], NULL));
	sp_toy_fill(&sp, &random, SP_STEPS, 3, 10);
	m[1] = sp_toy_model(&sp, TK_SP_FLOAT, 0);
	for (int i = 0; i < 2; i++) {
		struct job job = {m[i], {text, 0}};

		job.text.n = sp_toy_text(&random, 3, 8000, text);
		unit_fail_each(run, &job);
		tok_model_free(m[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floats_equal_the_kernels),
		cmocka_unit_test(doubles_equal_the_kernels),
		cmocka_unit_test(integers_equal_the_kernel),
		cmocka_unit_test(near_ties_fall_as_in_the_kernels),
		cmocka_unit_test(tiny_near_ties_fall_as_in_the_kernels),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("chunk", tests, NULL, NULL);
}
