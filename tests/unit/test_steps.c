/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "charsmap_toy.h"
#include "steps_toy.h"

static const tok_bytes none = {NULL, 0};

static void no_steps(void **state)
{
	struct steps_toy toy = {.read = false};

	(void)state;
	assert_string_equal(steps_toy_parts(&toy, BYTES("a b")), "a b");
	assert_string_equal(steps_toy_parts(&toy, BYTES("")), "");
	assert_string_equal(steps_toy_parts(&toy, BYTES("a\xFF")),
			    "a\uFFFD");
	assert_string_equal(steps_toy_spans(&toy, BYTES("a\xFF" "b")),
			    "0-1 1-2 2-3");
	steps_toy_release(&toy);
}

/* Tokens as they are in raw text, the normalizer, tokens in normalized text,
 * the pre-tokenizer. */
static void in_order(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"Ab AB-x", "ab |1:AB|_-|x", NULL},
		{"[Q] [q]", "2:[q]| |2:[q]", NULL},
		{"[AB]", "[|1:AB|]", NULL},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_token(&toy, "AB", 1, 0);
	steps_toy_add_token(&toy, "[q]", 2, TK_ADDED_NORMALIZED);
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "=-", "_-");
	steps_toy_add(&toy, TK_STEP_LOWERCASE, 0, none, none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_WITH_PREVIOUS,
			      "=-", "");
	steps_toy_check(&toy, cases, 3);
}

/* What becomes empty is no part; the tokens around it stay. */
static void parts_may_vanish(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"<x> <x>", "7:<x>|7:<x>", "0-1 1-2 2-3 4-5 5-6 6-7"},
		{" ", "", ""},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_token(&toy, "<x>", 7, 0);
	steps_toy_add(&toy, TK_STEP_STRIP, 3, none, none);
	steps_toy_check(&toy, cases, 2);
}

/* Added tokens are out of reach of all that comes after them. */
static void tokens_stay(void **state)
{
	static const struct steps_toy_case cases[] = {
		{"a<\u00C9>A", "xa|7:<\u00C9>|xa", "0-1 0-1 1-2 2-4 4-5 5-6 "
						   "5-6"},
	};
	struct steps_toy toy = {.read = false};

	(void)state;
	steps_toy_add_token(&toy, "<\u00C9>", 7, 0);
	steps_toy_add(&toy, TK_STEP_LOWERCASE, 0, none, none);
	steps_toy_add(&toy, TK_STEP_FORM, TK_NFD, none, none);
	steps_toy_add(&toy, TK_STEP_PREPEND, TK_PREPEND_ALWAYS, BYTES("x"),
		      none);
	steps_toy_add_pattern(&toy, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "<|>",
			      "");
	steps_toy_check(&toy, cases, 1);
}

static void add_many(struct steps_toy *toy)
{
	static struct charsmap_toy map;

	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "\uFB01", "fi");
	charsmap_toy_add(&map, "\u00AD", "");
	steps_toy_add_token(toy, "<x>", 7,
			    TK_ADDED_LSTRIP | TK_ADDED_SINGLE_WORD);
	steps_toy_add_token(toy, "fi", 8, TK_ADDED_NORMALIZED);
	steps_toy_add(toy, TK_STEP_CHARSMAP, 0, charsmap_toy_bytes(&map),
		      none);
	steps_toy_add(toy, TK_STEP_NMT, 0, none, none);
	steps_toy_add(toy, TK_STEP_FORM, TK_NFKD, none, none);
	steps_toy_add(toy, TK_STEP_STRIP_ACCENTS, 0, none, none);
	steps_toy_add(toy, TK_STEP_LOWERCASE, 0, none, none);
	steps_toy_add(toy, TK_STEP_FORM, TK_NFC, none, none);
	steps_toy_add(toy, TK_STEP_STRIP, 2, none, none);
	steps_toy_add(toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(toy, TK_STEP_REPLACE, 0, "\\s", "\u2581");
	steps_toy_add(toy, TK_STEP_PREPEND, TK_PREPEND_FIRST, BYTES("\u2581"),
		      none);
	steps_toy_add_pattern(toy, TK_STEP_SPLIT, TK_SPLIT_WITH_NEXT,
			      "\u2581", "");
}

static size_t random_text(uint64_t *random, uint8_t *out)
{
	static const char *const pick[] = {
		" ", "a", "B", "\uFB01", "\u00AD", "<x>", "fi", "\u0301",
		"\u00E9", "\xFF", "\u3000", "\u2581", "\n", "\001", "\uD55C"};
	size_t n = 0;

	for (size_t i = unit_below(random, 14); i; i--) {
		const char *s = pick[unit_below(random, sizeof(pick) /
								sizeof(*pick))];

		memcpy(out + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

static void check_tiles(const struct tk_parts *parts, size_t raw_size)
{
	size_t at = 0;

	for (size_t i = 0; i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];

		assert_true(at <= p->begin && p->begin < p->end);
		at = p->end;
	}
	assert_true(at <= parts->text.n);
	for (size_t i = 0; i < parts->text.n; i++)
		assert_true(parts->from[i].begin <= parts->from[i].end &&
			    parts->from[i].end <= raw_size);
}

/* With spans and without; in a room that has seen other texts. */
static void spans_change_nothing(void **state)
{
	struct steps_toy toy = {.read = false};
	uint64_t random = 111;

	(void)state;
	add_many(&toy);
	for (int round = 0; round < 4000; round++) {
		struct tk_steps_room room = {.alloc = NULL};
		const struct tk_parts *without, *with;
		uint8_t p[100];
		tok_bytes text = {p, random_text(&random, p)};

		(void)steps_toy_parts(&toy, text);
		with = &toy.room.parts;
		check_tiles(with, text.n);
		assert_ok(tk_steps_run(&toy.steps, text, false, &room,
				       &without));
		assert_int_equal(with->n, without->n);
		assert_int_equal(with->text.n, without->text.n);
		if (with->text.n)
			assert_memory_equal(with->text.p, without->text.p,
					    with->text.n);
		for (size_t i = 0; i < with->n; i++) {
			struct tk_part x = with->part[i];
			struct tk_part y = without->part[i];

			assert_int_equal(x.begin, y.begin);
			assert_int_equal(x.end, y.end);
			assert_int_equal(x.id, y.id);
		}
		tk_steps_room_release(&room);
	}
	steps_toy_release(&toy);
}

/* A room goes from one kind of list to another, and from runs that track to
 * runs that do not. */
static void rooms_are_reused(void **state)
{
	struct steps_toy many = {.read = false}, few = {.read = false};
	struct tk_steps_room room = {.alloc = NULL};
	const struct tk_parts *parts;
	uint64_t random = 112;
	uint8_t p[100];

	(void)state;
	add_many(&many);
	steps_toy_add(&few, TK_STEP_LOWERCASE, 0, none, none);
	(void)steps_toy_parts(&many, BYTES("x"));
	(void)steps_toy_parts(&few, BYTES("x"));
	assert_true(many.steps.tracks && !few.steps.tracks);
	for (int round = 0; round < 400; round++) {
		struct steps_toy *toy = unit_below(&random, 2) ? &many : &few;
		tok_bytes text = {p, random_text(&random, p)};

		assert_ok(tk_steps_run(&toy->steps, text,
				       unit_below(&random, 2), &room,
				       &parts));
		(void)steps_toy_parts(toy, text);
		assert_int_equal(parts->n, toy->room.parts.n);
		assert_int_equal(parts->text.n, toy->room.parts.text.n);
		if (parts->tracks && parts->text.n)
			assert_memory_equal(parts->from, toy->room.parts.from,
					    parts->text.n * sizeof(tok_span));
	}
	tk_steps_room_release(&room);
	steps_toy_release(&many);
	steps_toy_release(&few);
}

/* A thousand doublings end with the first MiB. */
static void texts_do_not_explode(void **state)
{
	struct steps_toy toy = {.read = false};
	const struct tk_parts *parts;

	(void)state;
	for (int i = 0; i < 19; i++)
		steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "a", "aa");
	assert_int_equal(strlen(steps_toy_parts(&toy, BYTES("a"))), 1 << 19);
	steps_toy_release(&toy);
	for (int i = 0; i < 1000; i++)
		steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "a", "aa");
	(void)steps_toy_parts(&toy, BYTES("b"));
	assert_int_equal(tk_steps_run(&toy.steps, BYTES("a"), false,
				      &toy.room, &parts),
			 TOK_E_LIMIT);
	assert_string_equal(steps_toy_parts(&toy, BYTES("b")), "b");
	steps_toy_release(&toy);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_steps_room room = {.alloc = alloc};
	const struct tk_parts *parts;
	tok_status st = tk_steps_run(
		ctx, BYTES("a\u0301\u0323 <x>fi \uFB01 B\xFF <x>  b"), true,
		&room, &parts);

	tk_steps_room_release(&room);
	return st;
}

static void survives_failing_allocations(void **state)
{
	struct steps_toy toy = {.read = false};

	(void)state;
	add_many(&toy);
	(void)steps_toy_parts(&toy, BYTES("x"));
	unit_fail_each(run, &toy.steps);
	steps_toy_release(&toy);
}

/* No added token, and no step behind their place. */
static void only_the_normalizer(void **state)
{
	struct steps_toy toy = {.read = false};
	struct tk_steps_room room = {.alloc = NULL};
	tok_bytes out;

	(void)state;
	steps_toy_add_token(&toy, "B", 1, 0);
	steps_toy_add(&toy, TK_STEP_LOWERCASE, 0, none, none);
	steps_toy_add(&toy, TK_STEP_ADDED, 0, none, none);
	steps_toy_add_pattern(&toy, TK_STEP_REPLACE, 0, "=b", "c");
	assert_string_equal(steps_toy_parts(&toy, BYTES("ABb")), "a|1:B|c");
	assert_ok(tk_steps_normalize(&toy.steps, BYTES("ABb"), &room, &out));
	assert_true(tk_bytes_equal(out, BYTES("abb")));
	tk_steps_room_release(&room);
	steps_toy_release(&toy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_steps),
		cmocka_unit_test(in_order),
		cmocka_unit_test(parts_may_vanish),
		cmocka_unit_test(tokens_stay),
		cmocka_unit_test(spans_change_nothing),
		cmocka_unit_test(rooms_are_reused),
		cmocka_unit_test(texts_do_not_explode),
		cmocka_unit_test(only_the_normalizer),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("steps", tests, NULL, NULL);
}
