/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a document that may go on: by each step, and by any steps one
 * after the other. */
#include "unit.h"

#include "base/buf.h"
#include "charsmap_toy.h"
#include "sp_toy.h"
#include "stable_check.h"
#include "steps_toy.h"
#include "text/pattern.h"

/* The parts of text that may go on, "|" between them; an open one ends with
 * an ellipsis. */
static const char *open_parts(struct steps_toy *toy, const char *text)
{
	const struct tk_parts *parts;
	bool open;

	(void)steps_toy_parts(toy, BYTES(""));
	assert_ok(tk_steps_open(&toy->steps, tok_bytes_of(text), &toy->room,
				&parts, &open));
	toy->line.n = 0;
	for (size_t i = 0; i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];

		assert_ok(tk_buf_text(&toy->line, i ? "|" : ""));
		assert_ok(tk_buf_append(&toy->line, parts->text.p + p->begin,
					p->end - p->begin));
	}
	assert_ok(tk_buf_text(&toy->line, open ? "..." : ""));
	assert_ok(tk_buf_append(&toy->line, "", 1));
	return (const char *)toy->line.p;
}

struct known {
	const char *text, *want;
};

static void check(struct steps_toy *toy, const struct known *k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_string_equal(open_parts(toy, k[i].text), k[i].want);
	steps_toy_release(toy);
}

#define CHECK(toy, ...) \
	do { \
		const struct known known[] = {__VA_ARGS__}; \
		check(toy, known, sizeof(known) / sizeof(*known)); \
	} while (0)

static const tok_bytes none = {NULL, 0};

static void rewriting(void **state)
{
	struct steps_toy toy = {0};

	(void)state;
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"", ""}, {"ab c", "ab c..."});
	steps_toy_add(&toy, TK_STEP_FORM, TK_NFC, none, none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"abc", "ab..."}, {"a", ""},
	      {"xe\u0301\u0327", "x..."}, {"xe\u0301y", "x\u00E9..."});
	steps_toy_add(&toy, TK_STEP_STRIP, 3, none, none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {" ", ""}, {" a b  ", "a b..."});
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, " {2,}", "-");
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"a", "a..."}, {"a ", "a..."}, {"a  ", "a..."},
	      {"a  b c", "a-b c..."});
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "=abc", "-");
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"xab", "x..."}, {"xabd", "xabd..."}, {"xabc", "x-..."},
	      {"xabca", "x-..."});
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_MISSING, BYTES("ab"),
		      none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"a", ""}, {"b", "abb..."}, {"abc", "abc..."});
}

static void splitting(void **state)
{
	struct steps_toy toy = {0};

	(void)state;
	/* What surely follows ends a part, but not what joins it. */
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "\\s+",
			      "");
	CHECK(&toy, {"a b", "a|b..."}, {"a b ", "a|b"}, {" ", ""});
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "\\s",
			      "");
	CHECK(&toy, {"a b ", "a|b"});
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_WITH_PREVIOUS,
			      "\\d+", "");
	CHECK(&toy, {"a1b2", "a1|b..."});
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_WITH_NEXT, "=-",
			      "");
	CHECK(&toy, {"-a-b", "-a|-b..."}, {"a-", "a|-..."});
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT,
			      TK_SPLIT_CONTIGUOUS | TK_SPLIT_INVERT, "\\d+",
			      "");
	CHECK(&toy, {"ab12", "ab"}, {"12ab", "12|ab..."});
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add(&toy, TK_STEP_OWN_SPLIT, TOK_SPLIT_SPACE, none, none);
	CHECK(&toy, {"a b", "a| b..."}, {"a  ", "a| ..."}, {"a ", "a| ..."},
	      {"a\n", "a|\n..."});
}

static void tokens(void **state)
{
	struct steps_toy toy = {0};

	(void)state;
	steps_toy_add_token(&toy, "<s>", 7, 0);
	steps_toy_add_token(&toy, "<sep>", 8, 0);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"a<", "a..."}, {"a<s", "a..."}, {"a<s>", "a|<s>"},
	      {"a<s> <s", "a|<s>| ..."}, {"<t", "<t..."});
	steps_toy_add_token(&toy, "w", 7, TK_ADDED_SINGLE_WORD);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"-w", "-..."}, {"-w-", "-|w|-..."});
	steps_toy_add_token(&toy, "<m>", 7, TK_ADDED_LSTRIP);
	steps_toy_add_token(&toy, "<r>", 8, TK_ADDED_RSTRIP);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	CHECK(&toy, {"a  ", "a..."}, {"a <m>", "a| <m>"}, {"a <r> ", "a..."},
	      {"a<r> b", "a|<r> |b..."});
}

/* A pattern that a list may hold. */
static void any_pattern(uint64_t *random, tok_buf *out)
{
	static const char *const regex[] = {
		"\\s+", "\\s", " {2,}", "[ab]+", "\\d{1,2}", "[^a]",
		"[^ ]{2,3}", "-+", "a{2,}"};
	static const char *const string[] = {" ", "-", "a", "ab", "aab",
					     "  ", "\u2581", "-a-"};

	out->n = 0;
	if (unit_below(random, 2)) {
		const char *s = regex[unit_below(random, sizeof(regex) /
							  sizeof(*regex))];
		assert_ok(tk_pattern_add_regex(out, tok_bytes_of(s)));
		return;
	}
	const char *s = string[unit_below(random,
					  sizeof(string) / sizeof(*string))];
	assert_ok(tk_pattern_add_string(out, tok_bytes_of(s)));
}

static const char *any_string(uint64_t *random)
{
	static const char *const string[] = {"", " ", "-", "\u2581", "a",
					     "ab", "\u2581-", "e\u0301"};

	return string[unit_below(random, sizeof(string) / sizeof(*string))];
}

static void add_any(struct tk_steps_draft *draft, uint64_t *random,
		    bool splits)
{
	static const enum tk_step_kind kind[] = {
		TK_STEP_FORM, TK_STEP_NMT, TK_STEP_LOWERCASE,
		TK_STEP_STRIP_ACCENTS, TK_STEP_STRIP, TK_STEP_CHARSMAP,
		TK_STEP_REPLACE, TK_STEP_PREPEND, TK_STEP_SPLIT,
		TK_STEP_SPLIT, TK_STEP_OWN_SPLIT};
	static struct charsmap_toy map;
	struct tk_step step = {.kind = kind[unit_below(random,
						       splits ? 11 : 8)]};
	tok_buf pattern = {0};

	any_pattern(random, &pattern);
	step.a = (tok_bytes){pattern.p, pattern.n};
	step.b = none;
	switch (step.kind) {
	case TK_STEP_FORM:
		step.arg = (uint32_t)unit_below(random, TK_N_FORMS);
		break;
	case TK_STEP_STRIP:
		step.arg = 1 + (uint32_t)unit_below(random, 3);
		break;
	case TK_STEP_CHARSMAP:
		charsmap_toy_init(&map);
		charsmap_toy_add(&map, "e\u0301", "\u00E9");
		charsmap_toy_add(&map, "a", "bb");
		charsmap_toy_add(&map, "-", "");
		charsmap_toy_add(&map, "\r\n", " ");
		step.a = charsmap_toy_bytes(&map);
		break;
	case TK_STEP_REPLACE:
		step.b = tok_bytes_of(any_string(random));
		break;
	case TK_STEP_PREPEND:
		step.a = tok_bytes_of(any_string(random));
		step.arg = (uint32_t)unit_below(random, TK_N_PREPENDS);
		break;
	case TK_STEP_SPLIT:
		step.arg = (uint32_t)unit_below(random, TK_N_SPLITS) |
			   (unit_below(random, 2) ? TK_SPLIT_INVERT : 0);
		break;
	case TK_STEP_OWN_SPLIT:
		step.arg = (uint32_t)unit_below(random, 2);
		break;
	default:
		break;
	}
	if (step.kind == TK_STEP_PREPEND && !step.a.n)
		step.a = BYTES("x");
	if (step.kind != TK_STEP_CHARSMAP && step.kind != TK_STEP_REPLACE &&
	    step.kind != TK_STEP_PREPEND && step.kind != TK_STEP_SPLIT)
		step.a = none;
	assert_ok(tk_steps_add_step(draft, &step));
	tok_buf_release(&pattern);
}

static void add_tokens(struct sp_toy *toy, struct tk_steps_draft *draft,
		       uint64_t *random)
{
	static const char *const name[] = {"<", "<s", "<s>", "a<", "ab ", " ",
					   "--", "aa"};

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		if (unit_below(random, 4))
			continue;
		const struct tk_added token = {
			tok_bytes_of(name[i]), (tok_id)toy->n,
			(unsigned)unit_below(random, TK_ADDED_ALL_FLAGS + 1)};

		assert_true(sp_toy_add(toy, token.text, 0, TOK_KIND_ADDED));
		assert_ok(tk_steps_add_token(draft, &token));
	}
}

static tok_model *any_model(uint64_t *random)
{
	static struct sp_toy toy;
	tok_buf section = {0};
	tok_error err = {0};
	tok_model *m;

	sp_toy_fill_hf(&toy, random, 3 + unit_below(random, 6),
		       unit_below(random, 20));
	struct tk_steps_draft draft = {.n_vocab = (uint32_t)toy.n,
				       .byte_fallback = false};
	if (unit_below(random, 2))
		add_tokens(&toy, &draft, random);
	for (size_t i = unit_below(random, 3); i; i--)
		add_any(&draft, random, false);
	const struct tk_step added = {.kind = TK_STEP_ADDED};
	assert_ok(tk_steps_add_step(&draft, &added));
	for (size_t i = unit_below(random, 4); i; i--)
		add_any(&draft, random, true);
	assert_ok(tk_steps_write(&draft, &section));
	tk_steps_draft_release(&draft);
	struct tk_table table = sp_toy_table(&toy, TK_HF_DOUBLE, 0);
	table.steps = (tok_bytes){section.p, section.n};
	if (tk_model_make(&table, "x", NULL, &m, &err))
		fail_msg("%s", err.text);
	tok_buf_release(&section);
	return m;
}

static size_t any_text(uint64_t *random, uint8_t *out, size_t n)
{
	static const char *const part[] = {
		"a", "b", "-", "ab", " ", " ", "  ", "\n", "<", "<s", "<s>",
		"1", "12", "e", "\u0301", "\u00E9", "\u2581", "\u65E5", "A",
		"\t", "\r", "\xFF", "\xE2\x96", "aa", "\u0915\u094D"};
	size_t few = 1 + unit_below(random, sizeof(part) / sizeof(*part));
	size_t size = 0;

	for (size_t i = unit_below(random, n); i; i--) {
		const char *s = part[unit_below(random, few)];

		memcpy(out + size, s, strlen(s));
		size += strlen(s);
	}
	return size;
}

static void any_steps(void **state)
{
	const char *times = getenv("STABLE_TIMES");
	int rounds = 400 * (times ? atoi(times) : 1);
	uint64_t random = 91, bytes = 0, tail = 0;
	uint8_t text[400];

	(void)state;
	for (int round = 0; round < rounds; round++) {
		tok_model *m = any_model(&random);
		struct stable_check c;

		stable_check_init(&c, m, random);
		for (int i = 0; i < 20; i++)
			stable_check(&c, (tok_bytes){text, any_text(&random,
								    text, 30)},
				     6);
		stable_check_beginnings(
			&c, (tok_bytes){text, any_text(&random, text, 12)},
			2);
		bytes += c.n_bytes;
		tail += c.tail_bytes;
		stable_check_release(&c);
		tok_model_free(m);
	}
	print_message("%d of %d bytes are not stable\n", (int)tail,
		      (int)bytes);
	assert_true(tail < bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rewriting),
		cmocka_unit_test(splitting),
		cmocka_unit_test(tokens),
		cmocka_unit_test(any_steps),
	};

	return cmocka_run_group_tests_name("steps_open", tests, NULL, NULL);
}
