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

/* May what is kept be used behind this sum? */
TK_INLINE bool usable(const struct tk_cached *kept, enum tk_arithmetic a,
		      const union tk_cell *sum)
{
	switch (a) {
	case TK_DOUBLE:
		return sum->d <= 0 && sum->d >= (double)kept->floor;
	case TK_SP_FLOAT:
	case TK_SP_FLOAT_OLD:
		return sum->f <= 0 && sum->f >= kept->floor;
	default:
		return kept->n > 0;
	}
}

/* The sum behind these ids, each added as the reference adds it. */
TK_INLINE void replay(const tok_model *m, enum tk_arithmetic a,
		      const tok_id *id, size_t n, union tk_cell *sum)
{
	for (size_t i = 0; i < n && a != TK_INTEGER; i++) {
		if (a == TK_DOUBLE)
			sum->d += m->score[id[i]];
		else if (id[i] < 0)
			sum->f += m->unknown_score;
		else
			sum->f += (float)m->score[id[i]];
	}
}

/* Keeps a chunk in its set; *out is what is kept. */
static tok_status learn(struct tk_chunker *c, struct tk_cached *set,
			const struct tk_key *key, tok_bytes chunk,
			tok_ids *ids, const struct tk_cached **out)
{
	struct tk_cached *kept;
	size_t before = ids->n;

	if (c->model->arithmetic != TK_INTEGER) {
		kept = tk_cache_put(set, key, chunk.n);
		tk_margin(c->model, chunk, kept);
	} else {
		tok_status st = segment(c, chunk, NULL, ids);

		if (st)
			return st;
		size_t n = ids->n - before;
		ids->n = before;
		kept = tk_cache_put(set, key, chunk.n);
		kept->n = n <= TK_CACHED_IDS ? (uint8_t)n : 0;
		memcpy(kept->id, ids->id + before, kept->n * sizeof(tok_id));
	}
	*out = kept;
	return TOK_OK;
}

TK_INLINE tok_status recall(struct tk_chunker *c, enum tk_arithmetic a,
			    tok_bytes chunk, size_t readable,
			    union tk_cell *sum, tok_ids *ids)
{
	struct tk_key key = tk_key_of(chunk, readable);
	struct tk_cached *set = tk_cache_set(&c->cache, &key);
	const struct tk_cached *kept = tk_cache_find(set, &key, chunk.n);
	tok_status st = TOK_OK;

	/* What the reference does where all paths have met. */
	if (a == TK_SP_FLOAT && (sum->f < -TK_REBASE || sum->f > TK_REBASE))
		sum->f = 0;
	if (!kept)
		st = learn(c, set, &key, chunk, ids, &kept);
	if (!st && !usable(kept, a, sum))
		return segment(c, chunk, sum, ids);
	if (!st && TK_UNLIKELY(ids->cap - ids->n < TK_CACHED_IDS))
		st = tk_ids_reserve(ids, TK_CACHED_IDS, false);
	if (st)
		return st;
	/* As many as there may be: of a fixed size. */
	memcpy(ids->id + ids->n, kept->id, sizeof(kept->id));
	ids->n += kept->n;
	replay(c->model, a, kept->id, kept->n, sum);
	return TOK_OK;
}

TK_INLINE tok_status chunks_as(struct tk_chunker *c, enum tk_arithmetic a,
			       tok_bytes text, union tk_cell *sum,
			       tok_ids *ids)
{
	size_t end;
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n; at = end) {
		/* A short text is a chunk as it is. */
		end = text.n <= TK_KEY_SIZE ? text.n
					    : tk_cuts_next(c->model, text, at);
		tok_bytes chunk = {text.p + at, end - at};

		st = chunk.n <= TK_KEY_SIZE
			     ? recall(c, a, chunk, text.n - at, sum, ids)
			     : segment(c, chunk, sum, ids);
	}
	return st;
}

tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st;

	if (!c->cache.entry)
		return segment(c, text, sum, ids);
	/* A copy of the loop for each arithmetic. */
	switch (c->model->arithmetic) {
	case TK_DOUBLE:
		st = chunks_as(c, TK_DOUBLE, text, sum, ids);
		break;
	case TK_SP_FLOAT:
		st = chunks_as(c, TK_SP_FLOAT, text, sum, ids);
		break;
	case TK_SP_FLOAT_OLD:
		st = chunks_as(c, TK_SP_FLOAT_OLD, text, sum, ids);
		break;
	default:
		st = chunks_as(c, TK_INTEGER, text, sum, ids);
	}
	if (st)
		ids->n = before;
	return st;
}
