/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <unicode/unorm2.h>
#include <unicode/uset.h>
#include <unicode/ustring.h>

#include "base/utf8.h"
#include "steps_toy.h"
#include "text/forms.h"

static const enum tk_form forms[] = {TK_NFC, TK_NFD, TK_NFKC, TK_NFKD};

struct toy {
	struct tk_parts from, to;
	struct tk_forms scratch;
};

static void toy_release(struct toy *t)
{
	tk_parts_release(&t->from);
	tk_parts_release(&t->to);
	tk_forms_release(&t->scratch);
}

static void apply(struct toy *t, enum tk_form form, tok_bytes text)
{
	t->from.tracks = t->to.tracks = true;
	assert_ok(tk_parts_begin(&t->from, text));
	tk_parts_clear(&t->to);
	struct tk_rewrite w = {&t->from, 0, 0, t->from.text.n, &t->to};
	assert_ok(tk_forms_apply(&t->scratch, form, &w));
}

/* What ICU makes of text, where it looks at characters of Unicode 9.0 only:
 * the oracle. Returns its bytes, in out. */
static size_t icu(enum tk_form form, tok_bytes text, char *out, int32_t room)
{
	static const UChar ages[] = u"[:age=9.0:]";
	UErrorCode code = U_ZERO_ERROR;
	bool compatible = form == TK_NFKC || form == TK_NFKD;
	bool composes = form == TK_NFC || form == TK_NFKC;
	const UNormalizer2 *all = unorm2_getInstance(
		NULL, compatible ? "nfkc" : "nfc",
		composes ? UNORM2_COMPOSE : UNORM2_DECOMPOSE, &code);
	static USet *set;
	static UChar in[40000], made[200000];
	int32_t n, n_made, size;

	if (!set) {
		set = uset_openPattern(ages, -1, &code);
		uset_freeze(set);
	}
	UNormalizer2 *some = unorm2_openFiltered(all, set, &code);
	u_strFromUTF8(in, 40000, &n, (const char *)text.p, (int32_t)text.n,
		      &code);
	n_made = unorm2_normalize(some, in, n, made, 200000, &code);
	u_strToUTF8(out, room, &size, made, n_made, &code);
	assert_true(U_SUCCESS(code));
	unorm2_close(some);
	return (size_t)size;
}

static void check_icu(struct toy *t, enum tk_form form, tok_bytes text)
{
	static char want[400000];
	size_t n = icu(form, text, want, sizeof(want));

	apply(t, form, text);
	assert_int_equal(t->to.text.n, n);
	if (n)
		assert_memory_equal(t->to.text.p, want, n);
}

static size_t put(uint8_t *p, size_t n, uint32_t c)
{
	return n + tk_utf8_encode(c, p + n);
}

/* Letters, marks of many classes, jamo, what decomposes to several, what
 * composes twice, what is excluded from composing, what is younger. */
static const uint32_t pick[] = {
	'a', 'e', 'q', ' ', 0xE9, 0x1E69, 0x1EA1, 0x212B, 0xFB01, 0xFDFA,
	0x33A5, 0x958, 0x915, 0x93C, 0x94D, 0x344, 0x300, 0x301, 0x302, 0x307,
	0x308, 0x315, 0x323, 0x327, 0x328, 0x338, 0x345, 0x5AE, 0x5B0, 0x5B1,
	0x1100, 0x1112, 0x1161, 0x1173, 0x11A8, 0x11AB, 0xAC00, 0xAC01,
	0xD55C, 0x110B, 0xC5C7, 0x9C7, 0x9BE, 0x9CB, 0xB92, 0xBD7, 0x1025,
	0x102E, 0x3042, 0x3099, 0x309A, 0xFF76, 0xFF9E, 0xF900, 0x2F800,
	0x110A5, 0x110BA, 0x1D15E, 0x1D165, 0x1D16E, 0x2126, 0x37E,
	0x1DF6 /* 10.0 */, 0x1F1F0, 0x11935, 0x11930, 0x11938 /* 13.0 */,
	0x10A4F, 0x1E8D0, 0xFF21, 0xB5, 0x17F, 0x2025, 0x1F71, 0x3D3};

static void equals_icu(void **state)
{
	struct toy t = {.from = {.tracks = true}};
	uint64_t random = 51;
	uint8_t text[4 * 24];

	(void)state;
	for (int round = 0; round < 40000; round++) {
		/* Few kinds at a time, so that they meet. */
		size_t kinds = 1 + unit_below(&random, 6), n = 0;
		size_t chosen[6];

		for (size_t i = 0; i < kinds; i++)
			chosen[i] = unit_below(&random, sizeof(pick) /
								sizeof(*pick));
		for (size_t i = unit_below(&random, 24); i; i--)
			n = put(text, n,
				pick[chosen[unit_below(&random, kinds)]]);
		check_icu(&t, forms[round % 4], (tok_bytes){text, n});
	}
	toy_release(&t);
}

/* Every character there is, alone and before marks. */
static void every_character_equals_icu(void **state)
{
	struct toy t = {.from = {.tracks = true}};
	uint8_t text[16];

	(void)state;
	for (uint32_t c = 1; c < 0x30000; c++) {
		size_t n = 0;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		n = put(text, n, c);
		n = put(text, n, 0x301);
		n = put(text, n, 0x323);
		for (size_t i = 0; i < 4; i++)
			if (c < 0x4E00 || c % 4 == i || c > 0xD7A3)
				check_icu(&t, forms[i],
					  (tok_bytes){text, n});
	}
	toy_release(&t);
}

/* Marks whose classes fall all the way: sorted, equal ones as they came. */
static void long_runs_of_marks(void **state)
{
	enum { N = 8000 };
	static const uint32_t mark[] = {0x345, 0x315, 0x301, 0x300, 0x323,
					0x327, 0x334};
	static uint8_t text[4 * N];
	struct toy t = {.from = {.tracks = true}};
	size_t n = put(text, 0, 'a');

	(void)state;
	for (size_t i = 0; i < N; i++)
		n = put(text, n, mark[i * 7 / N]);
	for (size_t i = 0; i < 4; i++)
		check_icu(&t, forms[i], (tok_bytes){text, n});
	/* And mixed. */
	n = put(text, 0, 'a');
	for (size_t i = 0; i < N; i++)
		n = put(text, n, mark[i * i % 7]);
	for (size_t i = 0; i < 4; i++)
		check_icu(&t, forms[i], (tok_bytes){text, n});
	toy_release(&t);
}

/* As the crate's tables: U+1DF6 (class 228) is of Unicode 10.0, and U+11938,
 * which composes from two others, of 13.0. */
static void younger_characters_stay(void **state)
{
	static const tok_bytes young[] = {
		BYTES("a\u0315\u1DF6\u0301"), BYTES("\U00011935\U00011930"),
		BYTES("\U00011938")};
	struct toy t = {.from = {.tracks = true}};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (size_t k = i == 0 || i == 2 ? 1 : 0; k < 3; k++) {
			apply(&t, forms[i], young[k]);
			assert_int_equal(t.to.text.n, young[k].n);
			assert_memory_equal(t.to.text.p, young[k].p,
					    young[k].n);
		}
	toy_release(&t);
}

#define CHECK(form, cases) check_form(form, cases, sizeof(cases) / sizeof(*(cases)))

static void check_form(enum tk_form form, const struct steps_toy_case *c,
		       size_t n)
{
	struct steps_toy toy = {.read = false};

	steps_toy_add(&toy, TK_STEP_FORM, form, (tok_bytes){NULL, 0},
		      (tok_bytes){NULL, 0});
	steps_toy_check(&toy, c, n);
}

/* Text and offsets are those of tokenizers 0.23.3. */
static void sources_composed(void **state)
{
	static const struct steps_toy_case nfc[] = {
		{"\u00E9x", "\u00E9x", "0-2 2-3"},
		{"e\u0301x", "\u00E9x", "0-1 3-4"},
		{"a\u0323\u0307b", "\u1EA1\u0307b", "0-1 3-5 5-6"},
		{"a\u0307\u0323b", "\u1EA1\u0307b", "0-1 3-5 5-6"},
		{"\u1E69", "\u1E69", "0-3"},
		{"\uFB01b", "\uFB01b", "0-3 3-4"},
		{"\u1112\u1161\u11AB", "\uD55C", "0-3"},
		{"\u0344", "\u0308\u0301", "0-2 0-2"},
		{"x\u0301\u0301", "x\u0301\u0301", "0-1 1-3 3-5"},
		{"\u0301a", "\u0301a", "0-2 2-3"},
		{"a\u0315\u0300\u05AEb", "\u00E0\u05AE\u0315b",
		 "0-1 3-5 5-7 7-8"},
		{"\u0958", "\u0915\u093C", "0-3 0-3"},
		{"\u1100\u1161\u1161\u11A8", "\uAC00\u1161\u11A8",
		 "0-3 6-9 9-12"},
		{"", "", ""},
	};
	static const struct steps_toy_case nfkc[] = {
		{"\uFB01b", "fib", "0-3 0-3 3-4"},
		{"\u33A5", "m3", "0-3 0-3"},
		{"e\u0301x", "\u00E9x", "0-1 3-4"},
		{"\uD55C\uAE00", "\uD55C\uAE00", "0-3 3-6"},
	};

	(void)state;
	CHECK(TK_NFC, nfc);
	CHECK(TK_NFKC, nfkc);
}

static void sources_decomposed(void **state)
{
	static const struct steps_toy_case nfd[] = {
		{"\u00E9x", "e\u0301x", "0-2 0-2 2-3"},
		{"a\u0307\u0323b", "a\u0323\u0307b", "0-1 1-3 3-5 5-6"},
		{"\u1E69", "s\u0323\u0307", "0-3 0-3 0-3"},
		{"\uFB01b", "\uFB01b", "0-3 3-4"},
		{"\uD55C\uAE00", "\u1112\u1161\u11AB\u1100\u1173\u11AF",
		 "0-3 0-3 0-3 3-6 3-6 3-6"},
		{"a\u0315\u0300\u05AEb", "a\u05AE\u0300\u0315b",
		 "0-1 1-3 3-5 5-7 7-8"},
		{"q\u0307\u0323\u0302z", "q\u0323\u0307\u0302z",
		 "0-1 1-3 3-5 5-7 7-8"},
	};
	static const struct steps_toy_case nfkd[] = {
		{"\uFB01b", "fib", "0-3 0-3 3-4"},
		{"\u2126", "\u03A9", "0-3"},
	};

	(void)state;
	CHECK(TK_NFD, nfd);
	CHECK(TK_NFKD, nfkd);
}

static tok_status run(const tok_alloc *alloc, void *ctx)
{
	const struct tk_parts *from = ctx;
	struct tk_parts to = {.alloc = alloc, .tracks = true};
	struct tk_forms scratch = {.alloc = alloc};
	tok_status st = TOK_OK;

	tk_parts_clear(&to);
	for (size_t i = 0; !st && i < 4; i++) {
		struct tk_rewrite w = {from, 0, 0, from->text.n, &to};

		st = tk_forms_apply(&scratch, forms[i], &w);
	}
	tk_parts_release(&to);
	tk_forms_release(&scratch);
	return st;
}

static void survives_failing_allocations(void **state)
{
	static uint8_t text[800];
	struct tk_parts from = {.tracks = true};
	size_t n = put(text, 0, 'x');

	(void)state;
	for (size_t i = 0; i < 200; i++)
		n = put(text, n, i % 2 ? 0x301 : 0x323);
	assert_ok(tk_parts_begin(&from, (tok_bytes){text, n}));
	unit_fail_each(run, &from);
	tk_parts_release(&from);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_icu),
		cmocka_unit_test(every_character_equals_icu),
		cmocka_unit_test(long_runs_of_marks),
		cmocka_unit_test(younger_characters_stay),
		cmocka_unit_test(sources_composed),
		cmocka_unit_test(sources_decomposed),
		cmocka_unit_test(survives_failing_allocations),
	};
	return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
