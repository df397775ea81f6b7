/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of recalling a chunk is seldom done. In: a chunk, the sum before it.
 * Out: its ids as the kernels give them. With exact sums what is kept can
 * always be used; with those that round margin.h says when. Where it cannot,
 * the kernel of the model runs from the sum itself.
 */
#include "segment/recall.h"

#include <float.h>

#include "model/scores.h"
#include "segment/kernels.h"
#include "segment/unknown.h"

tok_status tk_segment(struct tk_chunker *c, tok_bytes chunk,
			  union tk_cell *sum, tok_ids *ids)
{
	const tok_model *m = c->model;
	bool pulled;
	tok_status st = tk_pull_ask(&c->pull, m, chunk.n, &pulled);

	if (st || pulled)
		return st ? st : tk_pull_run(&c->pull, m, chunk, sum, ids);
	return tk_kernels_of(m)->whole(&c->viterbi, m, chunk, sum, ids);
}

static void know(struct stretch *s)
{
	s->n_added = s->ids->n;
	s->about = tk_sums_doubles(s->c->model->arithmetic)
			   ? s->sum.d
			   : (double)s->sum.f;
}

void tk_recall_begin(struct stretch *s)
{
	know(s);
}

void tk_recall_add_up(struct stretch *s)
{
	const tok_model *m = s->c->model;
	const tok_id *id = s->ids->id;

	if (m->arithmetic == TK_INTEGER)
		return;
	for (size_t i = s->n_added; i < s->ids->n; i++) {
		double score = id[i] < 0 ? m->unknown_score : m->score[id[i]];

		if (tk_sums_doubles(m->arithmetic))
			s->sum.d += score;
		else
			s->sum.f += (float)score;
	}
	know(s);
}

tok_status tk_recall_unknown(struct stretch *s, tok_bytes chunk,
			     size_t before)
{
	struct tk_chunker *c = s->c;
	tok_ids *ids = s->ids;

	if (!s->resolves)
		return TOK_OK;
	c->path.n = 0;
	tok_status st = tok_ids_append(&c->path, ids->id + before,
				       ids->n - before);
	ids->n = before;
	return st ? st : tk_unknown(c->model, chunk, &c->path, TOK_SPANS_NONE,
				    &s->after_unknown, ids);
}

tok_status tk_recall_resolve(struct stretch *s, tok_bytes chunk,
			     size_t before)
{
	if (!s->resolves)
		return TOK_OK;
	/* The scores are those of the path: before it is lost. */
	tk_recall_add_up(s);
	tok_status st = tk_recall_unknown(s, chunk, before);
	know(s);
	return st;
}

tok_status tk_recall_refer(struct stretch *s, tok_bytes chunk)
{
	size_t before = s->ids->n;
	tok_status st = tk_segment(s->c, chunk, &s->sum, s->ids);
	bool unknown = false;

	if (st)
		return st;
	know(s);
	for (size_t i = before; i < s->ids->n; i++)
		unknown |= s->ids->id[i] < 0;
	if (unknown)
		return tk_recall_resolve(s, chunk, before);
	s->after_unknown = false;
	return TOK_OK;
}

/* Segments a chunk without a cut in it; id, n, value and floor of *kept. */
static tok_status segment_part(struct tk_chunker *c, tok_bytes part,
			       struct tk_cached *kept)
{
	if (c->model->arithmetic != TK_INTEGER) {
		tk_margin(c->model, part, kept);
		return TOK_OK;
	}
	c->path.n = 0;
	tok_status st = tk_segment(c, part, NULL, &c->path);
	size_t n = c->path.n;

	if (st)
		return st;
	kept->n = n <= TK_CACHED_IDS ? (uint8_t)n : 0;
	kept->floor = n <= TK_CACHED_IDS ? -FLT_MAX : 1;
	kept->value = 0;
	kept->unknown = false;
	if (kept->n)
		memcpy(kept->id, c->path.id, n * sizeof(tok_id));
	return TOK_OK;
}

/* The same of what begins with *kept and goes on with part: what holds of
 * both holds of the whole. */
static void join(struct tk_cached *kept, const struct tk_cached *part)
{
	double floor = (double)part->floor - (double)kept->value;
	unsigned n = (unsigned)kept->n + part->n;

	if (!(kept->floor <= 0) || !(part->floor <= 0) ||
	    n > TK_CACHED_IDS || !(floor <= 0)) {
		kept->floor = 1;
		kept->n = 0;
		return;
	}
	memcpy(kept->id + kept->n, part->id, part->n * sizeof(tok_id));
	kept->n = (uint8_t)n;
	kept->unknown |= part->unknown;
	/* Rounded towards 0. */
	if (floor * (1 - 0x1p-20) > (double)kept->floor)
		kept->floor = (float)(floor * (1 - 0x1p-20));
	kept->value += part->value;
}

/* A part between two cuts, which is kept if it is not yet. */
static tok_status recall_part(struct tk_chunker *c, tok_bytes part,
			      struct tk_cached *out)
{
	struct tk_key key = tk_key_of(part, part.n);
	struct tk_cached *set = tk_cache_set(&c->cache, &key);
	const struct tk_cached *kept = tk_cache_find(set, &key, part.n);

	if (kept) {
		*out = *kept;
		return TOK_OK;
	}
	tok_status st = segment_part(c, part, out);
	out->key = key;
	out->size = (uint8_t)part.n;
	if (!st)
		*tk_cache_put(set) = *out;
	return st;
}

tok_status tk_recall_learn(struct stretch *s, const struct sought *x,
			   const struct tk_cached **out)
{
	const tok_bytes chunk = {(const uint8_t *)&x->key, x->chunk.n};
	size_t end = tk_cuts_next(s->c->model, chunk, 0), at;
	struct tk_cached whole, part;
	tok_status st;

	if (end == chunk.n)
		st = segment_part(s->c, chunk, &whole);
	else
		st = recall_part(s->c, (tok_bytes){chunk.p, end}, &whole);
	for (at = end; !st && at < chunk.n; at = end) {
		end = tk_cuts_next(s->c->model, chunk, at);
		st = recall_part(s->c, (tok_bytes){chunk.p + at, end - at},
				 &part);
		if (!st)
			join(&whole, &part);
	}
	if (st)
		return st;
	whole.key = x->key;
	whole.size = (uint8_t)chunk.n;
	struct tk_cached *kept = tk_cache_put(x->set);
	*kept = whole;
	*out = kept;
	return TOK_OK;
}

bool tk_recall_surely(struct stretch *s, const struct tk_cached *kept)
{
	enum tk_arithmetic a = s->c->model->arithmetic;

	if (a == TK_INTEGER)
		return false;
	tk_recall_add_up(s);
	/* What the reference does where all paths have met. */
	if (a == TK_SP_FLOAT &&
	    (s->sum.f < -TK_REBASE || s->sum.f > TK_REBASE)) {
		s->sum.f = 0;
		know(s);
	}
	return kept && usable(s, false, kept);
}
