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

/* Bytes that are segmented again sooner than found. */
enum { SHORT = 2 };

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

/* How far from 0, as a reach, a sum is. Above 0 nothing that is kept may be
 * used. */
static uint16_t need_of(double sum)
{
	return sum <= 0.0 ? tk_reach_up(-sum) : UINT16_MAX;
}

static double sum_of(const struct stretch *s)
{
	return tk_sums_doubles(s->c->model->arithmetic) ? s->sum.d
							: (double)s->sum.f;
}

void tk_recall_know(struct stretch *s)
{
	double sum = sum_of(s);

	s->n_added = s->ids->n;
	s->lowest = sum - s->step;
	s->need = need_of(sum > 0.0 ? sum : s->lowest);
}

/* All sums of a draft are at least the lowest. */
static void begin_draft(struct stretch *s)
{
	s->step = 0.0;
	s->lowest = -TK_DRAFT_REACH;
	s->need = need_of(s->lowest);
	s->most_ids = TK_DRAFT_IDS;
}

void tk_recall_begin(struct stretch *s)
{
	s->need = 1;
	s->n_added = s->ids->n;
	s->lowest = 0.0;
	s->step = s->c->model->furthest * BATCH * TK_ANSWER_IDS;
	s->most_ids = TK_MARGIN_IDS - BATCH * TK_ANSWER_IDS;
	if (s->draft)
		begin_draft(s);
	else if (s->c->model->arithmetic != TK_INTEGER)
		tk_recall_know(s);
}

void tk_recall_add_up(struct stretch *s)
{
	const tok_model *m = s->c->model;
	const tok_id *id = s->ids->id;

	if (m->arithmetic == TK_INTEGER)
		return;
	if (s->draft) {
		tk_draft_mark(s->draft, s->ids->n);
		s->n_added = s->ids->n;
		return;
	}
	for (size_t i = s->n_added; i < s->ids->n; i++) {
		double score = id[i] < 0 ? m->unknown_score : m->score[id[i]];

		if (tk_sums_doubles(m->arithmetic))
			s->sum.d += score;
		else
			s->sum.f += (float)score;
	}
	tk_recall_know(s);
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

/* The same, and the sum is that of the path, whose scores are lost. */
static tok_status resolve(struct stretch *s, tok_bytes chunk, size_t before)
{
	if (!s->resolves)
		return TOK_OK;
	tk_recall_add_up(s);
	s->after_unknown &= before == s->unknown_end;
	tok_status st = tk_recall_unknown(s, chunk, before);
	s->n_added = s->unknown_end = s->ids->n;
	return st;
}

/* The sum becomes known, and what the reference makes of it where all paths
 * meet. */
static void meet(struct stretch *s)
{
	tk_recall_add_up(s);
	if (s->c->model->arithmetic != TK_SP_FLOAT ||
	    (s->sum.f >= -TK_REBASE && s->sum.f <= TK_REBASE))
		return;
	s->sum.f = 0;
	tk_recall_know(s);
}

/* Segments a chunk by the reference, behind the sum as it is. */
static tok_status refer(struct stretch *s, tok_bytes chunk)
{
	size_t before = s->ids->n;
	bool unknown = false;

	meet(s);
	tok_status st = tk_segment(s->c, chunk, &s->sum, s->ids);
	if (st)
		return st;
	if (s->c->model->arithmetic != TK_INTEGER)
		tk_recall_know(s);
	for (size_t i = before; i < s->ids->n; i++)
		unknown |= s->ids->id[i] < 0;
	return unknown ? resolve(s, chunk, before) : TOK_OK;
}

/* Segments a chunk without a cut in it, all of *out. */
static tok_status answer(struct tk_chunker *c, tok_bytes part,
			 struct tk_answer *out)
{
	if (c->model->arithmetic != TK_INTEGER) {
		tk_margin(c->model, part, out);
		return TOK_OK;
	}
	c->path.n = 0;
	tok_status st = tk_segment(c, part, NULL, &c->path);
	*out = (struct tk_answer){.n = c->path.n, .reach = FLT_MAX};
	if (out->n > TK_ANSWER_IDS)
		out->n = 0;
	if (out->n)
		memcpy(out->id, c->path.id, out->n * sizeof(tok_id));
	return st;
}

/* The same of what begins with *x and goes on with part: what holds of both
 * holds of the whole. */
static void join(const tok_model *m, struct tk_answer *x,
		 const struct tk_answer *part)
{
	/* Rounded towards 0. */
	double reach = (part->reach - (double)x->n * m->furthest) * (1 - 0x1p-20);
	size_t n = x->n + part->n;

	if (!(x->reach > 0.0) || !(part->reach > 0.0) || !(reach > 0.0) ||
	    !x->n || !part->n || n > TK_ANSWER_IDS) {
		*x = (struct tk_answer){.n = 0};
		return;
	}
	memcpy(x->id + x->n, part->id, TK_ANSWER_IDS * sizeof(tok_id));
	x->n = n;
	x->unknown |= part->unknown;
	x->reach = reach < x->reach ? reach : x->reach;
}

/* A part of a chunk that has a key, between two cuts; it is kept if it is not
 * yet, or is too short to be worth it. */
static tok_status recall_part(struct tk_chunker *c, tok_bytes chunk,
			      size_t begin, size_t end, struct tk_answer *out)
{
	tok_bytes part = {chunk.p + begin, end - begin};

	if (part.n <= SHORT && c->model->arithmetic != TK_INTEGER)
		return answer(c, part, out);
	struct tk_key key = key_of_part(chunk, begin, end);
	struct tk_cached *set = tk_cache_set(&c->cache, &key);

	if (tk_cache_take(&c->cache, set, &key, out))
		return TOK_OK;
	tok_status st = answer(c, part, out);
	if (!st)
		tk_cache_put(&c->cache, set, &key, out);
	return st;
}

/* Segments a chunk by what is kept of its parts, and keeps it. */
static tok_status learn(struct tk_chunker *c, const struct sought *x,
			tok_bytes chunk, struct tk_answer *whole)
{
	size_t end = tk_cuts_next(c->model, chunk, 0), at = end;
	struct tk_answer part;
	tok_status st;

	if (end == chunk.n)
		st = answer(c, chunk, whole);
	else
		st = recall_part(c, chunk, 0, end, whole);
	for (; !st && at < chunk.n; at = end) {
		end = tk_cuts_next(c->model, chunk, at);
		st = recall_part(c, chunk, at, end, &part);
		if (!st)
			join(c->model, whole, &part);
	}
	if (!st)
		tk_cache_put(&c->cache, x->set, &x->key, whole);
	return st;
}

/* Appends what an answer says, if it may be used behind the sum, or lets the
 * reference segment the chunk. */
static tok_status append(struct stretch *s, tok_bytes chunk,
			 const struct tk_answer *x)
{
	uint16_t reach = tk_reach_down(x->reach);
	size_t before = s->ids->n;

	if (reach < s->need && s->c->model->arithmetic != TK_INTEGER) {
		meet(s);
		if (reach < need_of(sum_of(s)))
			return refer(s, chunk);
	}
	if (!x->n)
		return refer(s, chunk);
	tok_status st = tok_ids_append(s->ids, x->id, x->n);
	return x->unknown && !st ? resolve(s, chunk, before) : st;
}

/* A chunk between cuts, part by part. */
static tok_status append_parts(struct stretch *s, tok_bytes chunk)
{
	tok_status st = TOK_OK;

	for (size_t at = 0, end; !st && at < chunk.n; at = end) {
		end = tk_cuts_next(s->c->model, chunk, at);
		tok_bytes part = {chunk.p + at, end - at};
		struct tk_answer x;

		st = recall_part(s->c, chunk, at, end, &x);
		if (!st)
			st = append(s, part, &x);
	}
	return st;
}

/* In a draft: ids if they follow every sum, or else the chunk. */
static tok_status append_sure(struct stretch *s, tok_bytes chunk,
			      const struct tk_answer *x)
{
	if (!x->n || x->unknown || tk_reach_down(x->reach) < s->need)
		return tk_draft_doubt(s->draft, s->ids->n, chunk);
	return tok_ids_append(s->ids, x->id, x->n);
}

tok_status tk_recall_seldom(struct stretch *s, const struct sought *x)
{
	struct tk_chunker *c = s->c;
	uint8_t room[TK_CHUNK_ROOM];
	struct tk_answer whole;
	tok_status st = TOK_OK;

	if (!x->set) {
		st = s->draft ? tk_draft_doubt(s->draft, s->ids->n, x->chunk)
			      : refer(s, x->chunk);
		return st ? st : tk_recall_room(s);
	}
	tok_bytes chunk = tk_key_text(&x->key, room);
	if (!tk_cache_take(&c->cache, x->set, &x->key, &whole))
		st = learn(c, x, chunk, &whole);
	if (!st && s->draft)
		st = append_sure(s, chunk, &whole);
	else if (!st)
		st = whole.n ? append(s, chunk, &whole)
			     : append_parts(s, chunk);
	return st ? st : tk_recall_room(s);
}
