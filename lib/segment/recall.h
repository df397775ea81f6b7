/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a chunk is recalled: what the loops over clean and over raw text share.
 * Included by them, which get a copy for each arithmetic.
 */
#ifndef TK_RECALL_H
#define TK_RECALL_H

#include <assert.h>

#include "base/buf.h"
#include "model/cuts.h"
#include "segment/chunk.h"
#include "segment/draft.h"
#include "segment/margin.h"
#include "segment/sample.h"

/* Chunks that are looked for together, so that one comes from memory while
 * others are worked on. */
enum { BATCH = 16 };

/* One text on its way. */
struct stretch {
	struct tk_chunker *c;
	tok_ids *ids;
	/* The sum behind the first n_added ids is known; that before the batch
	 * on its way is at least lowest, as no batch takes more than step off
	 * it, and need says how far from 0 it may be. */
	size_t n_added;
	union tk_cell sum;
	double lowest, step;
	uint16_t need;
	size_t most_ids; /* that are not added up */
	/* The sum is not known, and what depends on it is noted here; or NULL. */
	struct tk_draft *draft;
	/* Unknown characters become ids at once; was the last of those that
	 * unknown_end ids end with one? */
	bool resolves, after_unknown;
	size_t unknown_end;
	/* Paths are drawn by this, if it is not NULL; at is the position of
	 * what comes next in its document. */
	struct tk_sampler *sampler;
	uint64_t at;
	/* The last chunk of what is given may go on, and is left out: n_open
	 * bytes. */
	bool open;
	size_t n_open;
};

/* A chunk that is looked for. */
struct sought {
	void *set;         /* of what is kept; NULL: nothing is of this one */
	struct tk_key key; /* if there is a set */
	tok_bytes chunk;   /* if not, and always of clean text */
};

/* Segments text by the reference. */
tok_status tk_segment(struct tk_chunker *c, tok_bytes text,
		      union tk_cell *sum, tok_ids *ids);

/* Once c, ids and sum are set, or c, ids and draft. */
void tk_recall_begin(struct stretch *s);
/* The sum is set to what it is behind all ids. */
void tk_recall_know(struct stretch *s);

/* Appends the ids of clean text, chunk by chunk. */
tok_status tk_chunks_run(struct stretch *s, tok_bytes text);
/* The same, all or nothing, once c, ids and sum are set; the sum is then that
 * behind it. */
tok_status tk_chunks_sum(struct stretch *s, tok_bytes text);

/* Adds up what was appended, score by score, as the reference does it; in a
 * draft, notes where that may be done. */
void tk_recall_add_up(struct stretch *s);

/* The ids from before on, of a chunk with unknown characters, become what they
 * are in the end, if the stretch resolves them. */
tok_status tk_recall_unknown(struct stretch *s, tok_bytes chunk,
			     size_t before);

/* Appends the ids of a chunk of which nothing is kept, or not what just may be
 * copied. Then there is room for a batch. */
tok_status tk_recall_seldom(struct stretch *s, const struct sought *x);

/* Room for what is kept of a batch, and what tk_cached_ids writes more. */
static inline tok_status tk_recall_room(struct stretch *s)
{
	return tk_ids_room(s->ids, BATCH * TK_CACHED_IDS + 8);
}

/* Before a batch, where sums round: it takes the lowest it can off the sum. */
TK_INLINE void tk_recall_lower(struct stretch *s)
{
	if (s->ids->n - s->n_added > s->most_ids)
		tk_recall_add_up(s);
	s->lowest -= s->step;
	if (s->need < UINT16_MAX)
		s->need = tk_reach_up(-s->lowest);
}

/* Appends the ids of a batch. */
TK_INLINE tok_status recall_all(struct stretch *s, bool exact,
				const struct sought *x, size_t n)
{
	const bool wide = s->c->cache.wide;
	tok_ids *ids = s->ids;

	if (s->sampler)
		return tk_sample_all(s, x, n);
	tok_status st = tk_recall_room(s);
	if (!exact)
		tk_recall_lower(s);
	for (size_t i = 0; !st && i < n; i++) {
		const struct tk_cached *kept = NULL;

		if (TK_LIKELY(x[i].set != NULL))
			kept = tk_cache_find(x[i].set, &x[i].key);
		if (TK_UNLIKELY(!kept || kept->reach < s->need ||
				kept->seldom)) {
			st = tk_recall_seldom(s, &x[i]);
			continue;
		}
		tk_cached_ids(kept, wide, ids->id + ids->n);
		ids->n += kept->n;
	}
	return st;
}

/* Has what is kept of a chunk brought, whose key and size are set. */
TK_INLINE void seek(const struct stretch *s, struct sought *x)
{
	const char *set;

	if (!s->sampler)
		set = (const char *)tk_cache_set(&s->c->cache, &x->key);
	else if (s->sampler->choices.n_keys)
		set = (const char *)tk_choices_set(&s->sampler->choices,
						   &x->key);
	else
		return;
	TK_PREFETCH(set);
	x->set = (void *)set;
}

/* Does a character U+2581 begin a text of 4 bytes at least? */
TK_INLINE bool begins_with_space(const uint8_t *p)
{
	return p[0] == 0xE2 && p[1] == 0x96 && p[2] == 0x81;
}

/* The key of a chunk, behind which `more` bytes may be read; false if it is too
 * long for one. */
TK_INLINE bool key_of(tok_bytes chunk, size_t more, struct tk_key *key)
{
	const uint8_t *p = chunk.p;
	size_t n = chunk.n;
	unsigned spaced = 0;

	if (n > TK_CHUNK_SIZE)
		return false;
	if (n > TK_SPACE_SIZE && begins_with_space(p)) {
		p += TK_SPACE_SIZE;
		n -= TK_SPACE_SIZE;
		spaced = TK_KEY_SPACED;
	}
	if (n > TK_KEY_SIZE)
		return false;
	*key = tk_key_of(p, n, n + more, spaced);
	return true;
}

/* The key of a part of a chunk that tk_key_text has given. */
TK_INLINE struct tk_key key_of_part(tok_bytes chunk, size_t begin, size_t end)
{
	tok_bytes part = {chunk.p + begin, end - begin};
	struct tk_key key = {{0, 0}};
	bool fits = key_of(part, TK_CHUNK_ROOM - end, &key);

	assert(fits);
	(void)fits;
	return key;
}

/* The chunk of text from begin to end is looked for. */
TK_INLINE void seek_chunk(const struct stretch *s, tok_bytes text, size_t begin,
			  size_t end, struct sought *x)
{
	x->chunk = (tok_bytes){text.p + begin, end - begin};
	x->set = NULL;
	if (key_of(x->chunk, text.n - end, &x->key))
		seek(s, x);
}

#endif
