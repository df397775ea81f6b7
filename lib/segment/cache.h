/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What short chunks of text were segmented into: a table of fixed size that
 * forgets. Keys are the bytes themselves, so that a hit is one for certain;
 * what is forgotten is computed again. Belongs to one encoder.
 */
#ifndef TK_CACHE_H
#define TK_CACHE_H

#include <string.h>

#include "base/compiler.h"
#include "base/memory.h"

enum {
	TK_KEY_SIZE = 16,    /* bytes of the longest chunk that is kept */
	TK_CACHED_IDS = 9,   /* ids of the longest segmentation */
	TK_CACHED_SIZE = 64  /* one cache line */
};

/* A chunk's bytes, zeros behind them. */
struct tk_key {
	uint64_t word[2];
};

struct tk_cached {
	struct tk_key key;
	float floor;  /* of the sum before the chunk, see margin.h */
	float value;  /* of the ids */
	uint8_t size; /* of the chunk; 0: nothing is kept here */
	uint8_t n;    /* of id; 0: too many, do not try again */
	bool unknown; /* is there a -1 among them? */
	tok_id id[TK_CACHED_IDS];
};

/* Zero it but for alloc; then it keeps nothing. */
struct tk_cache {
	const tok_alloc *alloc;
	void *block; /* of block_size bytes; entry lies in it, aligned */
	size_t block_size;
	struct tk_cached *entry; /* sets of two, the one found last first */
	unsigned shift;          /* from hash to set */
};

/* A cache of at most size bytes, and 64 to align them; of none if size is less
 * than two sets.
 * TOK_E_MEMORY. */
tok_status tk_cache_init(struct tk_cache *c, size_t size,
			 const tok_alloc *alloc);
void tk_cache_release(struct tk_cache *c);

/* chunk has at most TK_KEY_SIZE bytes, and readable ones of them and of what
 * follows may be read. */
TK_INLINE struct tk_key tk_key_of(tok_bytes chunk, size_t readable)
{
	/* From TK_KEY_SIZE - n on: n bytes to keep, then zeros. */
	static const uint8_t mask[2 * TK_KEY_SIZE] = {
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
		0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
	struct tk_key key = {{0, 0}}, keep;

	if (TK_UNLIKELY(readable < TK_KEY_SIZE)) {
		memcpy(&key, chunk.p, chunk.n);
		return key;
	}
	memcpy(&key, chunk.p, sizeof(key));
	memcpy(&keep, mask + TK_KEY_SIZE - chunk.n, sizeof(keep));
	key.word[0] &= keep.word[0];
	key.word[1] &= keep.word[1];
	return key;
}

/* Its upper bits depend on all of the key. */
TK_INLINE uint64_t tk_key_hash(const struct tk_key *key)
{
	uint64_t h = key->word[1] * UINT64_C(0x9FB21C651E98DF25);

	h = (h ^ key->word[0]) * UINT64_C(0x9E3779B97F4A7C15);
	return (h ^ h >> 32) * UINT64_C(0xD6E8FEB86659FD93);
}

/* The set that a chunk belongs to; NULL where nothing is kept. */
TK_INLINE struct tk_cached *tk_cache_set(const struct tk_cache *c,
					 const struct tk_key *key)
{
	return c->entry + 2 * (size_t)(tk_key_hash(key) >> c->shift);
}

TK_INLINE bool tk_cached_is(const struct tk_cached *kept,
			    const struct tk_key *key, size_t size)
{
	return kept->key.word[0] == key->word[0] &&
	       kept->key.word[1] == key->word[1] && kept->size == size;
}

/* What is kept of a chunk of size bytes, or NULL. */
TK_INLINE const struct tk_cached *tk_cache_find(struct tk_cached *set,
						const struct tk_key *key,
						size_t size)
{
	if (TK_LIKELY(tk_cached_is(&set[0], key, size)))
		return &set[0];
	if (!tk_cached_is(&set[1], key, size))
		return NULL;

	struct tk_cached first = set[0];
	set[0] = set[1];
	set[1] = first;
	return &set[0];
}

/*
 * A place for what is not kept yet; the caller fills it. It is the second of
 * its set until it is found: most of what comes once never comes again, and
 * drives out only others of its kind.
 */
static inline struct tk_cached *tk_cache_put(struct tk_cached *set)
{
	return set[0].size ? &set[1] : &set[0];
}

#endif
