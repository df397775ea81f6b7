/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The class of a code point, as split.c looks it up. The layout and what the
 * classes mean are told in split_table.c.
 */
#ifndef TK_SPLIT_TABLE_H
#define TK_SPLIT_TABLE_H

#include "base/bytes.h"

enum {
	TK_CLASS_OTHER,  /* punctuation, symbols, controls, unassigned */
	TK_CLASS_DIGIT,  /* a decimal digit of any script */
	TK_CLASS_MARK,   /* belongs to what stands before it */
	TK_CLASS_COMMON, /* a letter of no script: belongs to any */
	TK_CLASS_SCRIPT  /* this and all above: letters, a script each */
};

enum {
	TK_TABLE_HEAD = 4,
	TK_TABLE_BLOCK = 256,
	TK_TABLE_BLOCKS = 0x110000 / TK_TABLE_BLOCK,
	TK_TABLE_CLASSES = TK_TABLE_HEAD + 2 * TK_TABLE_BLOCKS
};

/* c <= U+10FFFF; table is valid. */
static inline uint8_t tk_split_table_class(const uint8_t *table, uint32_t c)
{
	size_t block = tk_get16(table + TK_TABLE_HEAD + 2 * (c >> 8));

	return table[TK_TABLE_CLASSES + block * TK_TABLE_BLOCK + (c & 0xFF)];
}

#endif
