/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/digest.h"

/* The values that xxHash's own documentation and tool print. */
static void known_answers(void **state)
{
	(void)state;
	tok_digest d = tk_digest((tok_bytes){NULL, 0});
	char hex[33];

	tok_digest_hex(&d, hex);
	assert_string_equal(hex, "99aa06d3014798d86001c324468d497f");
	d = tk_digest(tok_bytes_of("abc"));
	tok_digest_hex(&d, hex);
	assert_string_equal(hex, "06b05ab6733a618578af5f94892f3950");
	assert_true(tk_xxh64((tok_bytes){NULL, 0}) ==
		    UINT64_C(0xef46db3751d8e999));
	assert_true(tk_xxh64(tok_bytes_of("abc")) ==
		    UINT64_C(0x44bc2cf5ad770999));
	assert_true(tk_xxh3((tok_bytes){NULL, 0}, 0) ==
		    UINT64_C(0x2d06800538d394c2));
}

static void hex_is_in_order(void **state)
{
	(void)state;
	tok_digest d;
	char hex[33];

	for (int i = 0; i < 16; i++)
		d.byte[i] = (uint8_t)(i * 17 ^ 0xF0);
	tok_digest_hex(&d, hex);
	assert_string_equal(hex, "f0e1d2c3b4a5968778695a4b3c2d1e0f");
}

static void every_byte_counts(void **state)
{
	(void)state;
	uint8_t text[300] = {0};
	tok_bytes all = {text, sizeof(text)};
	tok_digest before = tk_digest(all);

	for (size_t i = 0; i < sizeof(text); i++) {
		text[i] ^= 1;
		tok_digest now = tk_digest(all);
		assert_memory_not_equal(&now, &before, sizeof(now));
		text[i] ^= 1;
	}
	assert_true(tk_xxh3(all, 1) != tk_xxh3(all, 2));
}

/* However a text is cut, its stream has the digest of the whole. */
static void stream_equals_whole(void **state)
{
	(void)state;
	uint64_t random = 3;
	uint8_t text[2000];
	tk_xxh64_stream *s = tk_xxh64_new(NULL);

	assert_non_null(s);
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)unit_random(&random);
	for (int round = 0; round < 200; round++) {
		size_t n = unit_below(&random, sizeof(text) + 1);

		tk_xxh64_restart(s);
		for (size_t at = 0; at < n;) {
			size_t step = unit_below(&random, n - at + 1);

			tk_xxh64_feed(s, (tok_bytes){text + at, step});
			at += step;
		}
		tk_xxh64_feed(s, (tok_bytes){NULL, 0});
		assert_true(tk_xxh64_value(s) == tk_xxh64((tok_bytes){text, n}));
	}
	tk_xxh64_free(s);
	tk_xxh64_free(NULL);
}

static void parts_equal_whole(void **state)
{
	uint64_t random = 4;
	uint8_t text[3000];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)unit_random(&random);
	for (int round = 0; round < 200; round++) {
		size_t n = unit_below(&random, sizeof(text) + 1);
		size_t a = unit_below(&random, n + 1);
		size_t b = a + unit_below(&random, n - a + 1);
		const tok_bytes part[] = {{text, a}, {NULL, 0},
					  {text + a, b - a},
					  {text + b, n - b}};
		tok_digest whole = tk_digest((tok_bytes){text, n});
		tok_digest parts = tk_digest_parts(part, 4);

		assert_memory_equal(&parts, &whole, sizeof(whole));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_answers),
		cmocka_unit_test(hex_is_in_order),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(stream_equals_whole),
		cmocka_unit_test(parts_equal_whole),
	};
	return cmocka_run_group_tests_name("digest", tests, NULL, NULL);
}
