/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pieces as a double array (Aoe 1989; the xor form of Yata's Darts-clone):
 * the child of a node on byte c lies at unit base ^ c and carries c as its
 * label. Score and links of a node share 8 bytes, so that a step touches one
 * cache line. lib/model/FORMAT.md has the layout.
 */
#ifndef TK_TRIE_H
#define TK_TRIE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "tok/base.h"

struct tk_unit {
	uint32_t link; /* base << 9 | TK_UNIT_USED | label */
	int32_t score; /* of the piece that ends here, or TK_NO_PIECE */
};

#define TK_UNIT_USED 0x100u
#define TK_UNIT_MASK 0x1FFu
#define TK_NO_PIECE INT32_MIN

/* 23 bits of base. */
enum { TK_MAX_UNITS = 1 << 23 };

/* Borrowed from the model's file image, or from who built it. */
struct tk_trie {
	const struct tk_unit *unit; /* the root is unit 0 */
	const int32_t *id;          /* of the piece that ends at a unit, or -1 */
	uint32_t n_units;
};

/* From unit at along byte c: the unit reached, 0 if there is none. */
TK_INLINE uint32_t tk_trie_step(const struct tk_unit *unit, uint32_t at,
				uint8_t c)
{
	uint32_t next = unit[at].link >> 9 ^ c;

	if ((unit[next].link & TK_UNIT_MASK) != (TK_UNIT_USED | c))
		return 0;
	return next;
}

/*
 * The one enumerator of matches. From unit at, which text[..*k) has led to
 * (the root: 0), on to the next one at which a piece ends, within n bytes; *k
 * is then behind it. 0 if there is none. So the pieces that begin at i are
 *   for (k = i, at = 0; (at = tk_trie_next(unit, at, text, &k, n));) ...
 */
TK_INLINE uint32_t tk_trie_next(const struct tk_unit *unit, uint32_t at,
				const uint8_t *text, size_t *k, size_t n)
{
	while (*k < n) {
		at = tk_trie_step(unit, at, text[*k]);
		if (!at)
			return 0;
		++*k;
		if (unit[at].score != TK_NO_PIECE)
			return at;
	}
	return 0;
}

/* The id of exactly these bytes, or -1. */
int32_t tk_trie_find(const struct tk_trie *trie, tok_bytes piece);

/* What is to go into a trie. */
struct tk_entry {
	tok_bytes bytes;
	int32_t score, id;
};

/* A trie that owns its arrays, of n_units each. */
struct tk_trie_image {
	struct tk_unit *unit;
	int32_t *id;
	uint32_t n_units;
	size_t cap_units, cap_ids;
	const tok_alloc *alloc;
};

/*
 * Builds from n entries in bytewise order, without duplicates or empty ones.
 * The same entries give the same image. TOK_E_LIMIT beyond TK_MAX_UNITS,
 * TOK_E_MEMORY; *out is then empty.
 */
tok_status tk_trie_build(const struct tk_entry *entry, size_t n,
			 const tok_alloc *alloc, struct tk_trie_image *out);
void tk_trie_image_release(struct tk_trie_image *image);

#endif
