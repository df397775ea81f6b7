/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "charsmap_toy.h"
#include "segment/words.h"
#include "sp_toy.h"
#include "stream_check.h"
#include "tok/segment.h"

/* What the fused way stands for is what an encoder without a cache does. */
struct pair {
	tok_model *model;
	tok_encoder *fused, *plain, *draws;
};

static tok_encoder *make_encoder(const tok_model *m, size_t cache_size)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.cache_size = cache_size;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

static void pair_release(struct pair *p)
{
	tok_encoder_free(p->fused);
	tok_encoder_free(p->draws);
	tok_encoder_free(p->plain);
	tok_model_free(p->model);
}

/* Words, spaces of all kinds, characters that change, that join what is
 * before them, that no piece has; symbols of the user's; broken UTF-8. */
static const char *const part[] = {
	" ", " ", " ", " ", "  ", "   ", "\t", "\n", "a", "ab", "the", "word,",
	"\"\"", "-----", "abcdefghijklm", "abcdefghijklmnop", "A", "e", "ff",
	"\u3000", "\u2581", "\u0301", "\u00E9", "\u65E5", "\u00AD", "_",
	"<u>", "<", "!", "\xFF", "\xE2\x96", "\x7F", "\u00A8", ("\xFF" "ab x"),
};
enum { N_PARTS = sizeof(part) / sizeof(*part) };

static size_t random_text(uint64_t *random, size_t n, uint8_t *out)
{
	/* Of all parts, or of few. */
	size_t few = unit_below(random, 2) ? N_PARTS
					   : 1 + unit_below(random, N_PARTS);
	size_t size = 0;

	for (size_t i = 0; i < n; i++) {
		const char *s = part[unit_below(random, few)];

		memcpy(out + size, s, strlen(s));
		size += strlen(s);
	}
	return size;
}

static void add_map(struct charsmap_toy *map, uint64_t *random)
{
	static const char *const rule[][2] = {
		{"\t", " "}, {"\n", " "}, {"\u3000", " "}, {"A", "a"},
		{"e\u0301", "\u00E9"}, {"\u00AD", ""}, {"_", "\u2581"},
		{"ff", "f"}, {"\u00A8", " \u0308"}, {"\xFF", "x"},
		{" \u0301", "'"}, {"d,", "D"}, {"the", "T"}, {"\tab", "-"},
		{"\x7F", "-\xE2\x96"}, {"\u65E5 ", "j"}, {"! ", "?"},
	};
	enum { N = sizeof(rule) / sizeof(*rule) };

	charsmap_toy_init(map);
	for (size_t i = 0; i < N; i++)
		/* The last three keep words from being plain. */
		if (unit_below(random, i < N - 3 ? 2 : 12) == 0)
			charsmap_toy_add(map, rule[i][0], rule[i][1]);
}

/* Pieces that are parts, or join two of them with and without a space. */
static void add_pieces(struct sp_toy *toy, uint64_t *random)
{
	assert_true(sp_toy_add(toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	for (size_t i = 0; i < 30; i++) {
		char bytes[64];
		const char *first = part[unit_below(random, N_PARTS)];
		const char *second = part[unit_below(random, N_PARTS)];
		size_t form = unit_below(random, 8);

		bytes[0] = '\0';
		if (form & 1)
			strcat(bytes, "\u2581");
		strcat(bytes, first);
		if (form == 6)
			strcat(bytes, "\u2581");
		if (form & 2)
			strcat(bytes, second);
		(void)sp_toy_add(toy, tok_bytes_of(bytes),
				 (double)(-1.1F * (float)(1 + i % 7)),
				 TOK_KIND_PIECE);
	}
	for (const char *c = "abdehortw,\"-"; *c; c++)
		(void)sp_toy_add(toy, (tok_bytes){(const uint8_t *)c, 1}, -9,
				 TOK_KIND_PIECE);
	if (unit_below(random, 4) == 0)
		(void)sp_toy_add(toy, BYTES("<u>"), -1, TOK_KIND_USER);
	if (unit_below(random, 8) == 0)
		(void)sp_toy_add(toy, BYTES("a b"), -1, TOK_KIND_USER);
	/* The character that it begins goes on behind it. */
	if (unit_below(random, 16) == 0)
		(void)sp_toy_add(toy, BYTES("\xFF" "ab"), -1, TOK_KIND_USER);
	sp_toy_add_fallback(toy);
}

static struct pair pair_new(uint64_t *random)
{
	static struct sp_toy toy;
	static struct charsmap_toy map;
	struct pair p;

	sp_toy_init(&toy);
	add_pieces(&toy, random);
	add_map(&map, random);
	uint32_t flags = (uint32_t)unit_below(random, 2 * TK_SP_BYTE_FALLBACK);
	/* Others do not suit. */
	if (unit_below(random, 4))
		flags |= TK_SP_ESCAPE_SPACES;
	struct tk_table table = sp_toy_table(
		&toy, unit_below(random, 2) ? TK_SP_FLOAT : TK_SP_FLOAT_OLD,
		flags);
	table.charsmap = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&table, "x", NULL, &p.model, NULL));
	p.fused = make_encoder(p.model, 1 << 14);
	p.draws = make_encoder(p.model, 1 << 17);
	p.plain = make_encoder(p.model, 0);
	return p;
}

static tok_status encode(tok_encoder *e, tok_bytes text, double alpha,
			 tok_ids *ids)
{
	if (alpha < 0)
		return tok_encode(e, text, ids);
	return tok_sample(e, text, alpha, (tok_key){3, 1, text.n}, ids);
}

/* The best path, with alpha below 0, or one that is drawn. */
static void check(const struct pair *p, tok_bytes text, double alpha)
{
	tok_ids ids = {0}, want = {0};
	tok_id before = 1;

	assert_ok(tok_ids_append(&ids, &before, 1));
	assert_ok(encode(alpha < 0 ? p->fused : p->draws, text, alpha, &ids));
	assert_ok(encode(p->plain, text, alpha, &want));
	stream_check(alpha < 0 ? p->fused : p->draws, p->plain, text, alpha,
		     1 + text.n % 60, &(uint64_t){text.n});
	assert_int_equal(ids.n, want.n + 1);
	if (want.n)
		assert_memory_equal(ids.id + 1, want.id,
				    want.n * sizeof(*want.id));
	tok_ids_release(&ids);
	tok_ids_release(&want);
}

static void equals_the_stages(void **state)
{
	static uint8_t text[20 * 400];
	uint64_t random = 95;
	size_t n_suit = 0;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct pair p = pair_new(&random);

		n_suit += tk_words_suits(p.model);
		for (int i = 0; i < 24; i++) {
			size_t n = unit_below(&random, i ? 40 : 400);
			size_t size = random_text(&random, n, text);
			/* A copy, so that a byte too far is seen. */
			uint8_t *copy = malloc(size ? size : 1);

			memcpy(copy, text, size);
			check(&p, (tok_bytes){copy, size}, -1);
			check(&p, (tok_bytes){copy, size},
			      round % 5 ? 0.1 * (round % 5) : 60);
			free(copy);
		}
		pair_release(&p);
	}
	/* Else it was the stages themselves. */
	assert_true(n_suit > 100 && n_suit < 400);
}

static tok_model *near_ties(enum tk_arithmetic arithmetic)
{
	static const struct {
		const char *bytes;
		float score;
	} piece[] = {{"\u2581", -0.3F}, {"ab", -0.1F}, {"cd", -0.2F},
		     {"a", -0.15F}, {"bcd", -0.15F}, {"x", -0.37F},
		     {"y", -0.71F}};
	static struct sp_toy toy;

	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		assert_true(sp_toy_add(&toy, tok_bytes_of(piece[i].bytes),
				       (double)piece[i].score,
				       TOK_KIND_PIECE));
	return sp_toy_model(&toy, arithmetic,
			    TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
				    TK_SP_ESCAPE_SPACES);
}

/* Two paths of "abcd" are as good, but for how the sum before them rounds:
 * that goes on from part to part. */
static void sums_go_on(void **state)
{
	enum { SIZE = 30000 };
	static uint8_t text[SIZE];
	uint64_t random = 97;

	(void)state;
	for (int round = 0; round < 4; round++) {
		struct pair p = {.model = near_ties(
			round % 2 ? TK_SP_FLOAT : TK_SP_FLOAT_OLD)};
		size_t n = 0;

		assert_true(tk_words_suits(p.model));
		p.fused = make_encoder(p.model, 1 << 14);
		p.plain = make_encoder(p.model, 0);
		while (n + 8 < SIZE) {
			static const char *const word[] = {"abcd ", "x ",
							   "xy ", "y "};
			const char *s = word[unit_below(&random, 4)];

			memcpy(text + n, s, strlen(s));
			n += strlen(s);
		}
		stream_check(p.fused, p.plain, (tok_bytes){text, n}, -1, 500,
			     &random);
		pair_release(&p);
	}
}

struct job {
	const tok_model *model;
	tok_bytes text;
};

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct job *job = ctx;
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.cache_size = 1 << 17;
	tok_status st = tok_encoder_new(job->model, &o, &e);
	if (st)
		return st;
	tok_ids_init(&ids, alloc);
	st = tok_encode(e, job->text, &ids);
	assert_true(!st || !ids.n);
	if (!st)
		st = encode(e, job->text, 0.5, &ids);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static uint8_t text[20 * 600];
	uint64_t random = 96;
	struct pair p;

	(void)state;
	do {
		p = pair_new(&random);
		if (tk_words_suits(p.model))
			break;
		pair_release(&p);
	} while (true);
	struct job job = {p.model, {text, random_text(&random, 600, text)}};
	unit_fail_each(run, &job);
	pair_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_the_stages),
		cmocka_unit_test(sums_go_on),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
