/* SPDX-License-Identifier: Apache-2.0 */
/* Few letters and runs: chunks that are long, cuts that are rare, walks that
 * end anywhere. test_stable and test_words stream all that they look at, too. */
#include "unit.h"

#include "base/buf.h"
#include "segment/flow.h"
#include "sp_toy.h"
#include "stream_check.h"
#include "toy.h"

static tok_encoder *encoder(const tok_model *m, size_t cache_size)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.cache_size = cache_size;
	assert_ok(tok_encoder_new(m, &o, &e));
	/* Stretches are long from here on. */
	e->chunker.viterbi.freeze = 16;
	return e;
}

static void must_equal(const tok_ids *got, const tok_ids *want)
{
	assert_int_equal(got->n, want->n);
	assert_memory_equal(got->id, want->id, got->n * sizeof(*got->id));
}

static void check_model(tok_model *m, size_t n_symbols, uint64_t *random)
{
	enum { SYMBOLS = 700 };
	static uint8_t text[4 * SYMBOLS];
	tok_encoder *kept = encoder(m, 1 << 16), *fresh = encoder(m, 0);

	for (int i = 0; i < 60; i++) {
		static const double alpha[] = {-1, 0.2, 1, -1, 5};
		size_t n = sp_toy_text(random, n_symbols,
				       unit_below(random, SYMBOLS), text);

		stream_check(i % 2 ? kept : fresh, i % 2 ? fresh : kept,
			     (tok_bytes){text, n}, alpha[i % 5],
			     1 + unit_below(random, 300), random);
	}
	tok_encoder_free(kept);
	tok_encoder_free(fresh);
	tok_model_free(m);
}

static void floats(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 31;

	(void)state;
	for (int round = 0; round < 40; round++) {
		size_t n_symbols = 1 + unit_below(&random, 4);

		sp_toy_init(&toy);
		sp_toy_fill(&toy, &random,
			    (enum sp_manner)(round % SP_N_MANNERS), n_symbols,
			    4 + unit_below(&random, 30));
		/* Some of the letters are unknown else. */
		if (round % 5 == 0)
			sp_toy_add_runs(&toy, sp_toy_symbol[0]);
		if (round % 3 == 0)
			sp_toy_add_fallback(&toy);
		check_model(sp_toy_model(&toy,
					 round % 2 ? TK_SP_FLOAT
						   : TK_SP_FLOAT_OLD,
					 round % 3 ? 0 : TK_SP_BYTE_FALLBACK),
			    n_symbols, &random);
	}
}

static void doubles(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 32;

	(void)state;
	for (int round = 0; round < 20; round++) {
		size_t n_symbols = 1 + unit_below(&random, 4);

		sp_toy_init(&toy);
		sp_toy_fill_bytes(&toy, &random, n_symbols,
				  4 + unit_below(&random, 30));
		check_model(sp_toy_model(&toy, TK_DOUBLE, 0), n_symbols,
			    &random);
	}
}

static void integers(void **state)
{
	uint64_t random = 33;

	(void)state;
	for (int round = 0; round < 20; round++)
		check_model(toy_model(&random, 4 + unit_below(&random, 30), 3),
			    3, &random);
}

static void put_symbols(uint64_t *random, const char *const *symbol, size_t n,
			tok_buf *text)
{
	text->n = 0;
	for (size_t i = unit_below(random, 60); i; i--)
		assert_ok(tk_buf_text(text, symbol[unit_below(random, n)]));
}

/* A pre-token whose beginning has become ids ends where it would. */
static void words_go_on(void **state)
{
	/* Marks and letters of no script, which go along with any run, and
	 * what ends one; all of their pairs are pieces. */
	static const char *const symbol[] = {"a", "\u30FC", "\u3042", "\u0301",
					     "!", " ", "1", "\t", "\n"};
	enum { N = sizeof(symbol) / sizeof(*symbol) };
	static char bytes[N * N][8];
	struct tk_piece piece[N * N];
	int32_t byte_score[256];
	uint64_t random = 35;
	tok_buf text = {0};

	(void)state;
	for (int i = 0; i < 256; i++)
		byte_score[i] = -65536 * 9;
	for (size_t round = 0; round < 60; round++) {
		struct tk_spec spec = {.byte_score = byte_score, .piece = piece,
				       .split = (tok_split)(round % 3)};
		tok_model *m;

		/* Some are missing: there are cuts. */
		for (size_t i = 0; i < N * N; i++) {
			strcpy(bytes[i], symbol[i / N]);
			strcat(bytes[i], symbol[i % N]);
			if (unit_below(&random, 3))
				piece[spec.n_pieces++] = (struct tk_piece){
					tok_bytes_of(bytes[i]),
					-65536 * (int32_t)(1 + i % 5)};
		}
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		tok_encoder *kept = encoder(m, 1 << 16), *fresh = encoder(m, 0);
		for (int i = 0; i < 200; i++) {
			put_symbols(&random, symbol, N, &text);
			stream_check(kept, fresh, (tok_bytes){text.p, text.n},
				     i % 2 ? -1 : 0.4, 9, &random);
		}
		tok_encoder_free(kept);
		tok_encoder_free(fresh);
		tok_model_free(m);
	}
	tok_buf_release(&text);
}

/* "?" and "!" are unknown; no cut is before the first in "b?". */
static tok_model *runs_model(const char *symbol, uint32_t flags)
{
	static struct sp_toy toy;
	tok_buf piece = {0};

	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	assert_true(sp_toy_add(&toy, BYTES("b"), -1, TOK_KIND_PIECE));
	sp_toy_add_runs(&toy, symbol);
	assert_ok(tk_buf_text(&piece, symbol));
	assert_ok(tk_buf_text(&piece, "b?!"));
	assert_true(sp_toy_add(&toy, (tok_bytes){piece.p, piece.n}, -9,
			       TOK_KIND_PIECE));
	tok_buf_release(&piece);
	if (flags & TK_SP_BYTE_FALLBACK)
		sp_toy_add_fallback(&toy);
	return sp_toy_model(&toy, TK_SP_FLOAT, flags);
}

/* Two runs, symbol by symbol; the most bytes that are owed. */
static size_t flow_runs(struct tk_flow *f, const char *symbol,
			uint64_t *random, tok_buf *text, tok_ids *ids)
{
	enum { N = 1000 };
	size_t most = 0;

	for (int i = 0; i < N; i++) {
		size_t before = text->n;

		if (i == 0 || i == N / 2 || i == N - 1)
			assert_ok(tk_buf_text(text, "b?\u2581!b!!"));
		assert_ok(tk_buf_text(text, symbol));
		assert_ok(tk_buf_append(&f->text, text->p + before,
					text->n - before));
		if (i < N - 1 && unit_below(random, 3) == 0)
			continue;
		assert_ok(tk_flow_run(f, f->text.n, i == N - 1, ids));
		assert_true(f->text.n < 400);
		if (most < f->e->chunker.viterbi.frozen.n)
			most = f->e->chunker.viterbi.frozen.n;
	}
	return most;
}

/* Of a run whose paths never meet the text goes, and its ids come in the end;
 * what is unknown before and behind it is looked up in what is left. */
static void ids_may_be_owed(void **state)
{
	static const char *const symbol[] = {"a", "\u00E9", "\u65E5",
					     "\U0001F600"};
	struct tk_choice best = {.draw = false};
	uint64_t random = 36;

	(void)state;
	for (int round = 0; round < 16; round++) {
		const char *s = symbol[round % 4];
		tok_model *m = runs_model(s, round / 4 % 2 ? TK_SP_BYTE_FALLBACK
							   : 0);
		tok_encoder *e = encoder(m, 0), *whole = encoder(m, 0);
		struct tk_flow f = {.e = e, .choice = &best, .held = 100};
		tok_ids ids = {0}, want = {0};
		tok_buf text = {0};

		assert_true(flow_runs(&f, s, &random, &text, &ids) > 400);
		assert_true(tk_flow_is_empty(&f));
		assert_ok(tok_encode(whole, (tok_bytes){text.p, text.n},
				     &want));
		must_equal(&ids, &want);
		tok_ids_release(&ids);
		tok_ids_release(&want);
		tok_buf_release(&text);
		tk_flow_release(&f);
		tok_encoder_free(e);
		tok_encoder_free(whole);
		tok_model_free(m);
	}
}

/* Bytes of an unknown character make its ids: where a path that goes on has
 * one in front, text waits. */
static void no_unknown_is_owed(void **state)
{
	enum { N = 999 };
	struct tk_choice best = {.draw = false};
	static struct sp_toy toy;
	tok_ids ids = {0}, want = {0};
	uint8_t text[N];

	(void)state;
	memset(text, 'a', N);
	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	for (size_t n = 2; n <= 8; n *= 2)
		assert_true(sp_toy_add(&toy, (tok_bytes){text, n}, -8,
				       TOK_KIND_PIECE));
	sp_toy_add_fallback(&toy);
	tok_model *m = sp_toy_model(&toy, TK_SP_FLOAT, TK_SP_BYTE_FALLBACK);
	tok_encoder *e = encoder(m, 0), *whole = encoder(m, 0);
	struct tk_flow f = {.e = e, .choice = &best, .held = 100};

	for (size_t i = 0; i < N; i += 9) {
		assert_ok(tk_buf_append(&f.text, text + i, 9));
		assert_ok(tk_flow_run(&f, f.text.n, i + 9 == N, &ids));
		assert_int_equal(e->chunker.viterbi.frozen.n, 0);
	}
	assert_ok(tok_encode(whole, (tok_bytes){text, N}, &want));
	must_equal(&ids, &want);
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tk_flow_release(&f);
	tok_encoder_free(e);
	tok_encoder_free(whole);
	tok_model_free(m);
}

/* A document that is given up in the middle of a walk leaves nothing. */
static void begins_anew(void **state)
{
	enum { SIZE = 3000 };
	tok_model *m = toy_model(&(uint64_t){34}, 3, 1);
	tok_encoder *e = encoder(m, 1 << 14);
	struct tk_choice best = {.draw = false};
	struct tk_flow f = {.e = e, .choice = &best, .held = 100};
	uint8_t text[SIZE];
	tok_ids ids = {0}, want = {0};

	(void)state;
	memset(text, 'a', SIZE);
	assert_ok(tk_buf_append(&f.text, text, SIZE));
	assert_ok(tk_flow_run(&f, SIZE, false, &ids));
	assert_true(f.walking);
	assert_false(tk_flow_is_empty(&f));
	tk_flow_begin(&f);
	assert_true(tk_flow_is_empty(&f));
	ids.n = 0;
	assert_ok(tk_buf_append(&f.text, text, 50));
	assert_ok(tk_flow_run(&f, 50, true, &ids));
	assert_ok(tok_encode(e, (tok_bytes){text, 50}, &want));
	must_equal(&ids, &want);
	tok_ids_release(&ids);
	tok_ids_release(&want);
	tk_flow_release(&f);
	tok_encoder_free(e);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(floats),
		cmocka_unit_test(doubles),
		cmocka_unit_test(integers),
		cmocka_unit_test(words_go_on),
		cmocka_unit_test(ids_may_be_owed),
		cmocka_unit_test(no_unknown_is_owed),
		cmocka_unit_test(begins_anew),
	};
	return cmocka_run_group_tests_name("flow", tests, NULL, NULL);
}
