/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a lattice. Out: its N best paths, in order.
 *
 * The best paths to all places form a tree. A path is told, from the end, by
 * the steps at which it leaves this tree; such a step from u to v loses
 * best(v) - best(u) - score >= 0, and a path the sum of its steps' losses
 * (Eppstein 1998). All paths are enumerated once if a path's children are
 * those that leave the tree once more, before its own last leaving; none is
 * better than its parent. So the i-th best is among the children of those
 * before it, and of all that wait no more than N are ever wanted: one sorted
 * array, whose front is final, is all there is.
 */
#include "segment/nbest.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "segment/lattice.h"

void tk_nbest_release(struct tk_nbest *b)
{
	tk_free(b->alloc, b->best, b->cap_best, sizeof(*b->best));
	tk_free(b->alloc, b->path, b->cap_paths, sizeof(*b->path));
	tk_free(b->alloc, b->chain, b->cap_chain, sizeof(*b->chain));
	*b = (struct tk_nbest){.alloc = b->alloc};
}

static bool is_exact(const struct tk_trellis *t)
{
	return t->model->arithmetic == TK_INTEGER;
}

static bool has_path(const struct tk_nbest *b, size_t k)
{
	return b->best[k].score > -INFINITY;
}

static struct tk_best extended(const struct tk_nbest *b,
			       const struct tk_trellis *t, size_t k,
			       struct tk_step_back x)
{
	const struct tk_best *from = &b->best[k - x.size];

	return (struct tk_best){
		.score = from->score + tk_trellis_score(t, x),
		.n_pieces = is_exact(t) ? from->n_pieces + 1 : 0,
		.step = x,
	};
}

/* Steps come longest first; of equal ones the shortest is kept, or, as the
 * originals do, the longest. */
static void find_best(struct tk_nbest *b, const struct tk_trellis *t, size_t k)
{
	struct tk_best *to = &b->best[k];
	bool shortest = is_exact(t);

	*to = (struct tk_best){.score = -INFINITY};
	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, k, &x);) {
		struct tk_best offer = extended(b, t, k, x);

		if (offer.score > to->score ||
		    (shortest && offer.score == to->score &&
		     offer.n_pieces <= to->n_pieces))
			*to = offer;
	}
}

/* Does step x at a place come before step y, where all else is equal? */
static bool size_before(const struct tk_trellis *t, struct tk_step_back x,
			struct tk_step_back y)
{
	return is_exact(t) ? x.size < y.size : x.size > y.size;
}

/* Does x come before y, by their sizes from the end? Up to the path that both
 * descend from they are the same; then the one leaves the tree first that
 * does so at the higher place. */
static bool from_end_before(const struct tk_nbest *b,
			    const struct tk_trellis *t,
			    const struct tk_branch *x,
			    const struct tk_branch *y)
{
	const struct tk_branch *under_x = NULL, *under_y = NULL;

	while (x != y) {
		bool up_x = x->depth >= y->depth, up_y = y->depth >= x->depth;

		if (up_x) {
			under_x = x;
			x = &b->path[x->parent];
		}
		if (up_y) {
			under_y = y;
			y = &b->path[y->parent];
		}
	}
	if (under_x && under_y && under_x->at == under_y->at)
		return size_before(t, under_x->step, under_y->step);
	if (!under_y || (under_x && under_x->at > under_y->at))
		return size_before(t, under_x->step,
				   b->best[under_x->at].step);
	return size_before(t, b->best[under_y->at].step, under_y->step);
}

/* x and y are not the same. */
static bool is_before(const struct tk_nbest *b, const struct tk_trellis *t,
		      const struct tk_branch *x, const struct tk_branch *y)
{
	if (x->loss < y->loss || x->loss > y->loss)
		return x->loss < y->loss;
	if (x->more_pieces != y->more_pieces)
		return x->more_pieces < y->more_pieces;
	return from_end_before(b, t, x, y);
}

/* Into the sorted paths behind its parent, if it is among the first `most`. */
static void insert(struct tk_nbest *b, const struct tk_trellis *t,
		   const struct tk_branch *x, size_t most)
{
	size_t low = x->parent + (size_t)1, high = b->n;

	if (b->n == most &&
	    (high == low || !is_before(b, t, x, &b->path[high - 1])))
		return;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_before(b, t, x, &b->path[middle]))
			high = middle;
		else
			low = middle + 1;
	}
	b->n += b->n < most;
	memmove(&b->path[low + 1], &b->path[low],
		(b->n - 1 - low) * sizeof(*b->path));
	b->path[low] = *x;
}

/* Those that leave the tree as path i does and then at place k. */
static void branch_at(struct tk_nbest *b, const struct tk_trellis *t, size_t i,
		      size_t k, size_t most)
{
	const struct tk_best *best = &b->best[k];

	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, k, &x);) {
		if (x.size == best->step.size || !has_path(b, k - x.size))
			continue;
		struct tk_best offer = extended(b, t, k, x);
		struct tk_branch branch = {
			.loss = b->path[i].loss + (best->score - offer.score),
			.more_pieces = b->path[i].more_pieces +
				       offer.n_pieces - best->n_pieces,
			.parent = (uint32_t)i,
			.depth = b->path[i].depth + 1,
			.at = (uint32_t)k,
			.step = x,
		};
		insert(b, t, &branch, most);
	}
}

static tok_status reserve(struct tk_nbest *b, size_t n_places, size_t n_paths)
{
	if (!tk_grow(b->alloc, (void **)&b->best, &b->cap_best, n_places,
		     sizeof(*b->best)) ||
	    !tk_grow(b->alloc, (void **)&b->path, &b->cap_paths, n_paths,
		     sizeof(*b->path)) ||
	    !tk_grow(b->alloc, (void **)&b->chain, &b->cap_chain, n_paths,
		     sizeof(*b->chain)))
		return TOK_E_MEMORY;
	return TOK_OK;
}

tok_status tk_nbest_find(struct tk_nbest *b, const struct tk_trellis *t,
			 size_t n)
{
	b->n = 0;
	tok_status st = reserve(b, t->n + 1, n);
	if (st)
		return st;
	b->best[0] = (struct tk_best){.score = 0.0};
	for (size_t k = 1; k <= t->n; k++)
		find_best(b, t, k);
	if (!has_path(b, t->n))
		return TOK_E_UNSUPPORTED;
	b->path[0] = (struct tk_branch){.at = (uint32_t)t->n};
	b->n = 1;
	for (size_t i = 0; i + 1 < n && i < b->n; i++) {
		size_t k = b->path[i].at - b->path[i].step.size;

		for (; k; k -= b->best[k].step.size)
			branch_at(b, t, i, k, n);
	}
	return TOK_OK;
}

double tk_nbest_score(const struct tk_nbest *b, const struct tk_trellis *t,
		      size_t i)
{
	return b->best[t->n].score - b->path[i].loss;
}

static void reverse(tok_id *id, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		tok_id swap = id[i];

		id[i] = id[n - 1 - i];
		id[n - 1 - i] = swap;
	}
}

tok_status tk_nbest_path(const struct tk_nbest *b, const struct tk_trellis *t,
			 size_t i, tok_ids *ids)
{
	size_t first = ids->n, depth = b->path[i].depth, next = 0;
	tok_status st = TOK_OK;

	for (size_t d = depth; d; i = b->path[i].parent)
		b->chain[--d] = (uint32_t)i;
	for (size_t k = t->n; !st && k;) {
		struct tk_step_back x = b->best[k].step;

		if (next < depth && b->path[b->chain[next]].at == k)
			x = b->path[b->chain[next++]].step;
		st = tk_ids_put(ids, tk_trellis_id(t, x), 0, 0);
		k -= x.size;
	}
	if (st)
		ids->n = first;
	else if (ids->n > first)
		reverse(ids->id + first, ids->n - first);
	return st;
}
