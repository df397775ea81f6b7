/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What short chunks of text were segmented into: a table of fixed size that
 * forgets. Keys are the bytes themselves, so that a hit is one for certain;
 * what is forgotten is computed again. Belongs to one encoder.
 */
#ifndef TK_CACHE_H
#define TK_CACHE_H

#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "base/memory.h"

enum {
	TK_KEY_SIZE = 15,    /* bytes that a key has room for */
	TK_SPACE_SIZE = 3,   /* bytes of U+2581, which take none of them */
	TK_CHUNK_SIZE = 16,  /* bytes of the longest chunk that is kept */
	TK_CHUNK_ROOM = 32,  /* such that a key may be read from any of them */
	TK_ANSWER_IDS = 12,  /* ids of the longest segmentation */
	TK_CACHED_IDS = 6,   /* that an entry has room for */
	TK_WIDE_IDS = 3,     /* the same, where ids may pass 65,534 */
	TK_CACHED_WAYS = 4,  /* where an entry may be */
	TK_CACHED_SIZE = 32,
	TK_LINE_SIZE = 64    /* bytes, of the processor's cache */
};

/* A chunk's bytes, zeros behind them, and in the last byte how many they are,
 * below TK_KEY_MORE; with TK_KEY_SPACED, what they stand for begins with
 * U+2581. */
struct tk_key {
	uint64_t word[2];
};

#define TK_KEY_SPACED 0x80U
#define TK_KEY_MORE 0x10U

/* What a chunk is segmented into. */
struct tk_answer {
	double reach; /* how far below 0 the sum before it may be, see
			 margin.h; 0: nothing is known */
	size_t n;     /* of id; 0: too many */
	bool unknown; /* is there a -1 among them? */
	tok_id id[2 * TK_ANSWER_IDS]; /* half of it for what is not looked at */
};

/* The same, kept in little; in several entries if there are more ids than one
 * has room for: TK_KEY_MORE goes to the key of each but the first. */
struct tk_cached {
	struct tk_key key; /* 0: nothing is kept here */
	union {
		uint16_t narrow[TK_CACHED_IDS];
		tok_id wide[TK_WIDE_IDS];
	} id;
	uint16_t reach; /* as tk_reach_down has it */
	uint8_t n;      /* of all ids, in the first entry */
	bool seldom;    /* it is not just the ids that are here: an unknown one
			   is among them, or there are more */
};

/* Zero it but for alloc; then it keeps nothing. */
struct tk_cache {
	const tok_alloc *alloc;
	void *block; /* of block_size bytes; entry lies in it, aligned */
	size_t block_size;
	struct tk_cached *entry; /* sets of TK_CACHED_WAYS, the one that is
				    found most first */
	unsigned shift;          /* from hash to set */
	bool wide;               /* ids have 32 bits, or 16 */
};

/* A cache of at most size bytes, and 64 to align them, of ids below n_ids; of
 * none if size is less than two sets.
 * TOK_E_MEMORY. */
tok_status tk_cache_init(struct tk_cache *c, size_t size, size_t n_ids,
			 const tok_alloc *alloc);
void tk_cache_release(struct tk_cache *c);

/* Keeps an answer in a set. What is new comes last until it is found: most of
 * what comes once never comes again, and drives out only others of its kind. */
void tk_cache_put(const struct tk_cache *c, struct tk_cached *set,
		  const struct tk_key *key, const struct tk_answer *answer);

/* What is kept of a chunk; false if there is not all of it. */
bool tk_cache_take(const struct tk_cache *c, struct tk_cached *set,
		   const struct tk_key *key, struct tk_answer *out);

/* A number x >= 0 in 16 bits that are in order: 6 of exponent, from 2^-6 on,
 * and 10 behind the point; not above x, or above it. */
static inline uint16_t tk_reach_down(double x)
{
	const uint32_t lowest = (127 - 6) << 10, highest = UINT16_MAX - 1;
	float f = (float)x;
	uint32_t bits;

	memcpy(&bits, &f, sizeof(bits));
	bits >>= 23 - 10;
	if (bits <= lowest)
		return 0;
	return (uint16_t)(bits - lowest < highest ? bits - lowest : highest);
}

static inline uint16_t tk_reach_up(double x)
{
	return (uint16_t)(tk_reach_down(x) + 1);
}

/* A number that is not above what tk_reach_down was given. */
static inline double tk_reach_of(uint16_t reach)
{
	uint32_t bits = (reach + ((127U - 6) << 10)) << (23 - 10);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return reach ? (double)f : 0.0;
}

/* Bytes of the chunk that has this key. */
TK_INLINE size_t tk_key_chunk_size(const struct tk_key *key)
{
	unsigned last = ((const uint8_t *)key)[TK_KEY_SIZE];

	return (last & (TK_KEY_MORE - 1)) +
	       (last & TK_KEY_SPACED ? TK_SPACE_SIZE : 0);
}

/* Those bytes. */
TK_INLINE tok_bytes tk_key_text(const struct tk_key *key,
				uint8_t room[TK_CHUNK_ROOM])
{
	unsigned last = ((const uint8_t *)key)[TK_KEY_SIZE];
	size_t space = last & TK_KEY_SPACED ? TK_SPACE_SIZE : 0;

	memcpy(room, "\xE2\x96\x81", TK_SPACE_SIZE);
	memcpy(room + space, key, sizeof(*key));
	return (tok_bytes){room, space + (last & (TK_KEY_MORE - 1))};
}

/* The key of bytes that lie at p, at most TK_KEY_SIZE of them; readable ones of
 * them and of what follows may be read. spaced: TK_KEY_SPACED or 0. */
TK_INLINE struct tk_key tk_key_of(const uint8_t *p, size_t size,
				  size_t readable, unsigned spaced)
{
	/* From 16 - size on: size bytes to keep, then zeros. */
	static const uint8_t mask[32] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	struct tk_key key = {{0, 0}}, keep;
	uint8_t last[8];
	uint64_t tail;

	if (TK_LIKELY(readable >= sizeof(key))) {
		memcpy(&key, p, sizeof(key));
		memcpy(&keep, mask + sizeof(key) - size, sizeof(keep));
		key.word[0] &= keep.word[0];
		key.word[1] &= keep.word[1];
	} else {
		memcpy(&key, p, size);
	}
	tk_put64(last, (uint64_t)(size | spaced) << 56);
	memcpy(&tail, last, sizeof(tail));
	key.word[1] |= tail;
	return key;
}

/* Its upper bits depend on all of the key. */
TK_INLINE uint64_t tk_key_hash(const struct tk_key *key)
{
	uint64_t h = key->word[0] * UINT64_C(0x9FB21C651E98DF25) ^
		     key->word[1] * UINT64_C(0x9E3779B97F4A7C15);

	return (h ^ h >> 32) * UINT64_C(0xD6E8FEB86659FD93);
}

/* The set that a chunk belongs to; NULL where nothing is kept. */
TK_INLINE struct tk_cached *tk_cache_set(const struct tk_cache *c,
					 const struct tk_key *key)
{
	return c->entry +
	       TK_CACHED_WAYS * (size_t)(tk_key_hash(key) >> c->shift);
}

TK_INLINE bool tk_key_equals(const struct tk_key *a, const struct tk_key *b)
{
	return ((a->word[0] ^ b->word[0]) | (a->word[1] ^ b->word[1])) == 0;
}

/* What is kept of a chunk, or the first entry of it, or NULL. */
TK_INLINE const struct tk_cached *tk_cache_find(struct tk_cached *set,
						const struct tk_key *key)
{
	if (TK_LIKELY(tk_key_equals(&set->key, key)))
		return set;
	for (struct tk_cached *x = set + 1; x < set + TK_CACHED_WAYS; x++) {
		if (!tk_key_equals(&x->key, key))
			continue;

		struct tk_cached before = x[-1];
		x[-1] = *x;
		*x = before;
		return x - 1;
	}
	return NULL;
}

/* The ids of an entry, and more behind them: to has room for 8. */
TK_INLINE void tk_cached_ids(const struct tk_cached *x, bool wide, tok_id *to)
{
	uint16_t half[8];

	if (TK_UNLIKELY(wide)) {
		memcpy(to, x->id.wide, sizeof(x->id.wide));
		return;
	}
	memcpy(half, (const char *)x + sizeof(x->key), sizeof(half));
	for (size_t i = 0; i < 8; i++)
		to[i] = half[i];
}

#endif
