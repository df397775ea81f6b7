/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"

static void known_layout(void **state)
{
	(void)state;
	const uint8_t b[] = {0x01, 0x82, 0x03, 0x84, 0x05, 0x86, 0x07, 0xF8};
	uint8_t out[8];

	assert_int_equal(tk_get16(b), 0x8201);
	assert_int_equal(tk_get32(b), 0x84038201u);
	assert_true(tk_get64(b) == UINT64_C(0xF807860584038201));
	tk_put64(out, UINT64_C(0xF807860584038201));
	assert_memory_equal(out, b, 8);
	tk_put32(out, 0x84038201u);
	assert_memory_equal(out, b, 4);
	tk_put16(out, 0x8201);
	assert_memory_equal(out, b, 2);
}

static void round_trip(void **state)
{
	(void)state;
	uint64_t random = 1;
	uint8_t at[9]; /* one off, so that some are not aligned */

	for (int i = 0; i < 20000; i++) {
		uint64_t v = unit_random(&random) >> unit_below(&random, 64);

		tk_put64(at + (i & 1), v);
		assert_true(tk_get64(at + (i & 1)) == v);
		tk_put32(at + (i & 1), (uint32_t)v);
		assert_true(tk_get32(at + (i & 1)) == (uint32_t)v);
		tk_put16(at + (i & 1), (uint16_t)v);
		assert_true(tk_get16(at + (i & 1)) == (uint16_t)v);
	}
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

static void order(void **state)
{
	(void)state;
	/* In order; a byte is unsigned, a prefix comes first. */
	const tok_bytes s[] = {
		{NULL, 0},     BYTES("\0"), BYTES("\0\0"), BYTES("a"),
		BYTES("a\0"),  BYTES("ab"), BYTES("b"),	   BYTES("\x7f"),
		BYTES("\x80"), BYTES("\xff"),
	};
	const int n = (int)(sizeof(s) / sizeof(*s));

	for (int i = 0; i < n; i++) {
		for (int k = 0; k < n; k++) {
			assert_int_equal(sign(tk_bytes_cmp(s[i], s[k])),
					 sign(i - k));
			assert_int_equal(tk_bytes_equal(s[i], s[k]), i == k);
		}
	}
	assert_true(tk_bytes_equal((tok_bytes){NULL, 0}, BYTES("")));
}

static void every_byte_is_itself(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++)
		assert_int_equal(tk_every_byte[i], i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_itself),
		cmocka_unit_test(known_layout),
		cmocka_unit_test(round_trip),
		cmocka_unit_test(order),
	};
	return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
