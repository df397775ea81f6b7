/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include <stdbool.h>

#include "text/byte_level.h"

/* As GPT-2's encoder.py says it. */
static bool shows(int byte)
{
	return (byte >= '!' && byte <= '~') ||
	       (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

static void each_byte_has_its_character(void **state)
{
	uint32_t hidden = 0x100;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		uint32_t want = shows(byte) ? (uint32_t)byte : hidden++;

		assert_int_equal(tk_byte_level_char((uint8_t)byte), want);
		assert_int_equal(tk_byte_level_byte(want), byte);
	}
}

static void others_have_none(void **state)
{
	int found = 0;

	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++)
		found += tk_byte_level_byte(c) >= 0;
	assert_int_equal(found, 256);
	assert_int_equal(tk_byte_level_byte(UINT32_MAX), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_byte_has_its_character),
		cmocka_unit_test(others_have_none),
	};
	return cmocka_run_group_tests_name("byte_level", tests, NULL, NULL);
}
