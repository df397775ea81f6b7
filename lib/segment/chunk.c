/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to the ids of its best path, chunk by chunk. In: text between two
 * cuts, the sum before it. Out: ids and the sum behind it, as the kernels give
 * them. All paths pass a cut, so a chunk between two of them can be segmented
 * alone, and again, if the sum it starts from makes no difference: with exact
 * sums it never does, with those that round margin.h says when. Where it
 * might, the kernel of the model runs from the sum itself.
 */
#include "segment/chunk.h"

#include "base/buf.h"
#include "model/cuts.h"
#include "segment/margin.h"

/* The reference. */
static tok_status segment(struct tk_chunker *c, tok_bytes chunk,
			  union tk_cell *sum, tok_ids *ids)
{
	const tok_model *m = c->model;

	switch (m->arithmetic) {
	case TK_DOUBLE:
		return tk_viterbi_double(&c->viterbi, m, chunk, sum, ids);
	case TK_SP_FLOAT:
		return tk_viterbi_sp(&c->viterbi, m, chunk, sum, ids);
	case TK_SP_FLOAT_OLD:
		return tk_viterbi_sp_old(&c->viterbi, m, chunk, sum, ids);
	default:
		return tk_viterbi(&c->viterbi, &m->trie, chunk, ids);
	}
}

/* Chunks that are looked for together, so that one comes from memory while
 * others are worked on. */
enum { BATCH = 16 };

/* After so many ids the sum is added up again, see margin.h. */
enum { SYNC = TK_MARGIN_IDS - BATCH * TK_CACHED_IDS };

/* One text on its way. */
struct stretch {
	struct tk_chunker *c;
	tok_bytes text;
	size_t at; /* the next chunk to look for */
	tok_ids *ids;
	/* The sum behind the first n_added ids is known, that behind all of
	 * them about. */
	size_t n_added;
	union tk_cell sum;
	double about;
};

/* A chunk that is looked for. */
struct sought {
	tok_bytes chunk;
	struct tk_cached *set; /* NULL: too long to be kept */
	struct tk_key key;
};

TK_INLINE void know(struct stretch *s, enum tk_arithmetic a)
{
	s->n_added = s->ids->n;
	s->about = a == TK_DOUBLE ? s->sum.d : (double)s->sum.f;
}

/* Adds up what was appended, score by score, as the reference does it. */
TK_INLINE void add_up(struct stretch *s, enum tk_arithmetic a)
{
	const tok_model *m = s->c->model;

	for (size_t i = s->n_added; i < s->ids->n; i++) {
		tok_id id = s->ids->id[i];

		if (a == TK_DOUBLE)
			s->sum.d += m->score[id];
		else if (id < 0)
			s->sum.f += m->unknown_score;
		else
			s->sum.f += (float)m->score[id];
	}
	know(s, a);
}

/* May what is kept be used here? */
TK_INLINE bool usable(const struct stretch *s, enum tk_arithmetic a,
		      const struct tk_cached *kept)
{
	if (a == TK_INTEGER)
		return kept->n > 0;
	return s->about <= 0 && s->about >= (double)kept->floor;
}

/* By the reference, behind the sum that is known then. */
static tok_status refer(struct stretch *s, enum tk_arithmetic a,
			tok_bytes chunk)
{
	tok_status st = segment(s->c, chunk, &s->sum, s->ids);

	know(s, a);
	return st;
}

/* Keeps a chunk in its set; *out is what is kept. */
static tok_status learn(struct stretch *s, const struct sought *x,
			const struct tk_cached **out)
{
	struct tk_cached *kept;
	tok_ids *ids = s->ids;
	size_t before = ids->n;

	if (s->c->model->arithmetic != TK_INTEGER) {
		kept = tk_cache_put(x->set, &x->key, x->chunk.n);
		tk_margin(s->c->model, x->chunk, kept);
	} else {
		tok_status st = segment(s->c, x->chunk, NULL, ids);

		if (st)
			return st;
		size_t n = ids->n - before;
		ids->n = before;
		kept = tk_cache_put(x->set, &x->key, x->chunk.n);
		kept->n = n <= TK_CACHED_IDS ? (uint8_t)n : 0;
		memcpy(kept->id, ids->id + before, kept->n * sizeof(tok_id));
	}
	*out = kept;
	return TOK_OK;
}

/* For certain, by the sum as it is. */
static bool surely_usable(struct stretch *s, enum tk_arithmetic a,
			  const struct tk_cached *kept)
{
	if (a == TK_INTEGER)
		return false;
	add_up(s, a);
	/* What the reference does where all paths have met. */
	if (a == TK_SP_FLOAT &&
	    (s->sum.f < -TK_REBASE || s->sum.f > TK_REBASE)) {
		s->sum.f = 0;
		know(s, a);
	}
	return kept && usable(s, a, kept);
}

TK_INLINE tok_status recall(struct stretch *s, enum tk_arithmetic a,
			    const struct sought *x)
{
	const struct tk_cached *kept = NULL;
	tok_ids *ids = s->ids;
	tok_status st = TOK_OK;

	if (TK_LIKELY(x->set != NULL)) {
		kept = tk_cache_find(x->set, &x->key, x->chunk.n);
		if (TK_UNLIKELY(!kept))
			st = learn(s, x, &kept);
		if (st)
			return st;
	}
	if (TK_UNLIKELY(!kept || !usable(s, a, kept)) &&
	    !surely_usable(s, a, kept))
		return refer(s, a, x->chunk);
	/* As many as there may be: of a fixed size. */
	memcpy(ids->id + ids->n, kept->id, sizeof(kept->id));
	ids->n += kept->n;
	if (a != TK_INTEGER)
		s->about += (double)kept->value;
	return TOK_OK;
}

/* Finds the next chunk, and has what is kept of it brought. */
TK_INLINE void seek(struct stretch *s, struct sought *x)
{
	size_t end = tk_cuts_next(s->c->model, s->text, s->at);

	x->chunk = (tok_bytes){s->text.p + s->at, end - s->at};
	x->set = NULL;
	if (x->chunk.n <= TK_KEY_SIZE) {
		x->key = tk_key_of(x->chunk, s->text.n - s->at);
		x->set = tk_cache_set(&s->c->cache, &x->key);
		TK_PREFETCH(x->set);
		TK_PREFETCH(x->set + 1);
	}
	s->at = end;
}

TK_INLINE tok_status run(struct stretch *s, enum tk_arithmetic a)
{
	struct sought sought[BATCH];
	tok_status st = TOK_OK;

	know(s, a);
	while (!st && s->at < s->text.n) {
		size_t n = 0;

		while (n < BATCH && s->at < s->text.n)
			seek(s, &sought[n++]);
		for (size_t i = 0; !st && i < n; i++) {
			st = tk_ids_room(s->ids, TK_CACHED_IDS);
			if (!st)
				st = recall(s, a, &sought[i]);
		}
		if (a != TK_INTEGER && s->ids->n - s->n_added > SYNC)
			add_up(s, a);
	}
	if (a != TK_INTEGER)
		add_up(s, a);
	return st;
}

/* A copy of the loop for each arithmetic. */
static tok_status run_any(struct stretch *s)
{
	switch (s->c->model->arithmetic) {
	case TK_DOUBLE:
		return run(s, TK_DOUBLE);
	case TK_SP_FLOAT:
		return run(s, TK_SP_FLOAT);
	case TK_SP_FLOAT_OLD:
		return run(s, TK_SP_FLOAT_OLD);
	default:
		return run(s, TK_INTEGER);
	}
}

tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids)
{
	struct stretch s = {.c = c, .text = text, .ids = ids, .sum = *sum};
	size_t before = ids->n;

	if (!c->cache.entry)
		return segment(c, text, sum, ids);
	tok_status st = run_any(&s);
	if (st) {
		ids->n = before;
		return st;
	}
	*sum = s.sum;
	return TOK_OK;
}
