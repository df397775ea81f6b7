/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes are split as the slow twin does, and any bytes that are called a
 * valid table can be split by. The first byte chooses which of the two.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "ref_split.h"
#include "text/split.h"
#include "text/split_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const uint8_t sample[] = "a \xC3\xA9\t1\xF0\x9F\x91\xA9\xCC\x81.\xFF";

static void split_all(const struct tk_split *split, tok_bytes text,
		      uint8_t *cut)
{
	for (size_t at = 0, end; at < text.n; at = end) {
		cut[at] = 1;
		end = tk_split_next(split, text, at);
		if (end <= at || end > text.n)
			abort();
	}
}

/* The bytes lie over the head of a table of two blocks. */
static void try_table(const uint8_t *p, size_t n)
{
	size_t size = TK_TABLE_CLASSES + 2 * TK_TABLE_BLOCK;
	uint8_t *table = calloc(1, size), cut[sizeof(sample)];

	if (!table)
		abort();
	table[0] = 2;
	memcpy(table, p, n < size ? n : size);
	struct tk_split split = {TOK_SPLIT_WORD, {table, size}};
	if (tk_split_table_valid(split.table))
		split_all(&split, (tok_bytes){sample, sizeof(sample) - 1},
			  cut);
	free(table);
}

static void try_text(tok_split kind, tok_bytes text)
{
	static tok_buf table; /* built once: it takes longer than all else */
	uint8_t *cut = calloc(text.n + 1, 2);

	if (!cut || (!table.n && tk_split_table_build(&table, NULL)))
		abort();
	struct tk_split split = {kind, {table.p, table.n}};
	split_all(&split, text, cut);
	ref_split(kind, text, cut + text.n);
	if (memcmp(cut, cut + text.n, text.n))
		abort();
	free(cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (!n)
		return 0;
	if (p[0] % 4 == 3)
		try_table(p + 1, n - 1);
	else
		try_text((tok_split)(p[0] % 4), (tok_bytes){p + 1, n - 1});
	return 0;
}
