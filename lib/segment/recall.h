/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a chunk is recalled: what the loops over clean and over raw text share.
 * Included by them, which get a copy for each arithmetic.
 */
#ifndef TK_RECALL_H
#define TK_RECALL_H

#include "base/buf.h"
#include "model/cuts.h"
#include "segment/chunk.h"
#include "segment/margin.h"
#include "segment/sample.h"

/* Chunks that are looked for together, so that one comes from memory while
 * others are worked on. */
enum { BATCH = 16 };

/* After so many ids the sum is added up again, see margin.h. */
enum { SYNC = TK_MARGIN_IDS - BATCH * TK_CACHED_IDS };

/* One text on its way. */
struct stretch {
	struct tk_chunker *c;
	tok_ids *ids;
	/* The sum behind the first n_added ids is known, that behind all of
	 * them about. */
	size_t n_added;
	union tk_cell sum;
	double about;
	/* Unknown characters become ids at once; is the last id of one? */
	bool resolves, after_unknown;
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
	void *set; /* of what is kept; NULL: nothing is of this one */
	struct tk_key key;
	tok_bytes chunk; /* its p is for those that are too long */
};

/* Segments text by the reference. */
tok_status tk_segment(struct tk_chunker *c, tok_bytes text,
		      union tk_cell *sum, tok_ids *ids);

/* Once c, ids and sum are set. */
void tk_recall_begin(struct stretch *s);

/* Appends the ids of clean text, chunk by chunk. */
tok_status tk_chunks_run(struct stretch *s, tok_bytes text);
/* The same, all or nothing, once c, ids and sum are set; the sum is then that
 * behind it. */
tok_status tk_chunks_sum(struct stretch *s, tok_bytes text);

/* Segments a chunk by the reference, behind the sum that is known then. */
tok_status tk_recall_refer(struct stretch *s, tok_bytes chunk);

/* Keeps a chunk in its set; *out is what is kept. */
tok_status tk_recall_learn(struct stretch *s, const struct sought *x,
			   const struct tk_cached **out);

/* Adds up what was appended, score by score, as the reference does it. */
void tk_recall_add_up(struct stretch *s);

/* May what is kept be used, or NULL: by the sum as it is, which then is known
 * for certain? */
bool tk_recall_surely(struct stretch *s, const struct tk_cached *kept);

/* The ids from before on, of a chunk with unknown characters, become what they
 * are in the end, if the stretch resolves them. */
tok_status tk_recall_unknown(struct stretch *s, tok_bytes chunk,
			     size_t before);

/* The same; and the sum is that of the path. */
tok_status tk_recall_resolve(struct stretch *s, tok_bytes chunk,
			     size_t before);

/* May what is kept be used here? */
TK_INLINE bool usable(const struct stretch *s, bool exact,
		      const struct tk_cached *kept)
{
	if (exact)
		return kept->n > 0;
	return s->about <= 0 && s->about >= (double)kept->floor;
}

/* Appends what is kept of a chunk, or lets the reference segment it. */
TK_INLINE tok_status recall(struct stretch *s, bool exact,
			    const struct sought *x)
{
	const tok_bytes chunk = {x->set ? (const uint8_t *)&x->key
					: x->chunk.p, x->chunk.n};
	const struct tk_cached *kept = NULL;
	tok_ids *ids = s->ids;
	size_t before = ids->n;
	tok_status st = TOK_OK;

	if (TK_LIKELY(x->set != NULL)) {
		kept = tk_cache_find(x->set, &x->key, chunk.n);
		if (TK_UNLIKELY(!kept))
			st = tk_recall_learn(s, x, &kept);
		if (st)
			return st;
	}
	if (TK_UNLIKELY(!kept || !usable(s, exact, kept)) &&
	    !tk_recall_surely(s, kept))
		return tk_recall_refer(s, chunk);
	/* As many as there may be: of a fixed size. */
	memcpy(ids->id + before, kept->id, sizeof(kept->id));
	ids->n += kept->n;
	if (exact)
		return TOK_OK;
	s->about += (double)kept->value;
	if (TK_UNLIKELY(kept->unknown))
		return tk_recall_resolve(s, chunk, before);
	s->after_unknown = false;
	return TOK_OK;
}

/* All of a batch. */
TK_INLINE tok_status recall_all(struct stretch *s, bool exact,
				const struct sought *x, size_t n)
{
	tok_status st = TOK_OK;

	if (s->sampler)
		return tk_sample_all(s, x, n);
	for (size_t i = 0; !st && i < n; i++) {
		st = tk_ids_room(s->ids, TK_CACHED_IDS);
		if (!st)
			st = recall(s, exact, &x[i]);
	}
	if (!exact && !st && s->ids->n - s->n_added > SYNC)
		tk_recall_add_up(s);
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
	TK_PREFETCH(set + TK_CACHED_SIZE);
	x->set = (void *)set;
}

/* The chunk of text that begins at `at`; its end. */
TK_INLINE size_t find_chunk(const struct stretch *s, tok_bytes text,
			    size_t at, struct sought *x)
{
	size_t end = tk_cuts_next(s->c->model, text, at);

	x->chunk = (tok_bytes){text.p + at, end - at};
	x->set = NULL;
	if (x->chunk.n <= TK_KEY_SIZE) {
		x->key = tk_key_of(x->chunk, text.n - at);
		seek(s, x);
	}
	return end;
}

#endif
