/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a path drawn through a short chunk may choose from, kept: a memory of
 * fixed size that forgets what is oldest. Keys are the bytes themselves,
 * so that a hit is one for certain; what is forgotten is computed again, to
 * the same bits. Belongs to one encoder.
 */
#ifndef TK_CHOICES_H
#define TK_CHOICES_H

#include "segment/cache.h"
#include "segment/filter.h"

/* Of a chunk: behind this, n sums as doubles and n steps as u32. */
struct tk_choices {
	/* The choices at slot k are those from first[k] to first[k + 1]. */
	uint8_t first[TK_CHUNK_SIZE + 2];
	uint8_t padding[6];
};

/* A step back: id + 1, so that 0 is unknown, and 5 bits of size. */
static inline uint32_t tk_choices_step(tok_id id, size_t size)
{
	return (uint32_t)(id + 1) << 5 | (uint32_t)size;
}

struct tk_choices_key {
	struct tk_key key;
	/* Words written before its choices since there is this table, << 8,
	 * and the bytes of the chunk; 0: nothing is kept here. */
	uint64_t at_size;
	tok_id only; /* of the one path there is, if that is one id; or -1 */
};

/* Zero it but for alloc; then it keeps nothing. */
struct tk_choices_table {
	const tok_alloc *alloc;
	struct tk_choices_key *key; /* in sets of two */
	size_t n_keys;
	unsigned shift; /* from hash to set */
	uint64_t *word; /* choices, the last over the oldest */
	size_t cap_words;
	uint64_t n_words; /* ever written */
	double alpha; /* that they are of */
};

/* Makes it keep choices at alpha, in at most size bytes; forgets those at
 * another. TOK_E_MEMORY. */
tok_status tk_choices_prepare(struct tk_choices_table *t, size_t size,
			      double alpha);
void tk_choices_release(struct tk_choices_table *t);

TK_INLINE struct tk_choices_key *
tk_choices_set(const struct tk_choices_table *t, const struct tk_key *key)
{
	return t->key + 2 * (size_t)(tk_key_hash(key) >> t->shift);
}

/* So many words are not found any more before others take their place: until
 * then, what was found or put may be used, some chunks further on, too. */
enum { TK_CHOICES_GRACE = 1 << 13 };

/* Are the choices of a key there still? */
TK_INLINE bool tk_choices_has(const struct tk_choices_table *t,
			      const struct tk_choices_key *x)
{
	return t->n_words - (x->at_size >> 8) <=
	       t->cap_words - TK_CHOICES_GRACE;
}

TK_INLINE const struct tk_choices *
tk_choices_of(const struct tk_choices_table *t, const struct tk_choices_key *x)
{
	return (const struct tk_choices *)(t->word + (x->at_size >> 8) %
							     t->cap_words);
}

/* The key that is kept for a chunk, or NULL. Keys move when one is put. */
TK_INLINE const struct tk_choices_key *
tk_choices_find(const struct tk_choices_table *t,
		const struct tk_choices_key *set, const struct tk_key *key,
		size_t size)
{
	for (const struct tk_choices_key *x = set; x < set + 2; x++)
		if ((x->at_size & 0xFF) == size &&
		    x->key.word[0] == key->word[0] &&
		    x->key.word[1] == key->word[1])
			return x->only >= 0 || tk_choices_has(t, x) ? x : NULL;
	return NULL;
}

/* Keeps those of a chunk with this key, by the sums of all its slots. */
const struct tk_choices_key *
tk_choices_put(struct tk_choices_table *t, struct tk_choices_key *set,
	       const struct tk_key *key, const struct tk_filter *f);

/* The step that u chooses at slot k of a chunk of size bytes: as
 * tk_filter_choose does it. */
TK_INLINE uint32_t tk_choices_choose(const struct tk_choices *c, size_t size,
				     size_t k, double u)
{
	const double *sum = (const double *)(const void *)(c + 1);
	const uint32_t *step = (const uint32_t *)(sum + c->first[size + 1]);
	size_t i = c->first[k], n = c->first[k + 1] - i - 1;

	if (!n)
		return step[i];
	double target = u * sum[i + n];

	/* Which of the first few it is nobody can predict: no branches. What
	 * is read behind the last is not looked at. */
	size_t few = (size_t)((n > 0) & (sum[i] <= target)) +
		     (size_t)((n > 1) & (sum[i + 1] <= target)) +
		     (size_t)((n > 2) & (sum[i + 2] <= target));
	i += few;
	if (few == 3)
		for (n -= 3; n && sum[i] <= target; n--)
			i++;
	return step[i];
}

#endif
