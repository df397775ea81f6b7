/* SPDX-License-Identifier: Apache-2.0 */
/* Stable ids by small models of every arithmetic: no continuation changes
 * them, and few more are stable. */
#include "unit.h"

#include "charsmap_toy.h"
#include "sp_toy.h"
#include "stable_check.h"
#include "toy.h"

/* STABLE_TIMES=100 takes that many times as long. */
static int rounds(int n)
{
	const char *times = getenv("STABLE_TIMES");

	return n * (times ? atoi(times) : 1);
}

static tok_model *make(struct toy *toy, tok_split split, tok_normalize form,
		       uint64_t *random, unsigned n_letters)
{
	static const char *const more[] = {"  ", "   ", " a", " ab", "\t ",
					   "a\u0301", "\u0301\u0301", "\u65E5",
					   "\u00E9", "\u0436", "\xE6\x97",
					   "\n\n", "11"};
	struct tk_piece piece[TOY_MAX + sizeof(more) / sizeof(*more)];
	tok_model *m;

	toy_init(toy, random, 4 + unit_below(random, 30), n_letters);
	struct tk_spec spec = toy_spec(toy);
	memcpy(piece, spec.piece, spec.n_pieces * sizeof(*piece));
	for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
		if (unit_below(random, 2))
			piece[spec.n_pieces++] = (struct tk_piece){
				tok_bytes_of(more[i]),
				-65536 * (int32_t)(1 + unit_below(random, 8))};
	spec.piece = piece;
	spec.split = split;
	spec.normalize = form;
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static size_t put_parts(uint64_t *random, const char *const *part, size_t n,
			uint8_t *out)
{
	size_t few = 1 + unit_below(random, n), size = 0;

	for (size_t i = unit_below(random, 16); i; i--) {
		const char *s = part[unit_below(random, few)];

		memcpy(out + size, s, strlen(s));
		size += strlen(s);
	}
	return size;
}

/* Ours, with every split and form. */
static void own_models(void **state)
{
	static const char *const part[] = {
		"a", " ", "\u0301", "b", "\n", "  ", "ab", "abc", "c", "d",
		"\t", "1", "e", "\u0327", "\u00E9", "\u0436", "\u65E5",
		"\u1100", "\u1161", "\u11A8", "\u00AD", "\uFF21", "-",
		"\r\n", "\xFF", "\xE6\x97", "\u0640", "\u200D"};
	uint64_t random = 71;
	struct toy toy;
	uint8_t text[100];

	(void)state;
	for (int round = 0; round < rounds(36); round++) {
		tok_model *m = make(&toy, (tok_split)(round % 3),
				    (tok_normalize)(round / 3 % 4), &random,
				    4);
		struct stable_check c;

		stable_check_init(&c, m, random);
		for (int i = 0; i < 16; i++) {
			size_t n = put_parts(&random, part,
					     sizeof(part) / sizeof(*part),
					     text);

			stable_check_beginnings(&c, (tok_bytes){text, n}, 2);
		}
		stable_check_release(&c);
		tok_model_free(m);
	}
}

struct gap {
	uint64_t n, below, ids, true_ids;
};

static void compare(struct gap *g, struct stable_check *c, tok_bytes text,
		    const char *const *symbol, size_t n, size_t most)
{
	stable_check(c, text, 3);
	size_t truth = stable_check_truth(c, text, symbol, n, most);

	assert_true(c->stable.n <= truth);
	g->n++;
	g->below += c->stable.n < truth;
	g->ids += c->stable.n;
	g->true_ids += truth;
}

static void say(const char *what, const struct gap *g)
{
	print_message("%s: %d texts, below the truth in %d; %d of %d ids\n",
		      what, (int)g->n, (int)g->below, (int)g->ids,
		      (int)g->true_ids);
}

/* Against all continuations of up to five letters, one more than a piece can
 * take beyond the text: as clean text and raw text are one, ours is all that
 * is true. */
static void all_that_is_true(void **state)
{
	static const char *const symbol[] = {"a", "b", "c"};
	uint64_t random = 72;
	struct gap gap = {0};
	struct toy toy;
	uint8_t text[24];

	(void)state;
	for (int round = 0; round < rounds(12); round++) {
		tok_model *m = make(&toy, TOK_SPLIT_NONE, TOK_NORMALIZE_NONE,
				    &random, 3);
		struct stable_check c;

		stable_check_init(&c, m, random);
		for (int i = 0; i < 6; i++) {
			size_t n = unit_below(&random, sizeof(text));

			for (size_t k = 0; k < n; k++)
				text[k] = (uint8_t)*symbol[unit_below(&random,
								      3)];
			compare(&gap, &c, (tok_bytes){text, n}, symbol, 3, 5);
		}
		stable_check_release(&c);
		tok_model_free(m);
	}
	say("integers", &gap);
	/* Which path wins may not depend on where it goes on. */
	assert_true(gap.below * 4 < gap.n);
}

static const struct {
	enum tk_arithmetic arithmetic;
	const char *name;
} kinds[] = {{TK_SP_FLOAT_OLD, "floats to 0.2.1"},
	     {TK_SP_FLOAT, "floats"},
	     {TK_DOUBLE, "doubles"},
	     {TK_HF_DOUBLE, "doubles by characters"}};

static tok_model *random_model(struct sp_toy *toy, uint64_t *random,
			       enum tk_arithmetic a, size_t n_symbols)
{
	size_t n = 2 + unit_below(random, 20);
	uint32_t flags = (uint32_t)unit_below(random, 16);

	if (a == TK_DOUBLE)
		sp_toy_fill_bytes(toy, random, n_symbols, n);
	else if (a == TK_HF_DOUBLE)
		sp_toy_fill_hf(toy, random, n_symbols, n);
	else
		sp_toy_fill(toy, random,
			    (enum sp_manner)unit_below(random, SP_N_MANNERS),
			    n_symbols, n);
	if (a < TK_DOUBLE && unit_below(random, 2)) {
		sp_toy_add_fallback(toy);
		flags |= TK_SP_BYTE_FALLBACK;
	}
	return sp_toy_model(toy, a, flags);
}

static void others_models(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 73;
	uint8_t text[400];

	(void)state;
	for (int round = 0; round < rounds(80); round++) {
		enum tk_arithmetic a = kinds[round % 4].arithmetic;
		size_t n_symbols = 1 + unit_below(&random, SP_TOY_SYMBOLS);
		tok_model *m = random_model(&toy, &random, a, n_symbols);
		struct stable_check c;

		stable_check_init(&c, m, random);
		for (int i = 0; i < 12; i++) {
			size_t n = unit_below(&random, 60);
			tok_bytes t = {text, sp_toy_text(&random, n_symbols, n,
							 text)};

			/* Spaces for some of the bytes. */
			for (size_t k = 0; i & 1 && k < t.n; k++)
				if (!unit_below(&random, 5))
					text[k] = ' ';
			stable_check(&c, t, 6);
		}
		stable_check_beginnings(
			&c, (tok_bytes){text, sp_toy_text(&random, n_symbols,
							  15, text)}, 2);
		stable_check_release(&c);
		tok_model_free(m);
	}
}

static void others_truth(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 74;
	uint8_t text[100];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct gap gap = {0};

		for (int round = 0; round < rounds(6); round++) {
			tok_model *m = random_model(&toy, &random,
						    kinds[i].arithmetic, 3);
			struct stable_check c;

			stable_check_init(&c, m, random);
			for (int k = 0; k < 4; k++) {
				size_t n = unit_below(&random, 20);
				tok_bytes t = {text, sp_toy_text(&random, 3, n,
								 text)};

				compare(&gap, &c, t, sp_toy_symbol, 3, 5);
			}
			stable_check_release(&c);
			tok_model_free(m);
		}
		say(kinds[i].name, &gap);
	}
}

/* Keys of a map and symbols that are the beginning of longer ones, with and
 * without spaces. */
static tok_model *mapped_model(uint64_t *random)
{
	static const char *const rule[][2] = {
		{"\t", " "}, {"A", "a"}, {"e\u0301", "\u00E9"}, {"-", ""},
		{"-a", "b"}, {"-ab", "  "}, {"bb", "c "}, {" \u0301", "'"},
		{"\u2581", " "}, {"  ", "-"}, {"\n", "\xE2"}, {"ca", "\u65E5"},
		{"\u65E5\u0301", "a"}, {"d", " d "}};
	static const char *const symbol[] = {"<u>", "<ux", " a", "b-", "a b"};
	enum tk_arithmetic a = kinds[unit_below(random, 2)].arithmetic;
	static struct charsmap_toy map;
	static struct sp_toy toy;
	tok_model *m;

	charsmap_toy_init(&map);
	for (size_t i = 0; i < sizeof(rule) / sizeof(*rule); i++)
		if (!unit_below(random, 3))
			charsmap_toy_add(&map, rule[i][0], rule[i][1]);
	sp_toy_fill(&toy, random, SP_FEW, 5, unit_below(random, 20));
	for (size_t i = 0; i < sizeof(symbol) / sizeof(*symbol); i++)
		if (!unit_below(random, 3))
			(void)sp_toy_add(&toy, tok_bytes_of(symbol[i]), 0,
					 TOK_KIND_USER);
	struct tk_table table =
		sp_toy_table(&toy, a, (uint32_t)unit_below(random, 16));
	table.charsmap = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

static void maps_and_symbols(void **state)
{
	static const char *const part[] = {
		"a", " ", "b", "  ", "\t", "A", "a", "b", "bb", "c", "d", "-", "-a",
		"e", "e\u0301", "\u0301", "\u2581", "\n", "\u65E5", "<", "<u",
		"<u>", "<ux", "\xE6\x97", "\xFF"};
	uint64_t random = 76;
	uint8_t text[200];

	(void)state;
	for (int round = 0; round < rounds(80); round++) {
		tok_model *m = mapped_model(&random);
		struct stable_check c;

		stable_check_init(&c, m, random);
		for (int i = 0; i < 12; i++) {
			size_t n = put_parts(&random, part,
					     sizeof(part) / sizeof(*part),
					     text);

			stable_check_beginnings(&c, (tok_bytes){text, n}, 2);
		}
		stable_check_release(&c);
		tok_model_free(m);
	}
}

/* A piece longer than what is settled at once, and a text longer still. */
static void long_pieces(void **state)
{
	static struct sp_toy toy;
	static uint8_t text[40000];
	uint64_t random = 75;

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t i = 0; i < 4; i++) {
		sp_toy_init(&toy);
		if (kinds[i].arithmetic == TK_DOUBLE)
			sp_toy_fill_bytes(&toy, &random, 2, 0);
		else
			sp_toy_fill(&toy, &random, SP_FEW, 2, 0);
		sp_toy_add_long(&toy, &random);
		if (kinds[i].arithmetic == TK_HF_DOUBLE)
			continue;
		tok_model *m = sp_toy_model(&toy, kinds[i].arithmetic, 0);
		struct stable_check c;

		stable_check_init(&c, m, random);
		text[5000] = 'b';
		stable_check(&c, (tok_bytes){text, 20000}, 2);
		stable_check(&c, (tok_bytes){text, 9000}, 2);
		text[15000] = 'b';
		stable_check(&c, (tok_bytes){text, sizeof(text)}, 2);
		stable_check_release(&c);
		tok_model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_models),
		cmocka_unit_test(all_that_is_true),
		cmocka_unit_test(others_models),
		cmocka_unit_test(others_truth),
		cmocka_unit_test(maps_and_symbols),
		cmocka_unit_test(long_pieces),
	};

	return cmocka_run_group_tests_name("stable", tests, NULL, NULL);
}
