/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "charsmap_toy.h"
#include "text/sp_normalize.h"

static struct charsmap_toy toy;

/* "<s>" and "<s><s>". */
static size_t tags(const void *ctx, tok_bytes text)
{
	const tok_bytes tag = *(const tok_bytes *)ctx;
	size_t n = 0;

	while (n < 2 * tag.n && text.n - n >= tag.n &&
	       !memcmp(text.p + n, tag.p, tag.n))
		n += tag.n;
	return n;
}

/* May one of them begin text, or more of them? */
static bool tag_goes_on(const void *ctx, tok_bytes text)
{
	const tok_bytes tag = *(const tok_bytes *)ctx;
	size_t n = tags(ctx, text), rest = text.n - n;

	return n < 2 * tag.n && rest < tag.n &&
	       (!rest || !memcmp(text.p + n, tag.p, rest));
}

/* Runs tile both texts; equal ones are equal and stand alone. */
static void check_runs(tok_bytes raw, tok_bytes clean,
		       const struct tk_runs *runs)
{
	if (!runs->n) {
		assert_int_equal(raw.n, 0);
		assert_int_equal(clean.n, 0);
		return;
	}
	assert_true(runs->run[0].clean_at == 0 && runs->run[0].raw_at == 0);
	for (size_t i = 0; i < runs->n; i++) {
		const struct tk_run *r = &runs->run[i];
		bool last = i + 1 == runs->n;
		uint64_t clean_end = last ? clean.n : r[1].clean_at;
		uint64_t raw_end = last ? raw.n : r[1].raw_at;

		assert_true(clean_end >= r->clean_at && raw_end >= r->raw_at);
		assert_true(clean_end <= clean.n && raw_end <= raw.n);
		if (!r->equal)
			continue;
		assert_true(clean_end > r->clean_at);
		assert_false(i && r[-1].equal);
		assert_true(tk_bytes_equal(
			(tok_bytes){raw.p + r->raw_at, raw_end - r->raw_at},
			(tok_bytes){clean.p + r->clean_at,
				    clean_end - r->clean_at}));
	}
}

static void check(const struct tk_sp_form *form, tok_bytes raw, tok_bytes want)
{
	struct tk_runs runs = {0};
	tok_buf buf = {0};
	tok_bytes got;

	assert_true(tk_charsmap_valid(form->charsmap));
	assert_ok(tk_sp_normalize(form, raw, &buf, NULL, &got));
	assert_true(tk_bytes_equal(got, want));
	buf.n = 0;
	assert_ok(tk_buf_text(&buf, "before"));
	assert_ok(tk_sp_normalize(form, raw, &buf, &runs, &got));
	assert_memory_equal(buf.p, "before", 6);
	assert_ptr_equal(got.p, buf.p + 6);
	assert_true(tk_bytes_equal(got, want));
	assert_int_equal(buf.n, 6 + want.n);
	check_runs(raw, got, &runs);
	tk_runs_release(&runs);
	tok_buf_release(&buf);
}

static void check_text(const struct tk_sp_form *form, const char *raw,
		       const char *want)
{
	check(form, tok_bytes_of(raw), tok_bytes_of(want));
}

static const struct tk_sp_form usual = {.add_dummy_prefix = true,
					.remove_extra_whitespaces = true,
					.escape_whitespaces = true};

/* Answers of sentencepiece 0.2.3, identity rule. */
static void spaces(void **state)
{
	(void)state;
	struct tk_sp_form form = usual;

	check_text(&form, "", "");
	check_text(&form, "   ", "");
	check_text(&form, "a", "▁a");
	check_text(&form, "  a  b ", "▁a▁b");
	check_text(&form, "a\tb", "▁a\tb");
	check_text(&form, "a ▁ ", "▁a");
	check_text(&form, "▁a", "▁▁a");
	check_text(&form, "▁", "");
	form.add_dummy_prefix = false;
	check_text(&form, " a b ", "a▁b");
	form.remove_extra_whitespaces = false;
	check_text(&form, " a  b ", "▁a▁▁b▁");
	check_text(&form, "  ", "▁▁");
	form.escape_whitespaces = false;
	check_text(&form, " a  b ", " a  b ");
	form.add_dummy_prefix = true;
	check_text(&form, " a", "  a");
	form.remove_extra_whitespaces = true;
	check_text(&form, " a  b▁ ", " a b▁");
}

static void suffix(void **state)
{
	(void)state;
	struct tk_sp_form form = usual;

	form.treat_whitespace_as_suffix = true;
	check_text(&form, "", "");
	check_text(&form, "  ", "");
	check_text(&form, " a  b ", "a▁b▁");
	check_text(&form, "▁", "▁");
	form.remove_extra_whitespaces = false;
	check_text(&form, "  ", "▁▁▁");
	form.add_dummy_prefix = false;
	check_text(&form, "a ", "a▁");
}

static void bytes_that_are_not_utf8(void **state)
{
	(void)state;
	check(&usual, BYTES("\xFF\xC3(\xE2\x96"),
	      BYTES("▁\uFFFD\uFFFD(\uFFFD\uFFFD"));
	check(&usual, BYTES("\0\xEF\xBF\xBD\xED\xA0\x80"),
	      BYTES("▁\0\uFFFD\uFFFD\uFFFD\uFFFD"));
}

static struct tk_sp_form mapped(void)
{
	struct tk_sp_form form = usual;

	charsmap_toy_init(&toy);
	charsmap_toy_add(&toy, "\uFB01", "fi");
	charsmap_toy_add(&toy, "\u3000", " ");
	charsmap_toy_add(&toy, "\u00A8", " \u0308 ");
	charsmap_toy_add(&toy, "\u00AD", "");
	charsmap_toy_add(&toy, "a\u0301", "\u00E1");
	charsmap_toy_add(&toy, "_", "▁");
	charsmap_toy_add(&toy, "\xFF", "x");
	form.charsmap = charsmap_toy_bytes(&toy);
	return form;
}

static void maps(void **state)
{
	(void)state;
	struct tk_sp_form form = mapped();

	check_text(&form, "\uFB01a\u0301a", "▁fi\u00E1a");
	check_text(&form, "\u3000\u3000a\u3000 \u3000b\u3000", "▁a▁b");
	check_text(&form, " \u00A8a", "▁\u0308▁a");
	check_text(&form, "a\u00A8\u00A8 b", "▁a▁\u0308▁\u0308▁b");
	/* Nothing does not end a run of spaces, nor a leading one. */
	check_text(&form, " \u00AD a \u00AD b\u00AD ", "▁a▁b");
	check_text(&form, "\u00AD", "");
	check_text(&form, "a__", "▁a");
	check(&form, BYTES("\xFF\xFE"), BYTES("▁x\uFFFD"));
	form.treat_whitespace_as_suffix = true;
	check_text(&form, "\u00AD", "▁");
	check_text(&form, "a_ ", "a▁");
}

static void user_symbols(void **state)
{
	(void)state;
	struct tk_sp_form form = mapped();
	tok_bytes tag = BYTES("\uFB01 ");

	form.user_symbol = tags;
	form.ctx = &tag;
	check_text(&form, "\uFB01\uFB01 \uFB01  b", "▁fi\uFB01▁\uFB01▁b");
	check_text(&form, "\uFB01 \uFB01  b", "▁\uFB01▁\uFB01▁b");
	form.remove_extra_whitespaces = false;
	check_text(&form, "\uFB01 \uFB01  b", "▁\uFB01▁\uFB01▁▁b");
}

/* clean_at, raw_at, equal of each run. */
static void check_run_list(const struct tk_sp_form *form, const char *raw,
			   const struct tk_run *want, size_t n)
{
	struct tk_runs runs = {0};
	tok_buf buf = {0};
	tok_bytes got;

	assert_ok(tk_sp_normalize(form, tok_bytes_of(raw), &buf, &runs, &got));
	assert_int_equal(runs.n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(runs.run[i].clean_at, want[i].clean_at);
		assert_int_equal(runs.run[i].raw_at, want[i].raw_at);
		assert_int_equal(runs.run[i].equal, want[i].equal);
	}
	tk_runs_release(&runs);
	tok_buf_release(&buf);
}

static void runs_say_what_came_from_where(void **state)
{
	(void)state;
	struct tk_sp_form form = mapped();
	/* ▁ ab ▁ fi c, and where the end lies. */
	const struct tk_run some[] = {{0, 0, 0}, {0, 1, 0}, {3, 1, 1},
				      {5, 3, 0}, {8, 5, 0}, {10, 8, 1},
				      {11, 9, 0}};
	/* Spaces at the end belong to no clean byte; U+00AD neither. */
	const struct tk_run soft[] = {{0, 0, 0}, {3, 0, 1}, {4, 1, 0},
				      {4, 3, 0}};
	const struct tk_run cut[] = {{0, 0, 0}, {3, 0, 1}, {4, 1, 0}};

	check_run_list(&form, " ab  \uFB01c ", some, 7);
	check_run_list(&form, "a\u00AD", soft, 4);
	check_run_list(&form, "a▁", cut, 3);
	check_run_list(&form, "a", cut, 2);
	check_run_list(&form, "  ", cut, 1);
	check_run_list(&form, "", cut, 0);
}

static size_t random_text(uint64_t *seed, uint8_t *out, size_t max)
{
	static const char *const pick[] = {
		" ", "  ", "a", "b▁", "▁", "\uFB01", "\u3000", "\u00A8",
		"\u00AD", "a\u0301", "_", "\xFF", "\xE2\x96", "<s>", "\u4E00"};
	size_t n = 0;

	for (size_t i = unit_below(seed, max / 8); i; i--) {
		const char *s = pick[unit_below(seed, sizeof(pick) /
							      sizeof(*pick))];

		memcpy(out + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

static void runs_tile_both_texts(void **state)
{
	(void)state;
	struct tk_sp_form form = mapped();
	tok_bytes tag = BYTES("<s>");
	uint64_t seed = 1;

	form.ctx = &tag;
	for (unsigned round = 0; round < 32000; round++) {
		uint8_t text[160];
		tok_bytes raw = {text, 0}, got;
		tok_buf buf = {0};

		raw.n = random_text(&seed, text, sizeof(text));
		form.add_dummy_prefix = round & 1;
		form.remove_extra_whitespaces = round & 2;
		form.escape_whitespaces = round & 4;
		form.treat_whitespace_as_suffix = round & 8;
		form.user_symbol = round & 16 ? tags : NULL;
		assert_ok(tk_sp_normalize(&form, raw, &buf, NULL, &got));
		check(&form, raw, got);
		tok_buf_release(&buf);
	}
}

/* Maps with bytes changed, as long as they are valid. */
static void hostile_maps(void **state)
{
	(void)state;
	uint64_t seed = 9;
	size_t n_valid = 0;

	for (unsigned round = 0; round < 4000; round++) {
		struct tk_sp_form form = mapped();
		size_t n = form.charsmap.n;
		uint8_t *copy = malloc(n), text[200];
		tok_buf buf = {0};
		tok_bytes got;

		memcpy(copy, form.charsmap.p, n);
		for (size_t i = unit_below(&seed, 60); i; i--)
			copy[4 + unit_below(&seed, n - 4)] =
				(uint8_t)(unit_random(&seed) % 8);
		form.charsmap.p = copy;
		if (tk_charsmap_valid(form.charsmap)) {
			n_valid++;
			tok_bytes raw = {text, random_text(&seed, text, 200)};
			assert_ok(tk_sp_normalize(&form, raw, &buf, NULL,
						  &got));
			check(&form, raw, got);
		}
		tok_buf_release(&buf);
		free(copy);
	}
	assert_in_range(n_valid, 100, 3999);
}

/* Words, wherever they are parted, are those of the whole. */
static void parts_make_up_the_whole(void **state)
{
	static const char *const word[] = {"a", "\uFB01", "b\u00A8c", "d\uFF0C",
					   "\u65E5x", "y\u3000z"};
	struct tk_sp_form form = mapped();
	uint64_t seed = 12;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		tok_buf raw = {0}, whole = {0}, clean = {0};
		size_t n = 1 + unit_below(&seed, 6);
		tok_bytes got;

		form.add_dummy_prefix = round & 1;
		form.remove_extra_whitespaces = round & 2;
		form.escape_whitespaces = round & 4;
		if (round & 8)
			assert_ok(tk_buf_text(&raw, "  "));
		size_t begin = 0;
		for (size_t i = 0; i < n; i++) {
			assert_ok(tk_buf_text(&raw, word[unit_below(&seed, 6)]));
			if (i + 1 == n && round & 16)
				assert_ok(tk_buf_text(&raw, "  "));
			if (i + 1 < n && unit_below(&seed, 2)) {
				assert_ok(tk_buf_text(&raw, " "));
				continue;
			}
			tok_bytes part = {raw.p + begin, raw.n - begin};
			assert_ok(tk_sp_normalize_part(&form, part, !begin,
						       i + 1 == n, &clean));
			if (i + 1 < n)
				assert_ok(tk_buf_text(&raw, " "));
			begin = raw.n;
		}
		assert_ok(tk_sp_normalize(&form, (tok_bytes){raw.p, raw.n},
					  &whole, NULL, &got));
		assert_int_equal(clean.n, got.n);
		assert_memory_equal(clean.p, got.p, got.n);
		tok_buf_release(&raw);
		tok_buf_release(&whole);
		tok_buf_release(&clean);
	}
}

/* The form of text that comes a few bytes at a time. */
static void normalize_by_and_by(const struct tk_sp_form *form, tok_bytes raw,
				uint64_t *seed, tok_buf *clean)
{
	struct tk_sp_going going = {0};
	size_t done = 0, end = 0, used;

	while (end < raw.n) {
		end += 1 + unit_below(seed, 5);
		end = end < raw.n ? end : raw.n;
		const tok_bytes more = {raw.p + done, end - done};

		assert_ok(tk_sp_normalize_more(form, more, true, &going,
					       clean, &used));
		assert_true(used <= more.n);
		done += used;
	}
	const tok_bytes rest = {raw.p + done, raw.n - done};
	size_t held = tk_sp_normalize_held(form,
					   (tok_bytes){clean->p, clean->n});
	size_t final = clean->n - held;
	assert_ok(tk_sp_normalize_more(form, rest, false, &going, clean,
				       &used));
	assert_int_equal(used, rest.n);
	assert_ok(tk_sp_normalize_end(form, &going, clean, 0));
	assert_true(clean->n >= final);
}

static void text_may_come_in_parts(void **state)
{
	(void)state;
	static const tok_bytes tag = {(const uint8_t *)"<s>", 3};
	uint64_t seed = 13;

	for (int round = 0; round < 20000; round++) {
		struct tk_sp_form form = mapped();
		tok_buf clean = {0}, by_and_by = {0};
		uint8_t text[60];
		tok_bytes raw = {text, random_text(&seed, text, 60)}, got;

		form.add_dummy_prefix = round & 1;
		form.remove_extra_whitespaces = round & 2;
		form.escape_whitespaces = round & 4;
		form.treat_whitespace_as_suffix = round & 8;
		if (round & 16) {
			form.user_symbol = tags;
			form.user_goes_on = tag_goes_on;
			form.ctx = &tag;
		}
		assert_ok(tk_sp_normalize(&form, raw, &clean, NULL, &got));
		normalize_by_and_by(&form, raw, &seed, &by_and_by);
		assert_true(tk_bytes_equal(got, (tok_bytes){by_and_by.p,
							    by_and_by.n}));
		tok_buf_release(&clean);
		tok_buf_release(&by_and_by);
	}
}

static tok_status use(const tok_alloc *alloc, void *ctx)
{
	struct tk_runs runs = {.alloc = alloc};
	struct tk_sp_form form = mapped();
	const tok_bytes *raw = ctx;
	tok_buf buf;
	tok_bytes got;

	tok_buf_init(&buf, alloc);
	tok_status st = tk_sp_normalize(&form, *raw, &buf, &runs, &got);
	if (st)
		assert_int_equal(buf.n, 0);
	tk_runs_release(&runs);
	tok_buf_release(&buf);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	tok_buf text = {0};

	for (int i = 0; i < 300; i++)
		assert_ok(tk_buf_text(&text, "  \uFB01 word\u00AD▁ "));
	tok_bytes raw = {text.p, text.n};
	unit_fail_each(use, &raw);
	tok_buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spaces),
		cmocka_unit_test(suffix),
		cmocka_unit_test(bytes_that_are_not_utf8),
		cmocka_unit_test(maps),
		cmocka_unit_test(user_symbols),
		cmocka_unit_test(runs_say_what_came_from_where),
		cmocka_unit_test(runs_tile_both_texts),
		cmocka_unit_test(hostile_maps),
		cmocka_unit_test(parts_make_up_the_whole),
		cmocka_unit_test(text_may_come_in_parts),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("sp_normalize", tests, NULL, NULL);
}
