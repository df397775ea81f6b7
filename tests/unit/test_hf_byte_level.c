/* SPDX-License-Identifier: Apache-2.0 */
/* Ids and spans are those of tokenizers 0.23.3. */
#include "unit.h"

#include "hf_toy.h"
#include "model/hf_steps.h"
#include "tok/segment.h"

#define LEVEL(prefix, more) \
	"{\"type\": \"ByteLevel\", \"add_prefix_space\": " prefix ", " \
	"\"trim_offsets\": true" more "}"
#define PLAIN ", \"use_regex\": false"

static const char model[] =
	"{\"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], [\"a\", -1], "
	"[\"\u0120\", -2], [\"\u00C3\", -3], [\"\u00A9\", -4], "
	"[\"\u00A9\u0120a\", -5]]}";

static void check(const char *pre_tokenizer, const char *text,
		  const char *want)
{
	const struct hf_toy toy = {.pre_tokenizer = pre_tokenizer,
				   .model = model};
	tok_model *m = hf_toy_load(&toy);

	assert_string_equal(
		hf_toy_ids(m, tok_bytes_of(text), TOK_SPANS_PEER), want);
	tok_model_free(m);
}

static void ids_of_bytes(void **state)
{
	static const char never[] = LEVEL("false", PLAIN);
	static const char always[] = LEVEL("true", PLAIN);

	(void)state;
	check(never, "a\u00E9", "1:0-1 3:1-3 4:1-3");
	check(never, "\u00E9 a", "3:0-2 5:0-4");
	check(never, "", "");
	check(always, "a\u00E9", "2:0-1 1:0-1 3:1-3 4:1-3");
	check(always, "\u00E9", "2:0-2 3:0-2 4:0-2");
	check(always, " a", "2:0-1 1:1-2");
	check(always, "", "");
}

static void what_cannot_be(void **state)
{
	static const char *const bad[] = {
		"{\"type\": \"ByteLevel\"}",
		"{\"type\": \"ByteLevel\", \"add_prefix_space\": true}",
		"{\"type\": \"ByteLevel\", \"trim_offsets\": true}",
		LEVEL("1", PLAIN), LEVEL("true", ", \"use_regex\": 0")};
	static const char *const regex[] = {
		LEVEL("true", ""), LEVEL("false", ", \"use_regex\": true")};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		const struct hf_toy a = {.pre_tokenizer = bad[i]};
		const struct hf_toy b = {.decoder = bad[i]};

		hf_toy_refused(&a, TOK_E_CORRUPT, "pre-tokenizer");
		hf_toy_refused(&b, TOK_E_CORRUPT, "decoder");
	}
	/* A decoder has no use for it. */
	for (size_t i = 0; i < 2; i++) {
		const struct hf_toy a = {.pre_tokenizer = regex[i]};
		const struct hf_toy b = {.decoder = regex[i]};

		hf_toy_refused(&a, TOK_E_UNSUPPORTED, "use_regex");
		tok_model_free(hf_toy_load(&b));
	}
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_hf_reading r = {.path = "x",
				  .alloc = alloc,
				  .draft = {.steps.alloc = alloc}};
	tok_status st = tk_hf_add_byte_level(&r, ctx);

	tk_steps_draft_release(&r.draft);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tk_json *root;

	(void)state;
	assert_ok(tk_json_parse(BYTES(LEVEL("true", PLAIN)), &root, NULL));
	unit_fail_each(run, root);
	tk_json_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ids_of_bytes),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("hf_byte_level", tests, NULL, NULL);
}
