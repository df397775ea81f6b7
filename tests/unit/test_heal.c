/* SPDX-License-Identifier: Apache-2.0 */
/* Stable ids, tails, and what may come next; that no continuation changes
 * stable ids is for test_stable and test_steps_open. */
#include "unit.h"

#include <stdio.h>

#include "base/buf.h"
#include "hf_toy.h"
#include "sp_toy.h"
#include "tok/segment.h"
#include "toy.h"

/* "1 2|tail|3": stable ids, tail, where it begins. Until the next call. */
static const char *healed(const tok_model *m, tok_bytes text, int bos)
{
	static char line[500];
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids = {0};
	tok_buf tail = {0};
	size_t end, n = 0;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = bos;
	o.spans = TOK_SPANS_COVER;
	assert_ok(tok_encoder_new(m, &o, &e));
	assert_ok(tok_heal(e, text, &ids, &end, &tail));
	for (size_t i = 0; i < ids.n; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%d",
				      i ? " " : "", (int)ids.id[i]);
	(void)snprintf(line + n, sizeof(line) - n, "|%.*s|%zu", (int)tail.n,
		       tail.n ? (const char *)tail.p : "", end);
	tok_ids_release(&ids);
	tok_buf_release(&tail);
	tok_encoder_free(e);
	return line;
}

static const char *compatible(const tok_model *m, tok_bytes tail)
{
	static char line[500];
	tok_ids ids = {0};
	size_t n = 0;

	assert_ok(tok_compatible(m, tail, &ids));
	line[0] = 0;
	for (size_t i = 0; i < ids.n; i++)
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%d",
				      i ? " " : "", (int)ids.id[i]);
	tok_ids_release(&ids);
	return line;
}

static tok_model *own(tok_split split, tok_normalize form)
{
	static const struct tk_piece piece[] = {
		{BYTES("ab"), -65536}, {BYTES("abcd"), -65536},
		{BYTES(" x"), -65536}, {BYTES("\xC3\xA9"), -65536}};
	static const tok_control bos = {"bos", "<s>"};
	int32_t byte_score[256];
	tok_model *m;

	for (int i = 0; i < 256; i++)
		byte_score[i] = -3 * 65536;
	const struct tk_spec spec = {.byte_score = byte_score,
				     .piece = piece,
				     .n_pieces = 4,
				     .control = &bos,
				     .n_controls = 1,
				     .split = split,
				     .normalize = form};
	assert_ok(tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

#define CHECK(m, text, want) \
	assert_string_equal(healed(m, BYTES(text), 0), want)

/* 256 is "abcd", 257 " x" or \u00E9 and so on: by length, then by bytes. */
static void own_models(void **state)
{
	tok_model *m = own(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE);
	tok_id bos = tok_model_control(m, "bos");
	tok_id abcd = tok_model_find(m, BYTES("abcd"));
	tok_id ab = tok_model_find(m, BYTES("ab"));
	char want[100];

	(void)state;
	CHECK(m, "", "||0");
	CHECK(m, "a", "|a|0");
	CHECK(m, "ab", "|ab|0");
	CHECK(m, "zab", "122|ab|1");
	CHECK(m, "ab ", ((void)snprintf(want, sizeof(want), "%d| |2", ab),
			 want));
	CHECK(m, "z\xC3", "122|\xC3|1");
	CHECK(m, "zz", "122 122||2");
	/* Its tie rule fixes the whole. */
	CHECK(m, "abcd", ((void)snprintf(want, sizeof(want), "%d||4", abcd),
			  want));
	(void)snprintf(want, sizeof(want), "%d 122|ab|1", bos);
	assert_string_equal(healed(m, BYTES("zab"), 1), want);
	(void)snprintf(want, sizeof(want), "%d||0", bos);
	assert_string_equal(healed(m, BYTES(""), 1), want);
	tok_model_free(m);
	m = own(TOK_SPLIT_NONE, TOK_NORMALIZE_NFC);
	/* An e may get its accent still. */
	CHECK(m, "ze", "122|e|1");
	CHECK(m, "zez", "122 101|z|2");
	CHECK(m, "ze\xCC", "122|e\xCC|1");
	CHECK(m, "z!", "122 33||2");
	CHECK(m, "z\n", "122 10||2");
	CHECK(m, "z\xFF", "122 255||2");
	tok_model_free(m);
}

static tok_model *sentencepiece(uint32_t flags)
{
	static struct sp_toy toy;

	sp_toy_init(&toy);
	assert_true(sp_toy_add(&toy, BYTES("<unk>"), 0, TOK_KIND_UNKNOWN));
	assert_true(sp_toy_add(&toy, BYTES("<s>"), 0, TOK_KIND_CONTROL));
	assert_true(sp_toy_add(&toy, BYTES("\u2581"), -2, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("a"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("\u2581" "a"), -1,
			       TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("\u2581" "abc"), -1,
			       TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("\u65E5"), -1, TOK_KIND_PIECE));
	assert_true(sp_toy_add(&toy, BYTES("ac"), -1, TOK_KIND_UNUSED));
	if (flags & TK_SP_BYTE_FALLBACK)
		sp_toy_add_fallback(&toy);
	return sp_toy_model(&toy, TK_SP_FLOAT, flags);
}

enum { SPACES = TK_SP_DUMMY_PREFIX | TK_SP_REMOVE_SPACES |
		TK_SP_ESCAPE_SPACES };

static void sentencepiece_models(void **state)
{
	tok_model *m = sentencepiece(SPACES);

	(void)state;
	CHECK(m, "", "||0");
	CHECK(m, " ", "||0");
	CHECK(m, "a", "|\u2581a|0");
	/* The space that comes next is known, if anything does. */
	CHECK(m, "a ", "4|\u2581|1");
	CHECK(m, "a  ", "4|\u2581|1");
	CHECK(m, "aa", "4 3||2");
	CHECK(m, "aa a", "4 3|\u2581a|2");
	/* Unknown neighbours are one. */
	CHECK(m, "aab", "4 3|b|2");
	CHECK(m, "aabb", "4 3|bb|2");
	CHECK(m, "aaba", "4 3 0 3||4");
	CHECK(m, "a\xE6\x97", "|\u2581" "a\xE6\x97|0");
	CHECK(m, "aa\xE6\x97", "4 3|\xE6\x97|2");
	CHECK(m, "\xE6\x97", "|\u2581\xE6\x97|0");
	CHECK(m, " \xE6", "|\u2581\xE6|0");
	assert_string_equal(compatible(m, BYTES("\u2581" "ab")), "2 4 5");
	assert_string_equal(compatible(m, BYTES("\xE6\x97")), "6");
	assert_string_equal(compatible(m, BYTES("")), "2 3 4 5 6");
	assert_string_equal(compatible(m, BYTES("q")), "");
	tok_model_free(m);
	m = sentencepiece(SPACES | TK_SP_BYTE_FALLBACK);
	CHECK(m, "aabb", "4 3 106 106||4");
	assert_string_equal(compatible(m, BYTES("b")), "106");
	assert_string_equal(compatible(m, BYTES("\u2581" "a")),
			    "2 4 5 234");
	tok_model_free(m);
	m = sentencepiece(SPACES | TK_SP_SUFFIX);
	CHECK(m, "aa", "3 3||2");
	CHECK(m, "a ", "3|\u2581|1");
	tok_model_free(m);
	m = sentencepiece(TK_SP_ESCAPE_SPACES);
	CHECK(m, "a ", "3|\u2581|1");
	tok_model_free(m);
}

static void tokenizer_json(void **state)
{
	static const struct hf_toy toy = {
		.added = "[{\"id\": 6, \"content\": \"<x>\", "
			 "\"single_word\": false, \"lstrip\": false, "
			 "\"rstrip\": false, \"normalized\": false, "
			 "\"special\": false}]",
		.pre_tokenizer =
			"{\"type\": \"Sequence\", \"pretokenizers\": "
			"[{\"type\": \"WhitespaceSplit\"}, {\"type\": "
			"\"Metaspace\", \"replacement\": \"\u2581\", "
			"\"prepend_scheme\": \"always\"}]}"};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	CHECK(m, "", "||0");
	CHECK(m, "a", "|\u2581a|0");
	/* A space ends a word, and goes. */
	CHECK(m, "a ", "5||1");
	CHECK(m, "a b", "5 4 2||3");
	CHECK(m, "a ba", "5 4 2|a|3");
	CHECK(m, "b <", "4 2|\u2581<|1");
	CHECK(m, "b <x>", "4 2 6||5");
	CHECK(m, "b <x>a", "4 2 6|\u2581a|5");
	/* Unknown ones in a row are looked up together. */
	CHECK(m, "bqq", "4 2|qq|1");
	CHECK(m, "bqqb", "4 2 0 2||4");
	CHECK(m, "b \xE6\x97", "4 2|\xE6\x97|1");
	assert_string_equal(compatible(m, BYTES("<")), "6");
	assert_string_equal(compatible(m, BYTES("\u2581" "ab")), "4 5");
	tok_model_free(m);
}

static void what_fails_changes_nothing(void **state)
{
	static const struct hf_toy toy = {.model =
						  "{\"vocab\": [[\"a\", 0]]}"};
	tok_model *m = hf_toy_load(&toy);
	tok_ids ids = {0};
	tok_buf tail = {0};
	tok_encoder *e;
	size_t n = 7, end = 8;

	(void)state;
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_int_equal(tok_heal(e, BYTES("aba"), &ids, &end, &tail),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(tok_stable_prefix(e, BYTES("aba"), &n, &end),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(ids.n + tail.n, 0);
	assert_int_equal(n, 7);
	assert_int_equal(end, 8);
	tok_encoder_free(e);
	tok_ids_release(&ids);
	tok_buf_release(&tail);
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;
	tok_buf tail;
	size_t end;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (st)
		return st;
	tok_ids_init(&ids, alloc);
	tok_buf_init(&tail, alloc);
	st = tok_heal(e, BYTES("ab abc\u00E9 e\xCC\x81 abc\n\nab aab b "),
		      &ids, &end, &tail);
	if (!st)
		st = tok_compatible(ctx, (tok_bytes){tail.p, tail.n}, &ids);
	assert_true(st == TOK_OK || ids.n + tail.n == 0 || tail.n);
	tok_ids_release(&ids);
	tok_buf_release(&tail);
	tok_encoder_free(e);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static const struct hf_toy toy = {
		.normalizer = "{\"type\": \"NFC\"}",
		.pre_tokenizer = "{\"type\": \"WhitespaceSplit\"}"};
	tok_model *m[] = {own(TOK_SPLIT_WORD, TOK_NORMALIZE_NFKC),
			  own(TOK_SPLIT_NONE, TOK_NORMALIZE_NONE),
			  sentencepiece(SPACES), hf_toy_load(&toy)};

	(void)state;
	for (size_t i = 0; i < sizeof(m) / sizeof(*m); i++) {
		unit_fail_each(run, m[i]);
		tok_model_free(m[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_models),
		cmocka_unit_test(sentencepiece_models),
		cmocka_unit_test(tokenizer_json),
		cmocka_unit_test(what_fails_changes_nothing),
		cmocka_unit_test(survives_failing_allocations),
	};

	return cmocka_run_group_tests_name("heal", tests, NULL, NULL);
}
