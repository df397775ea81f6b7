/* SPDX-License-Identifier: Apache-2.0 */
/* Any text by any model: the first ids are those of all of it, and what they
 * hold ends where the ids of all of it say, wherever looking stops. */
#include "unit.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "charsmap_toy.h"
#include "hf_toy.h"
#include "segment/truncate.h"
#include "sp_toy.h"
#include "toy.h"

static tok_encoder *encoder(const tok_model *m, int ends, int special,
			    tok_spans spans)
{
	tok_encoder_options o;
	tok_encoder *e;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = o.add_eos = ends;
	o.add_special = special;
	o.spans = spans;
	/* What is said in bytes is not to depend on it. */
	o.unit = spans == TOK_SPANS_COVER ? TOK_UNIT_UTF16 : TOK_UNIT_BYTE;
	o.cache_size = 1 << 14;
	assert_ok(tok_encoder_new(m, &o, &e));
	return e;
}

/* A model, and its ids of a text with all spans that there are. */
struct whole {
	const tok_model *model;
	int ends, special;
	tok_bytes text;
	tok_ids ids;   /* spans in the form that is asked for */
	tok_ids peer;  /* of others' models: where tokens lie, there */
	size_t front, behind; /* what is added */
};

static void encode_whole(struct whole *w, tok_encoder *e, tok_bytes text)
{
	w->text = text;
	w->ids.n = w->peer.n = 0;
	assert_ok(tok_encode(e, text, &w->ids));
	if (w->model->arithmetic == TK_INTEGER ||
	    w->model->arithmetic == TK_DOUBLE)
		return;
	tok_encoder *peer =
		encoder(w->model, w->ends, w->special, TOK_SPANS_PEER);
	assert_ok(tok_encode(peer, text, &w->peer));
	tok_encoder_free(peer);
}

/* Where in raw text what became byte `at` of clean text begins. */
static uint64_t raw_begin(const tok_model *m, tok_bytes text, uint64_t at)
{
	tok_buf clean = {0};
	struct tk_runs runs = {0};
	uint64_t begin = at;
	tok_bytes out;

	if (!m->normalizer)
		return at;
	assert_ok(tk_normalize(m->normalizer, text, &clean, &runs, &out));
	for (size_t i = 0; i < runs.n && runs.run[i].clean_at <= at; i++) {
		begin = runs.run[i].raw_at;
		if (runs.run[i].equal)
			begin += at - runs.run[i].clean_at;
	}
	tok_buf_release(&clean);
	tk_runs_release(&runs);
	return begin;
}

/* The last edge of a character up to `at`. */
static uint64_t floor_of(tok_bytes text, uint64_t at)
{
	uint64_t edge = 0, next = 0;
	uint32_t c;

	while (next <= at) {
		const tok_bytes rest = {text.p + next, text.n - next};
		size_t size = tk_utf8_decode(rest, &c);

		edge = next;
		next += size ? size : 1;
	}
	return edge;
}

/* Where the text of the first n ids ends, by those of the whole. */
static uint64_t want_end(const struct whole *w, size_t n)
{
	size_t text_ids = w->ids.n - w->front - w->behind;
	size_t first = n > w->front ? n - w->front : 0;
	uint64_t at = 0;

	if (first >= text_ids)
		return w->text.n;
	if (w->peer.n)
		return floor_of(w->text, w->peer.span[w->front + first].begin);
	for (size_t i = 0; i < first; i++)
		at += tk_model_bytes(w->model, w->ids.id[w->front + i]).n;
	return floor_of(w->text, raw_begin(w->model, w->text, at));
}

static void check_one(const struct whole *w, tok_encoder *e, size_t n,
		      size_t look)
{
	tok_id kept[2] = {-7, -8};
	tok_ids ids = {0};
	tok_truncation cut, same;

	assert_ok(tok_ids_append(&ids, kept, 2));
	assert_ok(tk_truncate(e, w->text, n, look, &ids, &cut));
	assert_int_equal(ids.n - 2, n < w->ids.n ? n : w->ids.n);
	assert_int_equal(cut.n_ids, ids.n - 2);
	assert_memory_equal(ids.id, kept, sizeof(kept));
	for (size_t i = 0; i < cut.n_ids; i++) {
		assert_int_equal(ids.id[i + 2], w->ids.id[i]);
		if (!w->ids.span)
			continue;
		assert_int_equal(ids.span[i + 2].begin, w->ids.span[i].begin);
		assert_int_equal(ids.span[i + 2].end, w->ids.span[i].end);
	}
	assert_int_equal(cut.is_whole, n >= w->ids.n);
	if (cut.end != want_end(w, n))
		for (size_t i = 0; i < w->text.n; i++)
			print_message("%02X", w->text.p[i]);
	assert_int_equal(cut.end, want_end(w, n));
	assert_ok(tok_truncate(e, w->text, n, NULL, &same));
	assert_int_equal(same.n_ids, cut.n_ids);
	assert_int_equal(same.end, cut.end);
	assert_int_equal(same.is_whole, cut.is_whole);
	tok_ids_release(&ids);
}

struct set {
	const tok_model *model;
	int ends, special;
	size_t front, behind;
	tok_spans spans; /* that are asked for */
};

static void check(const struct set *set, tok_encoder *e, tok_bytes text,
		  uint64_t *random)
{
	struct whole w = {.model = set->model, .ends = set->ends,
			  .special = set->special, .front = set->front,
			  .behind = set->behind};

	encode_whole(&w, e, text);
	for (size_t n = 0; n <= w.ids.n + 1; n++)
		check_one(&w, e, n, 1 + unit_below(random, 1 + text.n));
	tok_ids_release(&w.ids);
	tok_ids_release(&w.peer);
}

/* What stands apart, joins, is composed, is a part of a character or none. */
static size_t put_text(uint64_t *random, uint8_t *out)
{
	static const char *const part[] = {
		"a", "b", "ab", " ", "  ", "c", "aab", "\u0301", "e\u0301",
		"\u00E9", "\u65E5", "\uFB01", "\u2581", "\n", "d", "\xE6\x97",
		"\x80", "\xFF", "\U0001F600", "<x>", "-", "1", "A", "\t"};
	size_t few = 2 + unit_below(random, sizeof(part) / sizeof(*part) - 1);
	size_t size = 0;

	for (size_t i = unit_below(random, 30); i; i--) {
		const char *s = part[unit_below(random, few)];

		memcpy(out + size, s, strlen(s));
		size += strlen(s);
	}
	return size;
}

static void check_model(tok_model *m, struct set set, uint64_t *random)
{
	static const uint8_t none[1];
	tok_encoder *e;
	uint8_t text[200];

	set.model = m;
	e = encoder(m, set.ends, set.special, set.spans);
	check(&set, e, (tok_bytes){none, 0}, random);
	for (int i = 0; i < 25; i++)
		check(&set, e, (tok_bytes){text, put_text(random, text)},
		      random);
	tok_encoder_free(e);
	tok_model_free(m);
}

static void own_models(void **state)
{
	static const tok_control control[] = {{"bos", "<s>"}, {"eos", "</s>"}};
	static const char *const more[] = {"\u00E9", "\xE6\x97", "\xA5 ", "fi",
					   "\x98\x80", "  ", "e\u0301"};
	enum { MORE = sizeof(more) / sizeof(*more) };
	struct tk_piece piece[TOY_MAX + MORE];
	uint64_t random = 51;
	struct toy toy;

	(void)state;
	for (int round = 0; round < 24; round++) {
		int ends = round / 12;
		struct set set = {.ends = ends, .front = (size_t)ends,
				  .behind = (size_t)ends,
				  .spans = round % 2 ? TOK_SPANS_COVER
						     : TOK_SPANS_NONE};
		tok_model *m;

		toy_init(&toy, &random, 4 + unit_below(&random, 20), 4);
		struct tk_spec spec = toy_spec(&toy);
		memcpy(piece, spec.piece, spec.n_pieces * sizeof(*piece));
		for (int i = 0; i < MORE; i++)
			piece[spec.n_pieces++] = (struct tk_piece){
				tok_bytes_of(more[i]), -65536};
		spec.piece = piece;
		spec.control = control;
		spec.n_controls = 2;
		spec.split = (tok_split)(round % 3);
		spec.normalize = (tok_normalize)(round / 3 % 4);
		assert_ok(tk_model_build(&spec, NULL, &m, NULL));
		check_model(m, set, &random);
	}
}

static tok_model *sentencepiece(uint64_t *random, int round)
{
	static struct charsmap_toy map;
	static struct sp_toy toy;
	uint32_t flags = (uint32_t)unit_below(random, 16);
	tok_model *m;

	sp_toy_fill(&toy, random, SP_FEW, 4, 2 + unit_below(random, 20));
	(void)sp_toy_add(&toy, BYTES("fi"), -2, TOK_KIND_PIECE);
	(void)sp_toy_add(&toy, BYTES("<x>"), 0, TOK_KIND_USER);
	if (round % 2) {
		sp_toy_add_fallback(&toy);
		flags |= TK_SP_BYTE_FALLBACK;
	}
	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "\uFB01", "fi");
	charsmap_toy_add(&map, "e\u0301", "\u00E9");
	charsmap_toy_add(&map, "-", "");
	charsmap_toy_add(&map, "A", "aab");
	charsmap_toy_add(&map, "\t", " ");
	struct tk_table table = sp_toy_table(&toy, TK_SP_FLOAT, flags);
	table.charsmap = charsmap_toy_bytes(&map);
	assert_ok(tk_model_make(&table, "x", NULL, &m, NULL));
	return m;
}

static void others_models(void **state)
{
	static struct sp_toy toy;
	uint64_t random = 52;

	(void)state;
	for (int round = 0; round < 24; round++) {
		struct set set = {.spans = (tok_spans)(round % 3)};

		check_model(sentencepiece(&random, round), set, &random);
		if (set.spans == TOK_SPANS_PEER)
			set.spans = TOK_SPANS_NONE;
		sp_toy_fill_bytes(&toy, &random, 4, 20);
		check_model(sp_toy_model(&toy, TK_DOUBLE, 0), set, &random);
	}
}

/* Of a tokenizer.json: what is added in front and behind, too. */
static void tokenizer_json(void **state)
{
	static const struct hf_toy toys[] = {
		{.added = "[{\"id\": 6, \"content\": \"<x>\", "
			  "\"single_word\": false, \"lstrip\": true, "
			  "\"rstrip\": true, \"normalized\": false, "
			  "\"special\": true}]",
		 .normalizer = "{\"type\": \"NFKC\"}",
		 .pre_tokenizer =
			 "{\"type\": \"Metaspace\", \"replacement\": "
			 "\"\u2581\", \"prepend_scheme\": \"always\"}",
		 .post_processor =
			 "{\"type\": \"TemplateProcessing\", \"single\": "
			 "[{\"SpecialToken\": {\"id\": \"<x>\", \"type_id\": "
			 "0}}, {\"Sequence\": {\"id\": \"A\", \"type_id\": "
			 "0}}, {\"SpecialToken\": {\"id\": \"<x>\", "
			 "\"type_id\": 0}}], \"pair\": [], "
			 "\"special_tokens\": {\"<x>\": {\"id\": \"<x>\", "
			 "\"ids\": [6], \"tokens\": [\"<x>\"]}}}"},
		{.normalizer = "{\"type\": \"Lowercase\"}",
		 .pre_tokenizer = "{\"type\": \"WhitespaceSplit\"}"},
		{.normalizer = NULL}};
	uint64_t random = 53;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		int special = i % 3 == 0 && i % 2;
		struct set set = {.special = special,
				  .front = (size_t)special,
				  .behind = (size_t)special,
				  .spans = (tok_spans)(i / 3 % 3)};

		check_model(hf_toy_load(&toys[i % 3]), set, &random);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_models),
		cmocka_unit_test(others_models),
		cmocka_unit_test(tokenizer_json),
	};
	return cmocka_run_group_tests_name("truncate_any", tests, NULL, NULL);
}
