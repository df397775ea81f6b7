/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "charsmap_toy.h"
#include "steps_toy.h"
#include "text/pattern.h"
#include "tok/model.h"

enum { N_IDS = 20 };

static const tok_bytes none = {NULL, 0};

static tok_bytes bytes_of(const tok_buf *b)
{
	return (tok_bytes){b->p, b->n};
}

static tok_status read_alloc(tok_bytes section, const tok_alloc *alloc,
			     struct tk_steps *steps)
{
	return tk_steps_read(section, N_IDS, steps_toy_unicode(), alloc,
			     steps);
}

static void put_pattern(tok_buf *pattern, const char *regex)
{
	pattern->n = 0;
	assert_ok(tk_pattern_add_regex(pattern, tok_bytes_of(regex)));
}

static void put_steps(struct tk_steps_draft *d, tok_bytes map)
{
	tok_buf p = {0};
	const tok_bytes bar = BYTES("\u2581");

	put_pattern(&p, "[ab\\d]{1,3}|x");
	const struct tk_step step[] = {
		{TK_STEP_FORM, TK_NFKC, none, none},
		{TK_STEP_NMT, 0, none, none},
		{TK_STEP_LOWERCASE, 0, none, none},
		{TK_STEP_STRIP_ACCENTS, 0, none, none},
		{TK_STEP_STRIP, 3, none, none},
		{TK_STEP_CHARSMAP, 0, map, none},
		{TK_STEP_REPLACE, 0, bytes_of(&p), bar},
		{TK_STEP_ADDED, 0, none, none},
		{TK_STEP_PREPEND, TK_PREPEND_FIRST, bar, none},
		{TK_STEP_SPLIT, TK_SPLIT_CONTIGUOUS | TK_SPLIT_INVERT,
		 bytes_of(&p), none},
		{TK_STEP_OWN_SPLIT, TOK_SPLIT_SPACE, none, none},
		{TK_STEP_BYTE_LEVEL, 0, none, none},
	};
	const struct tk_step decoder[] = {
		{TK_STEP_REPLACE, 0, bytes_of(&p), BYTES("y")},
		{TK_STEP_METASPACE, 1, bar, none},
		{TK_STEP_BYTE_FALLBACK, 0, none, none},
		{TK_STEP_FUSE, 0, none, none},
		{TK_STEP_TRIM, 3 | 2u << 16, BYTES("z"), none},
		{TK_STEP_BYTE_LEVEL, 0, none, none},
	};

	for (size_t i = 0; i < sizeof(step) / sizeof(*step); i++)
		assert_ok(tk_steps_add_step(d, &step[i]));
	for (size_t i = 0; i < sizeof(decoder) / sizeof(*decoder); i++)
		assert_ok(tk_steps_add_decoder(d, &decoder[i]));
	tok_buf_release(&p);
}

/* One of everything. */
static void put_section(tok_buf *out, tok_bytes map)
{
	struct tk_steps_draft d = {
		.n_vocab = 10, .unknown = 3, .byte_fallback = true};
	const struct tk_added token[] = {{BYTES("<s>"), 11, 0},
					 {BYTES("ab"), 4, 15},
					 {BYTES("<m>"), 12, 6}};
	static const uint8_t inner[] = {1, 0, 0, 0, 2, 0, 0, 0};
	static const uint8_t outer[] = {3, 0, 0, 0};

	put_steps(&d, map);
	for (size_t i = 0; i < 3; i++)
		assert_ok(tk_steps_add_token(&d, &token[i]));
	assert_ok(tk_steps_add_front(&d, (tok_bytes){inner, 8}));
	assert_ok(tk_steps_add_front(&d, (tok_bytes){outer, 4}));
	assert_ok(tk_steps_add_front(&d, none));
	assert_ok(tk_steps_add_behind(&d, 5));
	assert_ok(tk_steps_add_behind(&d, 19));
	assert_ok(tk_steps_write(&d, out));
	tk_steps_draft_release(&d);
}

static void what_is_written_is_read(void **state)
{
	static const uint8_t kinds[] = {
		TK_STEP_FORM, TK_STEP_NMT, TK_STEP_LOWERCASE,
		TK_STEP_STRIP_ACCENTS, TK_STEP_STRIP, TK_STEP_CHARSMAP,
		TK_STEP_REPLACE, TK_STEP_ADDED, TK_STEP_PREPEND,
		TK_STEP_SPLIT, TK_STEP_OWN_SPLIT, TK_STEP_BYTE_LEVEL};
	tok_buf section = {0};
	struct tk_steps s;

	(void)state;
	put_section(&section, none);
	assert_int_equal(section.n % 4, 0);
	assert_ok(read_alloc(bytes_of(&section), NULL, &s));
	assert_int_equal(s.n_vocab, 10);
	assert_int_equal(s.unknown, 3);
	assert_true(s.byte_fallback && s.tracks);
	assert_int_equal(s.n_steps, 12);
	for (size_t i = 0; i < 12; i++)
		assert_int_equal(s.step[i].kind, kinds[i]);
	assert_int_equal(s.step[4].arg, 3);
	assert_true(tk_bytes_equal(s.step[6].b, BYTES("\u2581")));
	assert_true(tk_bytes_equal(s.step[6].a, s.step[9].a));
	assert_int_equal(s.n_decoders, 6);
	assert_true(tk_bytes_equal(s.decoder[0].b, BYTES("y")));
	assert_int_equal(s.decoder[4].arg, 0x20003);
	assert_int_equal(s.step[10].arg, TOK_SPLIT_SPACE);
	assert_int_equal(s.raw.n, 2);
	assert_true(tk_bytes_equal(s.raw.token[0].text, BYTES("<m>")));
	assert_int_equal(s.raw.token[0].flags, 6);
	assert_int_equal(s.raw.token[1].id, 11);
	assert_int_equal(s.normalized.n, 1);
	assert_int_equal(s.normalized.token[0].id, 4);
	assert_int_equal(s.n_before, 3);
	assert_int_equal(s.before[0], 3);
	assert_int_equal(s.before[1], 1);
	assert_int_equal(s.before[2], 2);
	assert_int_equal(s.n_behind, 2);
	assert_int_equal(s.behind[0], 5);
	assert_int_equal(s.behind[1], 19);
	tk_steps_release(&s);
	tok_buf_release(&section);
}

static tok_status read_copy(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1); /* exactly as long as it is */
	struct tk_steps s;

	memcpy(copy, p, n);
	tok_status st = read_alloc((tok_bytes){copy, n}, NULL, &s);
	tk_steps_release(&s);
	free(copy);
	return st;
}

static void every_truncation_is_corrupt(void **state)
{
	tok_buf section = {0};

	(void)state;
	put_section(&section, none);
	for (size_t n = 0; n < section.n; n++)
		assert_int_equal(read_copy(section.p, n), TOK_E_CORRUPT);
	assert_ok(read_copy(section.p, section.n));
	assert_ok(tk_buf_append(&section, "\0\0\0", 4));
	assert_int_equal(read_copy(section.p, section.n), TOK_E_CORRUPT);
	tok_buf_release(&section);
}

static void check_parts(const struct tk_parts *parts, size_t raw_size)
{
	size_t at = 0;

	assert_true(tk_utf8_valid(bytes_of(&parts->text)));
	for (size_t i = 0; i < parts->n; i++) {
		assert_true(parts->part[i].begin >= at);
		assert_true(parts->part[i].end > parts->part[i].begin);
		assert_true(parts->part[i].id < N_IDS);
		at = parts->part[i].end;
	}
	assert_true(at <= parts->text.n);
	for (size_t i = 0; i < parts->text.n; i++)
		assert_true(parts->from[i].end <= raw_size);
}

/* Whatever is accepted runs; sanitizers look on. */
static bool try_section(const uint8_t *p, size_t n)
{
	static const tok_bytes text[] = {
		BYTES(""), BYTES("ab x<s>1\u00e9 \u2581\uFB01\xFF AB"),
		BYTES(" <m> e\u0301\u0323 12345 xx\u00AD")};
	uint8_t *copy = malloc(n);
	struct tk_steps s;

	memcpy(copy, p, n);
	tok_status st = read_alloc((tok_bytes){copy, n}, NULL, &s);
	for (size_t i = 0; !st && i < 3; i++) {
		struct tk_steps_room room = {.alloc = NULL};
		const struct tk_parts *parts;

		assert_ok(tk_steps_run(&s, text[i], true, &room, &parts));
		check_parts(parts, text[i].n);
		tk_steps_room_release(&room);
	}
	if (st)
		assert_int_equal(st, TOK_E_CORRUPT);
	tk_steps_release(&s);
	free(copy);
	return !st;
}

static void every_flipped_bit(void **state)
{
	tok_buf section = {0};
	size_t n_good = 0;

	(void)state;
	put_section(&section, none);
	for (size_t i = 0; i < section.n * 8; i++) {
		section.p[i / 8] ^= (uint8_t)(1u << i % 8);
		n_good += try_section(section.p, section.n);
		section.p[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	/* Letters may be others, numbers not out of range. */
	assert_in_range(n_good, section.n, section.n * 4);
	tok_buf_release(&section);
}

/* With a map of characters: any byte of it. */
static void changed_bytes_of_a_map(void **state)
{
	static struct charsmap_toy map;
	tok_buf section = {0};
	uint64_t random = 121;

	(void)state;
	charsmap_toy_init(&map);
	charsmap_toy_add(&map, "\uFB01", "fi");
	charsmap_toy_add(&map, "e\u0301", "\u00E9");
	put_section(&section, charsmap_toy_bytes(&map));
	assert_true(try_section(section.p, section.n));
	for (int round = 0; round < 3000; round++) {
		size_t at = unit_below(&random, section.n);
		uint8_t was = section.p[at];

		section.p[at] = (uint8_t)unit_random(&random);
		(void)try_section(section.p, section.n);
		section.p[at] = was;
	}
	tok_buf_release(&section);
}

/* Is a list that holds this step alone refused? */
static bool refused(const struct tk_step *step, bool decoder)
{
	struct tk_steps_draft d = {.unknown = -1};
	tok_buf section = {0};

	assert_ok(decoder ? tk_steps_add_decoder(&d, step)
			  : tk_steps_add_step(&d, step));
	assert_ok(tk_steps_write(&d, &section));
	tok_status st = read_copy(section.p, section.n);
	tk_steps_draft_release(&d);
	tok_buf_release(&section);
	return st == TOK_E_CORRUPT;
}

static void bad_steps(void **state)
{
	const tok_bytes x = BYTES("x"), xx = BYTES("xx"), bad = BYTES("\xFF");
	tok_buf p = {0};

	(void)state;
	put_pattern(&p, "a");
	const tok_bytes a = bytes_of(&p);
	const struct tk_step step[] = {
		{TK_STEP_FORM, TK_N_FORMS, none, none},
		{TK_STEP_FORM, 0, x, none},
		{TK_STEP_NMT, 1, none, none},
		{TK_STEP_LOWERCASE, 0, none, x},
		{TK_STEP_STRIP_ACCENTS, 0, x, none},
		{TK_STEP_STRIP, 4, none, none},
		{TK_STEP_ADDED, 0, x, none},
		{TK_STEP_CHARSMAP, 0, xx, none},
		{TK_STEP_CHARSMAP, 1, none, none},
		{TK_STEP_REPLACE, 0, none, x},
		{TK_STEP_REPLACE, 0, a, bad},
		{TK_STEP_REPLACE, 1, a, x},
		{TK_STEP_PREPEND, 0, none, none},
		{TK_STEP_PREPEND, 0, bad, none},
		{TK_STEP_PREPEND, TK_N_PREPENDS, x, none},
		{TK_STEP_SPLIT, TK_N_SPLITS, a, none},
		{TK_STEP_SPLIT, 16, a, none},
		{TK_STEP_SPLIT, 0, none, none},
		{TK_STEP_SPLIT, 0, a, x},
		{TK_STEP_METASPACE, 0, x, none}, /* a decoder */
		{TK_STEP_FUSE, 0, none, none},
		{TK_STEP_BYTE_LEVEL, 1, none, none},
		{TK_STEP_BYTE_LEVEL, 0, x, none},
		{TK_STEP_OWN_SPLIT, TOK_SPLIT_WORD, none, none},
		{TK_STEP_OWN_SPLIT, TOK_SPLIT_WHOLE, none, none},
		{TK_STEP_OWN_SPLIT, 0, x, none},
		{TK_STEP_OWN_SPLIT, 0, none, x},
		{TK_N_STEPS, 0, none, none},
	};
	const struct tk_step decoder[] = {
		{TK_STEP_FUSE, 1, none, none},
		{TK_STEP_BYTE_FALLBACK, 0, x, none},
		{TK_STEP_METASPACE, 2, x, none},
		{TK_STEP_METASPACE, 0, xx, none},
		{TK_STEP_METASPACE, 0, none, none},
		{TK_STEP_TRIM, 1, xx, none},
		{TK_STEP_TRIM, 1, bad, none},
		{TK_STEP_REPLACE, 0, none, x},
		{TK_STEP_NMT, 0, none, none}, /* of text */
		{TK_STEP_SPLIT, 0, a, none},
		{TK_STEP_OWN_SPLIT, 0, none, none},
		{TK_STEP_BYTE_LEVEL, 1, none, none},
	};
	for (size_t i = 0; i < sizeof(step) / sizeof(*step); i++)
		assert_true(refused(&step[i], false));
	for (size_t i = 0; i < sizeof(decoder) / sizeof(*decoder); i++)
		assert_true(refused(&decoder[i], true));
	tok_buf_release(&p);
}

/* Fields of the head, by index, that are out of range. */
static void bad_heads(void **state)
{
	static const uint32_t bad[][2] = {
		{0, N_IDS + 1}, {1, 10},	  {1, 0x80000000},
		{1, 0xFFFFFFFE}, {2, 2},	  {3, 11},
		{3, UINT32_MAX}, {4, UINT32_MAX}, {5, UINT32_MAX},
		{6, UINT32_MAX}, {7, UINT32_MAX}, {7, 1}};
	tok_buf section = {0};

	(void)state;
	put_section(&section, none);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		uint8_t *p = section.p + 4 * bad[i][0];
		uint32_t was = tk_get32(p);

		tk_put32(p, bad[i][1]);
		assert_int_equal(read_copy(section.p, section.n),
				 TOK_E_CORRUPT);
		tk_put32(p, was);
	}
	assert_ok(read_copy(section.p, section.n));
	tok_buf_release(&section);
}

static void bad_tokens(void **state)
{
	static const uint8_t zeros[TK_MAX_ADDED + 1];
	static const struct tk_added bad[] = {
		{{zeros, sizeof(zeros)}, 1, 0},
		{{(const uint8_t *)"a", 1}, N_IDS, 0},
		{{(const uint8_t *)"a", 1}, -1, 0},
		{{(const uint8_t *)"a", 1}, 1, 16},
		{{(const uint8_t *)"\xFF", 1}, 1, 0},
		{{NULL, 0}, 1, 0},
		{{(const uint8_t *)"twice", 5}, 1, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct tk_steps_draft d = {.unknown = -1};
		const struct tk_added good = {BYTES("twice"), 2, 1};
		tok_buf section = {0};

		assert_ok(tk_steps_add_token(&d, &good));
		assert_ok(tk_steps_add_token(&d, &bad[i]));
		assert_ok(tk_steps_write(&d, &section));
		assert_int_equal(read_copy(section.p, section.n),
				 TOK_E_CORRUPT);
		tk_steps_draft_release(&d);
		tok_buf_release(&section);
	}
}

/* Sorted by text they are not sorted by id; of two with one id the first by
 * its text counts. */
static void normalized_tokens_by_id(void **state)
{
	enum { NORMALIZED = TK_ADDED_NORMALIZED };
	static const struct tk_added token[] = {
		{{(const uint8_t *)"e", 1}, 3, NORMALIZED},
		{{(const uint8_t *)"b", 1}, 9, NORMALIZED},
		{{(const uint8_t *)"a", 1}, 7, 0},
		{{(const uint8_t *)"d", 1}, 0, NORMALIZED},
		{{(const uint8_t *)"c", 1}, 9, NORMALIZED},
	};
	static const char want[N_IDS + 1] = "d..e.....b..........";
	struct tk_steps_draft d = {.unknown = -1};
	tok_buf section = {0};
	struct tk_steps s;

	(void)state;
	for (size_t i = 0; i < sizeof(token) / sizeof(*token); i++)
		assert_ok(tk_steps_add_token(&d, &token[i]));
	assert_ok(tk_steps_write(&d, &section));
	assert_ok(read_alloc(bytes_of(&section), NULL, &s));
	for (tok_id id = 0; id < N_IDS; id++) {
		const struct tk_added *t = tk_steps_normalized(&s, id);

		assert_int_equal(t ? t->text.p[0] : '.', want[id]);
	}
	assert_null(tk_steps_normalized(&s, -1));
	assert_null(tk_steps_normalized(&s, N_IDS));
	tk_steps_release(&s);
	tk_steps_draft_release(&d);
	tok_buf_release(&section);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	struct tk_steps s;
	tok_status st = read_alloc(bytes_of(ctx), alloc, &s);

	tk_steps_release(&s);
	return st;
}

static tok_status write(const tok_alloc *alloc, void *ctx)
{
	struct tk_steps_draft d = {.steps.alloc = alloc,
				   .decoders.alloc = alloc,
				   .added.alloc = alloc,
				   .before.alloc = alloc,
				   .behind.alloc = alloc};
	const struct tk_step step = {TK_STEP_NMT, 0, none, none};
	const struct tk_added token = {BYTES("abc"), 1, 0};
	tok_buf out = {.alloc = alloc};
	tok_status st = tk_steps_add_step(&d, &step);

	(void)ctx;
	if (!st)
		st = tk_steps_add_decoder(&d, &step);
	if (!st)
		st = tk_steps_add_token(&d, &token);
	if (!st)
		st = tk_steps_add_front(&d, BYTES("abcd"));
	if (!st)
		st = tk_steps_add_behind(&d, 1);
	if (!st)
		st = tk_steps_write(&d, &out);
	tk_steps_draft_release(&d);
	tok_buf_release(&out);
	return st;
}

static void survives_failing_allocations(void **state)
{
	tok_buf section = {0};

	(void)state;
	put_section(&section, none);
	unit_fail_each(run, &section);
	unit_fail_each(write, NULL);
	tok_buf_release(&section);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(every_truncation_is_corrupt),
		cmocka_unit_test(every_flipped_bit),
		cmocka_unit_test(changed_bytes_of_a_map),
		cmocka_unit_test(bad_steps),
		cmocka_unit_test(bad_heads),
		cmocka_unit_test(bad_tokens),
		cmocka_unit_test(normalized_tokens_by_id),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("steps_file", tests, NULL, NULL);
}
