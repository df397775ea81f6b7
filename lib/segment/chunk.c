/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to the ids of its best path, chunk by chunk. In: text between two
 * cuts, the sum before it. Out: ids and the sum behind it, as the kernels give
 * them. All paths pass a cut, so a chunk between two of them can be segmented
 * alone, and again, if the sum it starts from makes no difference.
 */
#include "segment/recall.h"

/* Where a chunk is long, its neighbours mostly are: what is left of the text
 * goes with it, as many cuts as it has, which is faster than one by one. */
static bool takes_the_rest(const struct stretch *s, const struct sought *x,
			   size_t rest)
{
	return !x->set && !s->sampler && !s->open && s->c->pull.ready &&
	       rest <= TK_PULL_MOST;
}

TK_INLINE tok_status run(struct stretch *s, bool exact, tok_bytes text)
{
	struct sought sought[BATCH];
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		size_t n = 0;

		while (n < BATCH && at < text.n) {
			struct sought *x = &sought[n++];
			size_t begin = at;

			at = find_chunk(s, text, at, x);
			if (takes_the_rest(s, x, text.n - begin)) {
				x->chunk.n = text.n - begin;
				at = text.n;
			}
		}
		if (at == text.n && s->open)
			s->n_open = sought[--n].chunk.n;
		st = recall_all(s, exact, sought, n);
	}
	return st;
}

tok_status tk_chunks_run(struct stretch *s, tok_bytes text)
{
	s->n_open = 0;
	if (s->c->model->arithmetic == TK_INTEGER)
		return run(s, true, text);
	return run(s, false, text);
}

/* Where nothing is kept, by the reference. */
static tok_status run_afresh(struct stretch *s, tok_bytes text)
{
	size_t end = s->open ? tk_cuts_last(s->c->model, text) : text.n;

	s->n_open = text.n - end;
	return tk_segment(s->c, (tok_bytes){text.p, end}, &s->sum, s->ids);
}

tok_status tk_chunks_sum(struct stretch *s, tok_bytes text)
{
	size_t before = s->ids->n;

	if (!s->sampler && !s->c->cache.entry)
		return run_afresh(s, text);
	tk_recall_begin(s);
	tok_status st = tk_chunks_run(s, text);
	if (st) {
		s->ids->n = before;
		return st;
	}
	if (!s->sampler)
		tk_recall_add_up(s);
	return TOK_OK;
}

tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids)
{
	struct stretch s = {.c = c, .ids = ids, .sum = *sum};
	tok_status st = tk_chunks_sum(&s, text);

	*sum = s.sum;
	return st;
}
