/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stochastic beam search (Kool, van Hoof, Welling 2019). In: a law of paths, a
 * key. Out: a sample without replacement, in the order of drawing.
 *
 * If Gumbel noise is added to the log probability of every path, the n highest
 * sums are such a sample. The highest sum among all paths that end alike is
 * itself the log of their joint probability plus Gumbel noise: so paths are
 * made from the end on, and the sums of those that a path goes on to are drawn
 * under the condition that the highest is its own. Each unfinished path holds
 * one of its sum, so only the n highest of them can be wanted: one sorted
 * array, whose front is final, is all there is.
 */
#include "segment/distinct.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/logexp.h"

void tk_distinct_release(struct tk_distinct *d)
{
	tk_free(d->alloc, d->beam, d->cap_beams, sizeof(*d->beam));
	tk_free(d->alloc, d->node, d->cap_nodes, sizeof(*d->node));
	tk_free(d->alloc, d->noisy, d->cap_noisy, sizeof(*d->noisy));
	*d = (struct tk_distinct){.alloc = d->alloc};
}

double tk_distinct_gumbel(double unit)
{
	/* Between 0 and 1, neither of them: that of the highest number would
	 * round to 1. */
	double u = unit + 0x1p-54;

	if (!(u < 1.0))
		u = 1.0 - 0x1p-53;
	return -tk_log_real(-tk_log_real(u));
}

static double gumbel(struct tk_distinct *d)
{
	return tk_distinct_gumbel(tk_distinct_unit(&d->draws, d->n_drawn++));
}

static tok_status add_node(struct tk_distinct *d, uint32_t behind, tok_id id)
{
	if (d->n_nodes > UINT32_MAX)
		return TOK_E_LIMIT;
	if (!tk_grow(d->alloc, (void **)&d->node, &d->cap_nodes,
		     d->n_nodes + 1, sizeof(*d->node)))
		return TOK_E_MEMORY;
	d->node[d->n_nodes++] = (struct tk_beam_node){behind, id};
	return TOK_OK;
}

/* Path x goes on by a step from place k. */
static tok_status extend(struct tk_distinct *d, const struct tk_trellis *t,
			 size_t k, struct tk_step_back step, struct tk_beam *x)
{
	tok_status st = add_node(d, x->node, tk_trellis_id(t, step));

	x->node = (uint32_t)(d->n_nodes - 1);
	x->at = (uint32_t)(k - step.size);
	return st;
}

/* Where, behind the first i, a path so perturbed belongs; most: nowhere. */
static size_t position(const struct tk_distinct *d, size_t i, double perturbed,
		       size_t most)
{
	size_t low = i, high = d->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (d->beam[middle].perturbed < perturbed)
			high = middle;
		else
			low = middle + 1;
	}
	return low < most ? low : most;
}

static void insert(struct tk_distinct *d, size_t at, const struct tk_beam *x,
		   size_t most)
{
	d->n += d->n < most;
	memmove(&d->beam[at + 1], &d->beam[at],
		(d->n - 1 - at) * sizeof(*d->beam));
	d->beam[at] = *x;
}

/* Noise on each step to where beam i is; the highest sum, and how many steps
 * there are. */
static tok_status add_noise(struct tk_distinct *d, const struct tk_trellis *t,
			    const struct tk_posterior *p, size_t i,
			    size_t *highest)
{
	const struct tk_beam beam = d->beam[i];
	size_t n = 0;

	*highest = 0;
	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, beam.at, &x);) {
		double log_p = tk_posterior_log(p, beam.at, x);

		if (!tk_grow(d->alloc, (void **)&d->noisy, &d->cap_noisy,
			     n + 1, sizeof(*d->noisy)))
			return TOK_E_MEMORY;
		d->noisy[n] = log_p > -INFINITY
				      ? beam.log_p + log_p + gumbel(d)
				      : -INFINITY;
		if (d->noisy[n] > d->noisy[*highest])
			*highest = n;
		n++;
	}
	return TOK_OK;
}

/* -ln(e^-top - e^-highest + e^-noisy), without loss (the paper's appendix
 * B.3): a sum under the condition that the highest of all is top. */
static double under(double top, double highest, double noisy)
{
	double gap = noisy - highest;

	if (!(gap < 0.0))
		return top;
	double log_rest = gap > -0.5 ? tk_log_real(-tk_expm1(gap))
				     : tk_log1p(-tk_exp(gap));
	double v = top - noisy + log_rest;
	double size = v < 0.0 ? -v : v;

	return top - (v > 0.0 ? v : 0.0) - tk_log1p(tk_exp(-size));
}

/* Beam i, the highest that is not finished, goes on by all its steps: by the
 * one with the highest sum in its place, by the others behind it. */
static tok_status expand(struct tk_distinct *d, const struct tk_trellis *t,
			 const struct tk_posterior *p, size_t i, size_t most)
{
	const struct tk_beam beam = d->beam[i];
	size_t highest, n = 0;
	tok_status st = add_noise(d, t, p, i, &highest);

	for (struct tk_step_back x = {0, 0};
	     !st && tk_trellis_next(t, beam.at, &x); n++) {
		struct tk_beam next = beam;

		if (n == highest) {
			st = extend(d, t, beam.at, x, &d->beam[i]);
			d->beam[i].log_p += tk_posterior_log(p, beam.at, x);
			continue;
		}
		if (!(d->noisy[n] > -INFINITY))
			continue;
		next.perturbed = under(beam.perturbed, d->noisy[highest],
				       d->noisy[n]);
		size_t at = position(d, i + 1, next.perturbed, most);
		if (at == most)
			continue;
		st = extend(d, t, beam.at, x, &next);
		next.log_p += tk_posterior_log(p, beam.at, x);
		insert(d, at, &next, most);
	}
	return st;
}

tok_status tk_distinct_draw(struct tk_distinct *d, const struct tk_trellis *t,
			    const struct tk_posterior *p, tok_key key, size_t n)
{
	d->n = d->n_nodes = 0;
	if (!tk_grow(d->alloc, (void **)&d->beam, &d->cap_beams, n,
		     sizeof(*d->beam)))
		return TOK_E_MEMORY;
	tok_status st = add_node(d, 0, -1); /* behind the last piece */
	if (st)
		return st;
	d->draws = tk_draws_of(key);
	d->n_drawn = 0;
	d->beam[0] = (struct tk_beam){
		.perturbed = gumbel(d),
		.at = (uint32_t)t->n,
	};
	d->n = 1;
	for (size_t i = 0; !st && i < d->n; i++)
		while (!st && d->beam[i].at)
			st = expand(d, t, p, i, n);
	if (st)
		d->n = 0;
	return st;
}

tok_status tk_distinct_path(const struct tk_distinct *d, size_t i, tok_ids *ids)
{
	size_t first = ids->n;
	tok_status st = TOK_OK;

	for (uint32_t k = d->beam[i].node; !st && k; k = d->node[k].behind)
		st = tk_ids_put(ids, d->node[k].id, 0, 0);
	if (st)
		ids->n = first;
	return st;
}

double tk_distinct_inclusion(double log_p, double kappa)
{
	double x = log_p - kappa;
	double y = tk_exp(x < 100.0 ? x : 100.0);

	/* Of a small y, 1 - e^-y has that of y and a factor near 1. */
	if (x <= -10.0)
		return x - y / 2 + y * y / 24;
	return tk_log_real(-tk_expm1(-y));
}
