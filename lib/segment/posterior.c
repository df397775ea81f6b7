/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a lattice, an alpha. Out: F(k), the sum of the weights p^alpha of all
 * paths to k, and what follows from it. Read from the end, a path is a chain
 * of choices: at k its last step (i, k) has probability F(i) w(i,k) / F(k).
 * So its probability is a product, and the entropy of all paths a sum over
 * steps none of which is negative: nothing cancels.
 */
#include "segment/posterior.h"

#include <math.h>

#include "base/logexp.h"
#include "base/memory.h"

/* Of the scale that a huge number's place counts. */
#define PLACE_NATS (512.0 * TK_LN2)

void tk_posterior_release(struct tk_posterior *p)
{
	tk_free(p->alloc, p->sum, p->cap_sums, sizeof(*p->sum));
	tk_free(p->alloc, p->entropy, p->cap_entropies, sizeof(*p->entropy));
	*p = (struct tk_posterior){.alloc = p->alloc};
}

/* Of a step: a piece, or an unknown character. */
static struct tk_huge weight_of(const struct tk_tempered *law,
				struct tk_step_back x)
{
	if (!x.ending)
		return law->unknown;
	return (struct tk_huge){law->piece[x.ending].m, law->place[x.ending]};
}

/* F(i) w(i,k), wherever it lies. */
static struct tk_huge product(const struct tk_posterior *p, size_t k,
			      struct tk_step_back x)
{
	const struct tk_huge *from = &p->sum[k - x.size];
	struct tk_huge weight = weight_of(p->law, x);

	if (from->m <= 0.0)
		return (struct tk_huge){0.0, INT64_MIN};
	return tk_huge_of(from->m * weight.m, from->e + weight.e);
}

static struct tk_huge sum_at(const struct tk_posterior *p,
			     const struct tk_trellis *t, size_t k)
{
	int64_t place = INT64_MIN;
	double sum = 0.0;

	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, k, &x);) {
		struct tk_huge part = product(p, k, x);

		place = part.e > place ? part.e : place;
	}
	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, k, &x);)
		sum += tk_huge_on(product(p, k, x), place);
	return tk_huge_of(sum, place);
}

tok_status tk_posterior_sum(struct tk_posterior *p, const struct tk_trellis *t,
			    const struct tk_tempered *law)
{
	p->law = law;
	if (!tk_grow(p->alloc, (void **)&p->sum, &p->cap_sums, t->n + 1,
		     sizeof(*p->sum)))
		return TOK_E_MEMORY;
	p->sum[0] = (struct tk_huge){1.0, 0};
	for (size_t k = 1; k <= t->n; k++)
		p->sum[k] = sum_at(p, t, k);
	return p->sum[t->n].m > 0.0 ? TOK_OK : TOK_E_UNSUPPORTED;
}

double tk_posterior_log(const struct tk_posterior *p, size_t k,
			struct tk_step_back x)
{
	const struct tk_huge *all = &p->sum[k];
	struct tk_huge part = product(p, k, x);

	if (part.m <= 0.0)
		return -INFINITY;
	double nats = tk_log_real(part.m / all->m) +
		      (double)(part.e - all->e) * PLACE_NATS;
	return nats < 0.0 ? nats : 0.0;
}

static double entropy_at(const struct tk_posterior *p,
			 const struct tk_trellis *t, size_t k)
{
	double sum = 0.0;

	for (struct tk_step_back x = {0, 0}; tk_trellis_next(t, k, &x);) {
		double nats = tk_posterior_log(p, k, x);

		if (nats > -INFINITY)
			sum += tk_exp(nats) * (p->entropy[k - x.size] - nats);
	}
	return sum;
}

tok_status tk_posterior_entropy(struct tk_posterior *p,
				const struct tk_trellis *t, double *nats)
{
	if (!tk_grow(p->alloc, (void **)&p->entropy, &p->cap_entropies,
		     t->n + 1, sizeof(*p->entropy)))
		return TOK_E_MEMORY;
	p->entropy[0] = 0.0;
	for (size_t k = 1; k <= t->n; k++)
		p->entropy[k] = entropy_at(p, t, k);
	*nats = p->entropy[t->n];
	return TOK_OK;
}
