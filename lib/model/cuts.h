/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places in a text that no piece reaches across, read off the vocabulary:
 * every segmentation cuts there, so what stands between two of them can be
 * segmented alone.
 */
#ifndef TK_CUTS_H
#define TK_CUTS_H

#include <string.h>

#include "model/loaded.h"

/* How far characters have come where a beginning of a piece ends. */
struct tk_cuts_place {
	uint32_t begin;  /* of the character that holds the last byte */
	uint32_t lacks;  /* bytes of it that are still to come; if none: */
	uint32_t packed; /* this character */
	uint32_t whole;  /* 1 if this and those before are characters */
};

/* While m->cut and m->joint are found. */
struct tk_cuts {
	struct tok_model *m;
	struct tk_cuts_place *place; /* of each depth */
	size_t n_pairs;
};

/* Of pieces of at most m->max_piece bytes. TOK_E_MEMORY. */
tok_status tk_cuts_begin(struct tk_cuts *c, struct tok_model *m);
/* All beginnings of pieces, with the pieces themselves, one by one: what a
 * piece begins with, path[..depth - 1), was the last one of its length. */
void tk_cuts_add(struct tk_cuts *c, const uint8_t *path, size_t depth);
/* Then that path, if it is a piece. */
void tk_cuts_add_piece(struct tk_cuts *c, const uint8_t *path, size_t depth);
/* TOK_E_MEMORY. */
tok_status tk_cuts_end(struct tk_cuts *c);
void tk_cuts_release(struct tk_cuts *c);

/* Then, with SentencePiece's form, m->plain. */
void tk_cuts_find_plain(struct tok_model *m);

/* Bytes of the character at p, of n, by its first one, as SentencePiece has
 * it: text need not be UTF-8. */
static inline size_t tk_char_size(const uint8_t *p, size_t n)
{
	static const uint8_t size[16] = {1, 1, 1, 1, 1, 1, 1, 1,
					 1, 1, 1, 1, 2, 2, 3, 4};
	size_t want = size[*p >> 4];

	return want < n ? want : n;
}

/*
 * The bytes of a character of given size as a number; 0 if it is no leading
 * byte with the continuations that it announces. Overlong forms and the like
 * are characters: what counts is that no two of them overlap.
 */
static inline uint32_t tk_char_pack(const uint8_t *p, size_t size)
{
	uint32_t c = p[0];

	if (size == 1)
		return c < 0x80 ? c : 0;
	if (size == 3 && c >> 4 == 0xE) {
		uint32_t rest = (uint32_t)p[1] << 8 | p[2];

		return (rest & 0xC0C0) == 0x8080 ? c << 16 | rest : 0;
	}
	if (c >= 0xF8 || size != tk_char_size(p, 4))
		return 0;
	for (size_t i = 1; i < size; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return 0;
		c = c << 8 | p[i];
	}
	return c;
}

/* Says where the pair's two bits lie in m->joint: the word by its highest
 * bits, the bits by those below 2^40. */
static inline uint64_t tk_cuts_hash(uint32_t a, uint32_t b)
{
	return ((uint64_t)a << 32 | b) * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint64_t tk_cuts_bits(uint64_t hash)
{
	return UINT64_C(1) << (hash >> 28 & 63) |
	       UINT64_C(1) << (hash >> 34 & 63);
}

/* Do all segmentations cut at k, 0 < k < text.n, where the character `before`
 * ends and `after` begins (as packed)? False is no promise. */
static inline bool tk_cuts_at(const struct tok_model *m, const uint8_t *text,
			      size_t k, uint32_t before, uint32_t after)
{
	uint8_t a = text[k - 1], b = text[k];

	if (tk_model_cuts(m, a, b))
		return true;
	/* Of single bytes and of what is no character the pair of bytes says
	 * all there is to say. */
	if ((a | b) < 0x80 || !before || !after)
		return false;
	if (m->broken[a][b >> 6] >> (b & 63) & 1)
		return false;
	if (after == TK_SPACE_SYMBOL)
		return !(m->before_space[a >> 6] >> (a & 63) & 1);

	uint64_t hash = tk_cuts_hash(before, after);
	uint64_t bits = tk_cuts_bits(hash);
	return (m->joint[hash >> m->joint_shift] & bits) != bits;
}

/* How far it is to the next place where a piece may begin, behind what is no
 * character: one byte, where pieces are of bytes. */
static inline size_t tk_cuts_broken_size(const struct tok_model *m, size_t size)
{
	bool bytes = m->arithmetic == TK_INTEGER || m->arithmetic == TK_DOUBLE;

	return bytes ? 1 : size;
}

/*
 * The first cut behind `at` (< text.n), where, with SentencePiece's models, a
 * character begins, that tk_cuts_at finds; text.n if there is none, and *last
 * is then where the last character begins: from there on it goes on.
 */
static inline size_t tk_cuts_seek(const struct tok_model *m, tok_bytes text,
				  size_t at, size_t *last)
{
	size_t size = tk_char_size(text.p + at, text.n - at);
	uint32_t before = tk_char_pack(text.p + at, size), after;

	if (TK_UNLIKELY(!before))
		size = tk_cuts_broken_size(m, size);
	for (at += size; at < text.n; at += size, before = after) {
		after = text.p[at];
		/* Of ASCII the bytes say it all. */
		if ((before | after) < 0x80) {
			size = 1;
			if (tk_model_cuts(m, text.p[at - 1], (uint8_t)after))
				return at;
			continue;
		}
		size = tk_char_size(text.p + at, text.n - at);
		after = tk_char_pack(text.p + at, size);
		if (TK_UNLIKELY(!after))
			size = tk_cuts_broken_size(m, size);
		if (tk_cuts_at(m, text.p, at, before, after))
			return at;
	}
	*last = at - size;
	return text.n;
}

/* The end of the chunk that begins at `at` (< text.n), itself a cut: the next
 * one, or text.n. */
static inline size_t tk_cuts_next(const struct tok_model *m, tok_bytes text,
				  size_t at)
{
	size_t last;

	return tk_cuts_seek(m, text, at, &last);
}

/*
 * The ends of the chunks from the cut `at` (< text.n) on, at most `most` of
 * them: what tk_cuts_next would find, one after the other. Nobody foretells
 * which places are cuts, so here none of them is a branch. Returns how many.
 */
size_t tk_cuts_list(const struct tok_model *m, tok_bytes text, size_t at,
		    size_t most, size_t *end);

/* Where the last chunk of text, which begins at a cut, begins. */
static inline size_t tk_cuts_last(const struct tok_model *m, tok_bytes text)
{
	size_t cut = 0, at = 0;

	while (at < text.n) {
		cut = at;
		at = tk_cuts_next(m, text, at);
	}
	return cut;
}

#endif
