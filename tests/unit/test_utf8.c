/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/utf8.h"

/*
 * The twin: tries each length, checks the bits, and refuses what a shorter
 * form, a surrogate or no character would say. The definition, not the table.
 */
static size_t naive_decode(const uint8_t *p, size_t n, uint32_t *c)
{
	static const struct {
		size_t n;
		uint8_t mask, mark;
		uint32_t least;
	} form[] = {
		{1, 0x80, 0x00, 0},
		{2, 0xE0, 0xC0, 0x80},
		{3, 0xF0, 0xE0, 0x800},
		{4, 0xF8, 0xF0, 0x10000},
	};

	for (size_t f = 0; f < 4; f++) {
		if (form[f].n > n || (p[0] & form[f].mask) != form[f].mark)
			continue;
		uint32_t v = p[0] & (uint8_t)~form[f].mask;
		for (size_t i = 1; i < form[f].n; i++) {
			if (p[i] >> 6 != 2)
				return 0;
			v = v << 6 | (p[i] & 0x3F);
		}
		if (v < form[f].least || v > 0x10FFFF ||
		    (v >= 0xD800 && v <= 0xDFFF))
			return 0;
		*c = v;
		return form[f].n;
	}
	return 0;
}

/* A count of what differs, so that a million asserts do not take minutes. */
static int differs(const uint8_t *p, size_t n)
{
	uint32_t a = 0xAAAA, b = 0xAAAA;
	size_t got = tk_utf8_decode((tok_bytes){p, n}, &a);

	return got != naive_decode(p, n, &b) || a != b;
}

static void all_code_points(void **state)
{
	(void)state;
	int n_wrong = 0;

	for (uint32_t c = 0; c <= 0x10FFFF; c++) {
		uint8_t s[4];
		uint32_t again = 0;

		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		size_t n = tk_utf8_encode(c, s);
		if (tk_utf8_decode((tok_bytes){s, n}, &again) != n ||
		    again != c || naive_decode(s, n, &again) != n ||
		    again != c)
			n_wrong++;
		/* Cut short it is no character. */
		for (size_t k = 0; k < n; k++)
			n_wrong += tk_utf8_decode((tok_bytes){s, k}, &again) !=
				   0;
	}
	assert_int_equal(n_wrong, 0);
}

static void surrogates(void **state)
{
	(void)state;
	int n_wrong = 0;

	for (uint32_t c = 0xD800; c <= 0xDFFF; c++) {
		uint8_t s[4];
		uint32_t unused = 7;
		size_t n = tk_utf8_encode(c, s); /* the bits, were it allowed */

		n_wrong += n != 3 || tk_utf8_decode((tok_bytes){s, n},
						    &unused) != 0;
		n_wrong += unused != 7;
	}
	assert_int_equal(n_wrong, 0);
}

static void all_two_bytes(void **state)
{
	(void)state;
	int n_wrong = 0;

	for (unsigned a = 0; a < 256; a++) {
		uint8_t one[1] = {(uint8_t)a};

		n_wrong += differs(one, 1);
		for (unsigned b = 0; b < 256; b++) {
			uint8_t two[2] = {(uint8_t)a, (uint8_t)b};

			n_wrong += differs(two, 2);
		}
	}
	assert_int_equal(n_wrong, 0);
}

/* All first and second bytes with the third and fourth at every edge. */
static void edges_of_long_forms(void **state)
{
	(void)state;
	static const uint8_t edge[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
				       0xA0, 0xBF, 0xC0, 0xFF};
	const size_t n_edges = sizeof(edge);
	int n_wrong = 0;

	for (unsigned i = 0; i < 256 * 256; i++) {
		for (size_t k = 0; k < n_edges * n_edges; k++) {
			uint8_t s[4] = {(uint8_t)(i >> 8), (uint8_t)i,
					edge[k / n_edges], edge[k % n_edges]};

			n_wrong += differs(s, 3) + differs(s, 4);
		}
	}
	assert_int_equal(n_wrong, 0);
}

static void random_bytes(void **state)
{
	(void)state;
	uint64_t random = 11;
	int n_wrong = 0;

	for (int i = 0; i < 1000000; i++) {
		uint64_t v = unit_random(&random);
		uint8_t s[8];

		memcpy(s, &v, 8);
		/* Half of them look like a long form. */
		if (v >> 63)
			s[0] |= 0xC0;
		n_wrong += differs(s, 1 + unit_below(&random, 6));
	}
	assert_int_equal(n_wrong, 0);
}

static void empty(void **state)
{
	(void)state;
	uint32_t c = 9;

	assert_int_equal(tk_utf8_decode((tok_bytes){NULL, 0}, &c), 0);
	assert_int_equal(c, 9);
}

static void whole_strings(void **state)
{
	(void)state;
	uint32_t c;

	assert_int_equal(tk_utf8_at(BYTES("a\u00e9"), 1, &c), 2);
	assert_int_equal(c, 0xE9);
	assert_int_equal(tk_utf8_at(BYTES("a\xE9"), 1, &c), 1);
	assert_int_equal(c, 0xFFFD);
	assert_true(tk_utf8_valid((tok_bytes){NULL, 0}));
	assert_true(tk_utf8_valid(BYTES("a\0\u00e9\U0001F600")));
	assert_false(tk_utf8_valid(BYTES("a\xE9")));
	assert_false(tk_utf8_valid(BYTES("\xA9")));
	assert_false(tk_utf8_valid(BYTES("a\xED\xA0\x80z")));
}

/* All of up to three bytes at the end, against what may follow them. */
static void beginnings(void **state)
{
	static const uint8_t part[] = {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F,
				       0xA0, 0xBF, 0xC0, 0xC2, 0xDF, 0xE0,
				       0xE1, 0xED, 0xEF, 0xF0, 0xF3, 0xF4,
				       0xF5, 0xFF};
	enum { N = sizeof(part) };

	(void)state;
	for (size_t i = 0; i < N * N * N; i++) {
		uint8_t s[6] = {part[i / N / N], part[i / N % N], part[i % N]};
		size_t open = 3;
		uint32_t c;

		/* Is there a character that begins at k and ends behind? */
		for (size_t k = 0; k < 3; k++)
			for (size_t more = 2; more < 8; more++) {
				s[3] = s[4] = s[5] = part[more];
				size_t n = tk_utf8_decode(
					(tok_bytes){s + k, 6 - k}, &c);

				if (k + n > 3 && k < open)
					open = k;
			}
		assert_int_equal(tk_utf8_whole((tok_bytes){s, 3}), open);
	}
	assert_int_equal(tk_utf8_whole((tok_bytes){NULL, 0}), 0);
}

/* Positions go back to the edge of the character that they lie in. */
static void edges(void **state)
{
	const tok_bytes s = BYTES("a\u00E9\u65E5\U0001F600\x80\x80\x80\x80"
				  "\xE6\x97");
	static const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10,
				      11, 12, 13, 14, 15, 16};

	(void)state;
	assert_int_equal(s.n, 16);
	for (size_t at = 0; at <= s.n; at++)
		assert_int_equal(tk_utf8_edge(s, at), want[at]);
	assert_int_equal(tk_utf8_edge((tok_bytes){NULL, 0}, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_code_points),
		cmocka_unit_test(surrogates),
		cmocka_unit_test(all_two_bytes),
		cmocka_unit_test(edges_of_long_forms),
		cmocka_unit_test(random_bytes),
		cmocka_unit_test(empty),
		cmocka_unit_test(whole_strings),
		cmocka_unit_test(beginnings),
		cmocka_unit_test(edges),
	};
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
