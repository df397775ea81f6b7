/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's precompiled_charsmap: character sequences and what each
 * becomes. Little-endian u32 size of the trie | trie, units of 4 bytes laid
 * out by Darts-clone in blocks of 256 | strings, each ended by NUL, that the
 * values point at.
 */
#ifndef TK_CHARSMAP_H
#define TK_CHARSMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "tok/base.h"

/* A view of a map's bytes: nothing to release. */
struct tk_charsmap {
	const uint8_t *unit;
	size_t n_units; /* 0: a map of nothing */
	const char *strings;
	size_t strings_size;
};

/* 1 if no text whatever leads a lookup outside the map. Linear. */
int tk_charsmap_valid(tok_bytes charsmap);

/* charsmap is valid (an empty one is) and outlives map. */
void tk_charsmap_init(struct tk_charsmap *map, tok_bytes charsmap);

/* Length of the longest key that text begins with, *to being what it becomes
 * (maybe nothing); 0 if text begins with none, *to unchanged. */
size_t tk_charsmap_match(const struct tk_charsmap *map, tok_bytes text,
			 tok_bytes *to);

/* Does a key begin with these two bytes? */
bool tk_charsmap_goes_on(const struct tk_charsmap *map, uint8_t a, uint8_t b);

/* May a key hold this byte, not as its first one? True is no promise. */
bool tk_charsmap_holds(const struct tk_charsmap *map, uint8_t byte);

/* The same for the shortest key, as Hugging Face's tokenizers have it. */
size_t tk_charsmap_shortest(const struct tk_charsmap *map, tok_bytes text,
			    tok_bytes *to);

/* 1 if all that keys become is UTF-8. map's bytes are valid. */
int tk_charsmap_is_text(tok_bytes charsmap);

/* May text (not empty) that goes on begin with a longer key than text does? */
bool tk_charsmap_is_open(const struct tk_charsmap *map, tok_bytes text);

/* Length of the ASCII, without spaces, that text begins with and in which no
 * key begins; it may end early. What matching each byte gives, but faster. */
size_t tk_charsmap_plain(const struct tk_charsmap *map, tok_bytes text);

#endif
