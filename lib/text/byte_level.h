/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes as characters, as GPT-2 writes them (Hugging Face's ByteLevel): those
 * that show stand for themselves, the others for U+0100 and on, in order.
 */
#ifndef TK_BYTE_LEVEL_H
#define TK_BYTE_LEVEL_H

#include <stdint.h>

/* The character of a byte. */
uint32_t tk_byte_level_char(uint8_t byte);

/* The byte of a character, or -1. */
int tk_byte_level_byte(uint32_t c);

#endif
