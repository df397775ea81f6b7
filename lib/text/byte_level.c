/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a byte, or a character. Out: the other. What does not show lies in three
 * ranges: up to the space, from DEL to the no-break space, the soft hyphen.
 */
#include "text/byte_level.h"

enum {
	FIRST = 0x100,
	N_LOW = 0x21,   /* 0x00 to 0x20 */
	HIGH = 0x7F,
	N_HIGH = 0x22,  /* 0x7F to 0xA0 */
	HYPHEN = 0xAD
};

uint32_t tk_byte_level_char(uint8_t byte)
{
	if (byte < N_LOW)
		return FIRST + byte;
	if (byte >= HIGH && byte < HIGH + N_HIGH)
		return (uint32_t)(FIRST + N_LOW + byte - HIGH);
	return byte == HYPHEN ? FIRST + N_LOW + N_HIGH : byte;
}

int tk_byte_level_byte(uint32_t c)
{
	if (c < FIRST)
		return tk_byte_level_char((uint8_t)c) == c ? (int)c : -1;
	c -= FIRST;
	if (c < N_LOW)
		return (int)c;
	c -= N_LOW;
	if (c < N_HIGH)
		return (int)c + HIGH;
	return c == N_HIGH ? HYPHEN : -1;
}
