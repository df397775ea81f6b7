/* SPDX-License-Identifier: Apache-2.0 */
/* What is put around a text, as tokenizers 0.23.3 puts it. */
#include "unit.h"

#include <stdio.h>

#include "hf_toy.h"
#include "model/hf_steps.h"
#include "model/import_hf.h"

#define A "{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}}"
#define S "{\"SpecialToken\": {\"id\": \"<s>\", \"type_id\": 0}}"
#define E "{\"SpecialToken\": {\"id\": \"</s>\", \"type_id\": 0}}"
#define TEMPLATE(single) \
	"{\"type\": \"TemplateProcessing\", \"single\": [" single "], " \
	"\"pair\": [], \"special_tokens\": {\"<s>\": {\"id\": \"<s>\", " \
	"\"ids\": [1, 2]}, \"</s>\": {\"id\": \"</s>\", \"ids\": [3]}}}"
#define BERT \
	"{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", 2], " \
	"\"cls\": [\"<s>\", 1]}"
#define ROBERTA \
	"{\"type\": \"RobertaProcessing\", \"sep\": [\"</s>\", 4], " \
	"\"cls\": [\"<s>\", 5], \"trim_offsets\": true, " \
	"\"add_prefix_space\": false}"
#define BYTE_LEVEL(trim) \
	"{\"type\": \"ByteLevel\", \"add_prefix_space\": true, " \
	"\"trim_offsets\": " trim "}"
#define SEQUENCE(all) "{\"type\": \"Sequence\", \"processors\": [" all "]}"

/* want is "1 2 . 3": before and behind the text. */
static void check(const char *processor, const char *want)
{
	const struct hf_toy toy = {.post_processor = processor};
	tok_model *m = hf_toy_load(&toy);
	char got[100] = "";
	size_t n = 0;

	for (size_t i = 0; i < m->steps.n_before; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%d ",
				      (int)m->steps.before[i]);
	n += (size_t)snprintf(got + n, sizeof(got) - n, ".");
	for (size_t i = 0; i < m->steps.n_behind; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, " %d",
				      (int)m->steps.behind[i]);
	assert_string_equal(got, want);
	tok_model_free(m);
}

static void one(void **state)
{
	(void)state;
	check(NULL, ".");
	check("null", ".");
	check(TEMPLATE(S ", " A ", " E), "1 2 . 3");
	check(TEMPLATE(A ", " E ", " S), ". 3 1 2");
	check(TEMPLATE(E ", " S ", " A), "3 1 2 .");
	check(TEMPLATE(A), ".");
	check(BERT, "1 . 2");
	check(ROBERTA, "5 . 4");
	check(BYTE_LEVEL("false"), ".");
}

/* Later ones stand further out. */
static void several(void **state)
{
	(void)state;
	check(SEQUENCE(""), ".");
	check(SEQUENCE(BERT), "1 . 2");
	check(SEQUENCE(BERT ", " BYTE_LEVEL("false")), "1 . 2");
	check(SEQUENCE(BERT ", " BERT), "1 1 . 2 2");
	check(SEQUENCE(ROBERTA ", " TEMPLATE(S ", " A)), "1 2 5 . 4");
	check(SEQUENCE(TEMPLATE(A) ", " BERT), "1 . 2");
}

static void refused(const char *processor, tok_status status, const char *what)
{
	const struct hf_toy toy = {.post_processor = processor};

	hf_toy_refused(&toy, status, what);
}

/* The original makes [1, 1, 2, 2, 3, 2, 3, 2] of the first, and panics at the
 * second. */
static void a_template_comes_last(void **state)
{
	(void)state;
	refused(SEQUENCE(TEMPLATE(S ", " A ", " E) ", " BERT),
		TOK_E_UNSUPPORTED, "post-processor \"Sequence\"");
	refused(SEQUENCE(TEMPLATE(S ", " A ", " E) ", " TEMPLATE(A)),
		TOK_E_UNSUPPORTED, "Sequence");
}

static void what_cannot_be(void **state)
{
	(void)state;
	refused(BYTE_LEVEL("true"), TOK_E_UNSUPPORTED, "trim_offsets");
	refused("{\"type\": \"ByteLevel\"}", TOK_E_CORRUPT, "ByteLevel");
	refused("{}", TOK_E_UNSUPPORTED, "without a type");
	refused(SEQUENCE(SEQUENCE(BERT)), TOK_E_UNSUPPORTED, "Sequence");
	refused(TEMPLATE(A ", " A), TOK_E_UNSUPPORTED, "TemplateProcessing");
	refused(TEMPLATE(S), TOK_E_UNSUPPORTED, "TemplateProcessing");
	refused(TEMPLATE(""), TOK_E_UNSUPPORTED, "TemplateProcessing");
	refused(TEMPLATE("{\"Sequence\": {\"id\": \"B\"}}"),
		TOK_E_UNSUPPORTED, "TemplateProcessing");
	refused(TEMPLATE("{\"SpecialToken\": {\"id\": \"<x>\"}}, " A),
		TOK_E_CORRUPT, "TemplateProcessing");
	refused(TEMPLATE("7, " A), TOK_E_CORRUPT, "TemplateProcessing");
	refused("{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", 2]}",
		TOK_E_CORRUPT, "BertProcessing");
	refused("{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", -2], "
		"\"cls\": [\"<s>\", 1]}", TOK_E_CORRUPT, "BertProcessing");
	/* No id of the model; no id at all. */
	refused("{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", 6], "
		"\"cls\": [\"<s>\", 1]}", TOK_E_CORRUPT, "not in the vocab");
	refused("{\"type\": \"BertProcessing\", \"sep\": [\"</s>\", "
		"4294967296], \"cls\": [\"<s>\", 1]}", TOK_E_CORRUPT,
		"special token");
}

/* However often a list of ids is named. */
static void frames_have_an_end(void **state)
{
	static const char head[] =
		"{\"type\": \"TemplateProcessing\", \"special_tokens\": "
		"{\"<s>\": {\"ids\": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}}, "
		"\"single\": [" A;
	enum { MOST = 100, ROOM = 8000 };
	char json[ROOM];
	const struct hf_toy toy = {.post_processor = json};
	size_t n = (size_t)snprintf(json, ROOM, "%s", head);

	(void)state;
	for (int i = 0; i < MOST; i++)
		n += (size_t)snprintf(json + n, ROOM - n, ", " S);
	(void)snprintf(json + n, ROOM - n, "]}");
	tok_model *m = hf_toy_load(&toy);
	assert_int_equal(m->steps.n_behind, 10 * MOST);
	tok_model_free(m);
	(void)snprintf(json + n, ROOM - n, ", " S "]}");
	hf_toy_refused(&toy, TOK_E_UNSUPPORTED, "more than 1000 ids");
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_hf_reading r = {.path = "x",
				  .alloc = alloc,
				  .draft = {.before.alloc = alloc,
					    .behind.alloc = alloc}};
	tok_status st = tk_hf_read_frame(&r, ctx);

	tk_steps_draft_release(&r.draft);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tk_json *root;

	(void)state;
	assert_ok(tk_json_parse(
		BYTES(SEQUENCE(BERT ", " TEMPLATE(S ", " A ", " E))), &root,
		NULL));
	unit_fail_each(run, root);
	tk_json_free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one),
		cmocka_unit_test(several),
		cmocka_unit_test(a_template_comes_last),
		cmocka_unit_test(what_cannot_be),
		cmocka_unit_test(frames_have_an_end),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("hf_frame", tests, NULL, NULL);
}
