/* SPDX-License-Identifier: Apache-2.0 */
/* Segmentations drawn without replacement. */
#ifndef TK_DISTINCT_H
#define TK_DISTINCT_H

#include "segment/draws.h"
#include "segment/posterior.h"

/* A path from place `at` to the end, for all paths that end so. */
struct tk_beam {
	double log_p;     /* the probability of them all */
	double perturbed; /* of the one among them that is drawn first */
	uint32_t at;
	uint32_t node; /* of its first piece, in nodes; 0: none yet */
};

/* A piece and those behind it. */
struct tk_beam_node {
	uint32_t behind;
	tok_id id;
};

/* Zero it but for alloc. Eight bytes a piece of a path, beside the sums. */
struct tk_distinct {
	const tok_alloc *alloc;
	struct tk_beam *beam; /* as they are drawn, one after the other */
	size_t n, cap_beams;
	struct tk_beam_node *node;
	size_t n_nodes, cap_nodes;
	double *noisy; /* of the steps to a place */
	size_t cap_noisy;
	struct tk_draws draws; /* of the document */
	uint64_t n_drawn;      /* numbers */
};

void tk_distinct_release(struct tk_distinct *d);

/*
 * Draws n paths (1 to 2^20), or all where there are fewer, from the law that p
 * was summed for: the first by it, each further one by it among those that
 * are left. Their perturbed log probabilities fall. TOK_E_MEMORY; TOK_E_LIMIT
 * beyond 2^32 - 1 pieces in all.
 */
tok_status tk_distinct_draw(struct tk_distinct *d, const struct tk_trellis *t,
			    const struct tk_posterior *p, tok_key key,
			    size_t n);

/* Number i of a document that has nothing to do with those of positions. */
static inline double tk_distinct_unit(const struct tk_draws *d, uint64_t i)
{
	const uint64_t first = UINT64_C(1) << 63;

	return tk_unit(tk_philox2x64(d->a, first + i, d->b).word[0]);
}

/* Gumbel noise from such a number, in [0, 1). */
double tk_distinct_gumbel(double unit);

/* Appends the ids of path i. TOK_E_MEMORY. */
tok_status tk_distinct_path(const struct tk_distinct *d, size_t i,
			    tok_ids *ids);

/* Of the probability that a path of probability e^log_p is perturbed to above
 * kappa: its logarithm. */
double tk_distinct_inclusion(double log_p, double kappa);

#endif
