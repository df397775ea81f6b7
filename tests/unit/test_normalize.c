/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdbool.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "ref_normalize.h"
#include "text/normalize.h"

static int icu_major, icu_minor;
static struct tk_normalizer *ours[4];
static struct ref_normalizer *twin[4];

/* Runs cover both texts, equal ones are equal, each changed one is the
 * normal form of its raw bytes. */
static void check_runs(tok_normalize form, tok_bytes raw, tok_bytes clean,
		       const struct tk_runs *runs)
{
	assert_true(runs->run[0].clean_at == 0 && runs->run[0].raw_at == 0);
	for (size_t i = 0; i < runs->n; i++) {
		const struct tk_run *r = &runs->run[i];
		bool last = i + 1 == runs->n;
		uint64_t clean_end = last ? clean.n : r[1].clean_at;
		uint64_t raw_end = last ? raw.n : r[1].raw_at;

		assert_true(clean_end >= r->clean_at && raw_end > r->raw_at);
		assert_true(clean_end <= clean.n && raw_end <= raw.n);
		assert_false(i && r->equal && r[-1].equal);
		tok_bytes from = {raw.p + r->raw_at, raw_end - r->raw_at};
		tok_bytes to = {clean.p + r->clean_at,
				clean_end - r->clean_at};
		if (r->equal) {
			assert_true(tk_bytes_equal(from, to));
			continue;
		}
		tok_bytes want = ref_normalize(twin[form], from);
		assert_true(tk_bytes_equal(want, to));
		assert_false(tk_bytes_equal(from, to));
		free((void *)want.p);
	}
}

static void check_one(tok_normalize form, tok_bytes raw, bool with_runs)
{
	struct tk_runs runs = {0};
	tok_buf buf = {0};
	tok_bytes got, want = ref_normalize(twin[form], raw);

	assert_ok(tk_buf_text(&buf, "before"));
	assert_ok(tk_normalize(ours[form], raw, &buf,
			       with_runs ? &runs : NULL, &got));
	assert_memory_equal(buf.p, "before", 6);
	assert_true(tk_bytes_equal(got, want));
	if (got.p == raw.p) {
		assert_int_equal(buf.n, 6);
		assert_int_equal(runs.n, 0);
	} else {
		assert_ptr_equal(got.p, buf.p + 6);
		assert_false(tk_bytes_equal(got, raw));
		if (with_runs)
			check_runs(form, raw, got, &runs);
	}
	free((void *)want.p);
	tk_runs_release(&runs);
	tok_buf_release(&buf);
}

static void check(tok_bytes raw)
{
	for (int form = TOK_NORMALIZE_NFC; form <= TOK_NORMALIZE_NFKC_CASEFOLD;
	     form++) {
		check_one((tok_normalize)form, raw, true);
		check_one((tok_normalize)form, raw, false);
	}
}

static void check_text(tok_normalize form, tok_bytes raw, tok_bytes want)
{
	tok_buf buf = {0};
	tok_bytes got;

	assert_ok(tk_normalize(ours[form], raw, &buf, NULL, &got));
	assert_true(tk_bytes_equal(got, want));
	tok_buf_release(&buf);
	check(raw);
}

static void known_answers(void **state)
{
	(void)state;
	check_text(TOK_NORMALIZE_NFC, BYTES(""), BYTES(""));
	check_text(TOK_NORMALIZE_NFC, BYTES("plain"), BYTES("plain"));
	check_text(TOK_NORMALIZE_NFC, BYTES("12345678e\u0301x"),
		   BYTES("12345678\u00E9x"));
	check_text(TOK_NORMALIZE_NFC, BYTES("\u1112\u1161\u11AB"),
		   BYTES("\uD55C"));
	check_text(TOK_NORMALIZE_NFC, BYTES("\uFB01"), BYTES("\uFB01"));
	check_text(TOK_NORMALIZE_NFKC, BYTES("\uFB01 \u2460"), BYTES("fi 1"));
	check_text(TOK_NORMALIZE_NFKC_CASEFOLD, BYTES("Stra\u00DFE"),
		   BYTES("strasse"));
	check_text(TOK_NORMALIZE_NFKC_CASEFOLD, BYTES("A\u00ADB@[`{Z"),
		   BYTES("ab@[`{z"));
	check_text(TOK_NORMALIZE_NFKC_CASEFOLD, BYTES("\u00AD"), BYTES(""));
}

static void bytes_that_are_not_utf8(void **state)
{
	(void)state;
	check_text(TOK_NORMALIZE_NFC, BYTES("e\xFF\xCC\x81"),
		   BYTES("e\xFF\xCC\x81"));
	check_text(TOK_NORMALIZE_NFC, BYTES("e\xCC"), BYTES("e\xCC"));
	check_text(TOK_NORMALIZE_NFC, BYTES("\xED\xA0\x80"),
		   BYTES("\xED\xA0\x80"));
	check_text(TOK_NORMALIZE_NFC, BYTES("\xC0\x80" "e\u0301\xF5"),
		   BYTES("\xC0\x80\u00E9\xF5"));
	check_text(TOK_NORMALIZE_NFC, BYTES("\0e\u0301\0"),
		   BYTES("\0\u00E9\0"));
}

/* Every code point alone, after a letter, before marks, between jamo. */
static void every_code_point(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		uint8_t text[32] = "a";
		size_t n = 1;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		/* The planes with letters in full, a sample of the rest. */
		if (c >= 0x32000 && c < 0xE0000 && c % 251)
			continue;
		n += tk_utf8_encode(c, text + n);
		n += tk_utf8_encode(0x327, text + n);
		n += tk_utf8_encode(0x301, text + n);
		n += tk_utf8_encode(c, text + n);
		n += tk_utf8_encode(0x1100, text + n);
		n += tk_utf8_encode(c, text + n);
		n += tk_utf8_encode(0x1161, text + n);
		check_one((tok_normalize)(1 + c % 3), (tok_bytes){text, n},
			  false);
		check_one((tok_normalize)(1 + (c + 1) % 3),
			  (tok_bytes){text, n}, false);
	}
}

static size_t random_text(uint64_t *seed, uint8_t *out, size_t max)
{
	static const uint32_t pick[] = {
		'a', 'e', 'E', 'A', ' ', 0xE9, 0xC5, 0x1EA4, 0x300, 0x301,
		0x327, 0x323, 0x338, 0x345, 0x344, 0xF73, 0xF75, 0xF81, 0x3099,
		0x304B, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x9C7, 0x9BE,
		0x9D7, 0xDD9, 0xDCF, 0xFB01, 0xFDFA, 0x2460, 0xAD, 0x200D,
		0x3C2, 0x130, 0xDF, 0x1F82, 0x110A5, 0x110BA, 0x1D15E, 0x1D165,
		0x114B9, 0x114BA, 0xE0FFF, 0x378, 0xF900, 0x212B, 0x4E00};
	size_t n = 0, want = unit_below(seed, max - 16);

	while (n < want) {
		uint64_t r = unit_random(seed);
		uint32_t c = (uint32_t)(r >> 16) % 0x30000;

		if (r % 32 == 0)
			out[n++] = (uint8_t)(r >> 8);
		else if (r % 32 == 1 && (c < 0xD800 || c > 0xDFFF))
			n += tk_utf8_encode(c, out + n);
		else if (r % 32 < 6)
			for (int k = 0; k < 9; k++)
				out[n++] = (uint8_t)(' ' + (r >> 5 * k) % 95);
		else
			n += tk_utf8_encode(
				pick[c % (sizeof(pick) / sizeof(*pick))],
				out + n);
	}
	return n;
}

static void matches_reference(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		uint8_t text[160];
		size_t n = random_text(&seed, text,
				       round % 2 ? sizeof(text) : 40);

		check((tok_bytes){text, n});
	}
}

/* Runs of marks that are longer than any buffer, in any order. */
static void long_marks(void **state)
{
	(void)state;
	static const uint32_t pick[] = {0x300, 0x327, 0x323, 0x345, 0x344,
					0xF73, 0x1D165, 0x3099, 0x338};
	uint64_t seed = 3;

	for (size_t marks = 20; marks < 3000; marks += 1 + marks / 5) {
		tok_buf text = {0};

		assert_ok(tk_buf_reserve(&text, 4 * marks + 16));
		text.p[text.n++] = 'e';
		for (size_t i = 0; i < marks; i++)
			text.n += tk_utf8_encode(
				pick[unit_below(&seed, sizeof(pick) /
							       sizeof(*pick))],
				text.p + text.n);
		text.p[text.n++] = 'x';
		check((tok_bytes){text.p, text.n});
		tok_buf_release(&text);
	}
}

/* Megabytes of marks that alternate: a quadratic sort would take an hour,
 * more than the test may. */
static void alternating_marks(void **state)
{
	(void)state;
	enum { PAIRS = 2000000 };
	tok_buf text = {0}, buf = {0};
	tok_bytes got;

	assert_ok(tk_buf_text(&text, "x"));
	for (int i = 0; i < PAIRS; i++)
		assert_ok(tk_buf_text(&text, "\u0301\u0323"));
	assert_ok(tk_normalize(ours[TOK_NORMALIZE_NFC],
			       (tok_bytes){text.p, text.n}, &buf, NULL, &got));
	/* All the dots below come first. */
	assert_int_equal(got.n, text.n);
	assert_memory_equal(got.p, "x\u0323\u0323", 5);
	assert_memory_equal(got.p + got.n - 4, "\u0301\u0301", 4);
	tok_buf_release(&text);
	tok_buf_release(&buf);
}

/* A character younger than the version asked for is left alone. */
static void holds_to_its_version(void **state)
{
	(void)state;
	/* U+10781 (of 14.0) is compatible with U+02D0. */
	tok_bytes raw = BYTES("\U00010781"), got;
	tok_buf buf = {0};

	for (int major = 13; major <= 14; major++) {
		struct tk_normalizer *n;

		assert_ok(tk_normalizer_new(TOK_NORMALIZE_NFKC, major, 0, NULL,
					    &n, NULL));
		assert_ok(tk_normalize(n, raw, &buf, NULL, &got));
		assert_true(tk_bytes_equal(got, major == 13
							? raw
							: BYTES("\u02D0")));
		tk_normalizer_free(n);
	}
	tok_buf_release(&buf);
}

static void refuses_other_versions(void **state)
{
	(void)state;
	struct tk_normalizer *n;
	tok_error err;
	const int bad[][2] = {{icu_major + 1, 0},
			      {icu_major, icu_minor + 1},
			      {0, 0},
			      {-1, 0},
			      {icu_major - 1, -1},
			      {5, 1000}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(tk_normalizer_new(TOK_NORMALIZE_NFC,
						   bad[i][0], bad[i][1], NULL,
						   &n, &err),
				 TOK_E_UNSUPPORTED);
		assert_null(n);
		assert_non_null(strstr(err.text, "Unicode"));
	}
}

static tok_status make_and_use(const tok_alloc *alloc, void *ctx)
{
	struct tk_runs runs = {.alloc = alloc};
	struct tk_normalizer *n;
	const tok_bytes *raw = ctx;
	tok_buf buf;
	tok_bytes got;

	tok_buf_init(&buf, alloc);
	tok_status st = tk_normalizer_new(TOK_NORMALIZE_NFKC, icu_major,
					  icu_minor, alloc, &n, NULL);
	if (!st)
		st = tk_normalize(n, *raw, &buf, &runs, &got);
	if (st)
		assert_int_equal(buf.n, 0);
	tk_normalizer_free(n);
	tk_runs_release(&runs);
	tok_buf_release(&buf);
	return st;
}

static void allocation_fails(void **state)
{
	(void)state;
	tok_buf text = {0};

	assert_ok(tk_buf_text(&text, "\uFB01 e\u0301"));
	for (int i = 0; i < 200; i++)
		assert_ok(tk_buf_text(&text, "\u0301\u0323"));
	tok_bytes raw = {text.p, text.n};
	unit_fail_each(make_and_use, &raw);
	tok_buf_release(&text);
}

static int open_all(void **state)
{
	(void)state;
	tk_normalize_unicode(&icu_major, &icu_minor);
	for (int form = 1; form <= 3; form++) {
		if (tk_normalizer_new((tok_normalize)form, icu_major,
				      icu_minor, NULL, &ours[form], NULL))
			return 1;
		twin[form] = ref_normalizer_new((tok_normalize)form, icu_major,
						icu_minor);
	}
	return 0;
}

static int close_all(void **state)
{
	(void)state;
	for (int form = 1; form <= 3; form++) {
		tk_normalizer_free(ours[form]);
		ref_normalizer_free(twin[form]);
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(bytes_that_are_not_utf8),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(matches_reference),
		cmocka_unit_test(long_marks),
		cmocka_unit_test(alternating_marks),
		cmocka_unit_test(holds_to_its_version),
		cmocka_unit_test(refuses_other_versions),
		cmocka_unit_test(allocation_fails),
	};
	return cmocka_run_group_tests_name("normalize", tests, open_all,
					   close_all);
}
