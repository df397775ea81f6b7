/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and spans are those of tokenizers 0.23.3. */
#include "unit.h"

#include "hf_toy.h"
#include "tok/segment.h"

static void check(const tok_model *m, const char *text, const char *want)
{
	assert_string_equal(hf_toy_ids(m, tok_bytes_of(text), TOK_SPANS_PEER),
			    want);
}

/* Neighbours are one; and the unknown piece itself is unknown. */
static void unknown_characters(void **state)
{
	const struct hf_toy toy = {.added = NULL};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	check(m, "ab", "3:0-2");
	check(m, "aab", "1:0-1 3:1-3");
	check(m, "\u00E9ab\u00E9\u00E9" "b", "0:0-2 3:2-4 0:4-8 2:8-9");
	check(m, "<unk>", "0:0-5");
	check(m, "a<unk>b", "1:0-1 0:1-6 2:6-7");
	check(m, "\u00E9<unk>x", "0:0-8");
	check(m, "  ", "0:0-2");
	check(m, "", "");
	tok_model_free(m);
}

#define FALLBACK \
	"{\"unk_id\": 0, \"byte_fallback\": true, \"vocab\": [" \
	"[\"<unk>\", 0], [\"a\", -1], [\"<0xC3>\", -4], [\"<0xA9>\", -5], " \
	"[\"<0x41>\", -5], [\"\u00e7\u00e7\", -100], [\"<0x20>\", -7]]}"

/* All bytes of what is unknown in a row, or the unknown id; unless that is a
 * piece. To the peer each byte stands for all of it. */
static void bytes(void **state)
{
	const struct hf_toy toy = {.model = FALLBACK};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	check(m, "a\u00E9" "a", "1:0-1 2:1-3 3:1-3 1:3-4");
	check(m, "A", "4:0-1");
	check(m, "\u00E9\u00E9", "2:0-4 3:0-4 2:0-4 3:0-4");
	check(m, "\u00E7", "0:0-2");
	check(m, "\u00E7\u00E7", "5:0-4");
	check(m, "\u00E9\u00E7", "0:0-4");
	check(m, "\u00E9 A<0x41>", "2:0-4 3:0-4 6:0-4 4:0-4 4:4-10");
	assert_string_equal(hf_toy_ids(m, BYTES("a\u00E9"), TOK_SPANS_COVER),
			    "1:0-1 2:1-3 3:3-3");
	tok_model_free(m);
}

static void spans_through_a_normalizer(void **state)
{
	const struct hf_toy toy = {.model = FALLBACK,
				   .normalizer = "{\"type\": \"NFC\"}"};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	check(m, "ae\u0301" "a", "1:0-1 2:1-2 3:1-2 1:4-5");
	assert_string_equal(hf_toy_ids(m, BYTES("ae\u0301" "a"),
				       TOK_SPANS_COVER),
			    "1:0-1 2:1-2 3:2-2 1:2-5");
	tok_model_free(m);
}

/* The original: "Encountered an unknown token but `unk_id` is missing". */
static void without_an_unknown_id(void **state)
{
	const struct hf_toy toy = {.model = "{\"vocab\": [[\"a\", 0]]}"};
	tok_model *m = hf_toy_load(&toy);
	tok_ids ids = {0};
	tok_encoder *e;

	(void)state;
	check(m, "aa", "0:0-1 0:1-2");
	assert_ok(tok_encoder_new(m, NULL, &e));
	assert_ok(tok_encode(e, BYTES("a"), &ids));
	assert_int_equal(tok_encode(e, BYTES("ab"), &ids),
			 TOK_E_UNSUPPORTED);
	assert_int_equal(ids.n, 1);
	assert_int_equal(ids.id[0], 0);
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
}

static size_t random_text(uint64_t *random, uint8_t *out)
{
	static const char *const pick[] = {
		"a", "b", "ab", "\u2581", " ", "\u00E9", "\u0301", "<x>",
		"\xFF", "\xE2\x96", "A", "\uFB01", "e"};
	size_t n = 0;

	for (size_t i = unit_below(random, 20); i; i--) {
		const char *s = pick[unit_below(random, sizeof(pick) /
								sizeof(*pick))];

		memcpy(out + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

static void encode(tok_encoder *e, tok_bytes text, tok_ids *ids)
{
	ids->n = 0;
	assert_ok(tok_encode(e, text, ids));
}

/* Spans change no id; those that cover tile the text. */
static void any_text(void **state)
{
	const struct hf_toy toy = {
		.added = "[{\"content\": \"<x>\", \"single_word\": false, "
			 "\"lstrip\": true, \"rstrip\": true, \"normalized\": "
			 "false, \"special\": true}]",
		.normalizer = "{\"type\": \"NFKD\"}",
		.pre_tokenizer = "{\"type\": \"Metaspace\", "
				 "\"replacement\": \"\u2581\", "
				 "\"prepend_scheme\": \"first\"}"};
	tok_model *m = hf_toy_load(&toy);
	tok_encoder *e[3];
	tok_ids ids[3] = {{0}};
	uint64_t random = 151;
	uint8_t p[100];

	(void)state;
	for (int i = 0; i < 3; i++) {
		tok_encoder_options o;

		tok_encoder_options_defaults(&o, sizeof(o));
		o.spans = (tok_spans)i;
		assert_ok(tok_encoder_new(m, &o, &e[i]));
	}
	for (int round = 0; round < 5000; round++) {
		tok_bytes text = {p, random_text(&random, p)};
		uint64_t at = 0;

		for (int i = 0; i < 3; i++)
			encode(e[i], text, &ids[i]);
		assert_int_equal(ids[1].n, ids[0].n);
		assert_int_equal(ids[2].n, ids[0].n);
		for (size_t i = 0; i < ids[0].n; i++) {
			tok_span cover = ids[1].span[i];

			assert_int_equal(ids[1].id[i], ids[0].id[i]);
			assert_int_equal(ids[2].id[i], ids[0].id[i]);
			assert_int_equal(cover.begin, at);
			assert_true(cover.end >= at);
			at = cover.end;
			assert_true(ids[2].span[i].end <= text.n);
		}
		assert_int_equal(at, ids[0].n ? text.n : 0);
	}
	for (int i = 0; i < 3; i++) {
		tok_encoder_free(e[i]);
		tok_ids_release(&ids[i]);
	}
	tok_model_free(m);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	tok_encoder_options o;
	tok_encoder *e;
	tok_ids ids;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.alloc = alloc;
	o.spans = TOK_SPANS_PEER;
	tok_ids_init(&ids, alloc);
	tok_status st = tok_encoder_new(ctx, &o, &e);
	if (!st)
		st = tok_encode(e, BYTES("a\u00E9 <unk> A\xFF"), &ids);
	tok_encoder_free(e);
	tok_ids_release(&ids);
	return st;
}

static void survives_failing_allocations(void **state)
{
	const struct hf_toy toy = {.model = FALLBACK,
				   .normalizer = "{\"type\": \"NFD\"}"};
	tok_model *m = hf_toy_load(&toy);

	(void)state;
	unit_fail_each(run, m);
	tok_model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_characters),
		cmocka_unit_test(bytes),
		cmocka_unit_test(spans_through_a_normalizer),
		cmocka_unit_test(without_an_unknown_id),
		cmocka_unit_test(any_text),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("encode_steps", tests, NULL, NULL);
}
