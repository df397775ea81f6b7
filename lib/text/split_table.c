/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of character classes that TOK_SPLIT_WORD cuts by.
 *
 * In: ICU's properties. Out: bytes that a model file carries, so that its
 * splits never change with ICU. Well-formed means that every index is in
 * range; then a lookup cannot leave the table, whatever the classes say.
 *
 *   at               size          what
 *   0                2             n, number of distinct blocks, 1 to 4352
 *   2                1, 1          Unicode version, major and minor
 *   4                2 * 4352      block of code points [256 i, 256 i + 256)
 *   8708             256 * n       classes, one byte a code point
 *
 * Numbers are little-endian; blocks are numbered as they first occur. Classes:
 *
 *   0  other    all that is not named below
 *   1  digit    general category Nd
 *   2  mark     general category M, and the two joiners U+200C and U+200D,
 *               which stand inside words of Persian or Hindi and inside emoji
 *   3  common   letters whose script is Common or Inherited (the micro sign,
 *               modifier letters, mathematical letters, the Arabic tatweel)
 *   4+ letters  general categories L and Nl, a number a script, given in the
 *               order of the scripts' first code points. Hiragana, Katakana,
 *               Han and U+30FC are one script, as in SentencePiece.
 */
#include "text/split_table.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/buf.h"
#include "base/error.h"
#include "text/split.h"

/* Scripts in order of their first letter; number i is class 4 + i. */
struct scripts {
	UScriptCode code[256 - TK_CLASS_SCRIPT];
	size_t n;
};

static UScriptCode script_of(UChar32 c)
{
	UErrorCode code = U_ZERO_ERROR;
	UScriptCode script = uscript_getScript(c, &code);

	if (script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
	    c == 0x30FC)
		return USCRIPT_HAN;
	return script;
}

/* The class of a letter of this script. Unicode has some 170 scripts; were
 * there ever more than a byte can tell, the last ones would be "other". */
static uint8_t class_of_script(struct scripts *scripts, UScriptCode script)
{
	size_t i = 0;

	if (script == USCRIPT_COMMON || script == USCRIPT_INHERITED)
		return TK_CLASS_COMMON;
	while (i < scripts->n && scripts->code[i] != script)
		i++;
	if (i == sizeof(scripts->code) / sizeof(scripts->code[0]))
		return TK_CLASS_OTHER;
	if (i == scripts->n)
		scripts->code[scripts->n++] = script;
	return (uint8_t)(TK_CLASS_SCRIPT + i);
}

static uint8_t class_of(struct scripts *scripts, UChar32 c)
{
	uint32_t category = U_MASK(u_charType(c));

	if (category & U_GC_ND_MASK)
		return TK_CLASS_DIGIT;
	if (category & U_GC_M_MASK || c == 0x200C || c == 0x200D)
		return TK_CLASS_MARK;
	if (category & (U_GC_L_MASK | U_GC_NL_MASK))
		return class_of_script(scripts, script_of(c));
	return TK_CLASS_OTHER;
}

/* The number of the block in the table, appended where it is new. */
static tok_status add_block(tok_buf *out, size_t table_at,
			    const uint8_t block[TK_TABLE_BLOCK], size_t *number)
{
	size_t at = table_at + TK_TABLE_CLASSES;

	for (*number = 0; at < out->n; at += TK_TABLE_BLOCK, ++*number)
		if (!memcmp(out->p + at, block, TK_TABLE_BLOCK))
			return TOK_OK;
	return tk_buf_append(out, block, TK_TABLE_BLOCK);
}

static tok_status append_table(tok_buf *out)
{
	struct scripts scripts = {.n = 0};
	UVersionInfo version;
	size_t start = out->n;
	tok_status st = tk_buf_reserve(out, TK_TABLE_CLASSES);

	if (st)
		return st;
	out->n += TK_TABLE_CLASSES;
	for (size_t i = 0; !st && i < TK_TABLE_BLOCKS; i++) {
		uint8_t block[TK_TABLE_BLOCK];
		size_t number;

		for (size_t k = 0; k < TK_TABLE_BLOCK; k++)
			block[k] = class_of(&scripts,
					    (UChar32)(i * TK_TABLE_BLOCK + k));
		st = add_block(out, start, block, &number);
		if (!st)
			tk_put16(out->p + start + TK_TABLE_HEAD + 2 * i,
				 (uint16_t)number);
	}
	if (st)
		return st;
	u_getUnicodeVersion(version);
	tk_put16(out->p + start, (uint16_t)((out->n - start - TK_TABLE_CLASSES) /
					    TK_TABLE_BLOCK));
	out->p[start + 2] = version[0];
	out->p[start + 3] = version[1];
	return TOK_OK;
}

tok_status tk_split_table_build(tok_buf *out, tok_error *err)
{
	size_t before = out->n;
	tok_status st = append_table(out);

	if (!st)
		return TOK_OK;
	out->n = before;
	return tk_fail_status(err, st, "building the table of word splits");
}

int tk_split_table_valid(tok_bytes table)
{
	if (table.n < TK_TABLE_CLASSES)
		return 0;

	size_t n = tk_get16(table.p);
	if (!n || table.n != TK_TABLE_CLASSES + n * TK_TABLE_BLOCK)
		return 0;
	for (size_t i = 0; i < TK_TABLE_BLOCKS; i++)
		if (tk_get16(table.p + TK_TABLE_HEAD + 2 * i) >= n)
			return 0;
	return 1;
}
