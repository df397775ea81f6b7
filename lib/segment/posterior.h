/* SPDX-License-Identifier: Apache-2.0 */
/* The law of all segmentations of a document at an alpha. */
#ifndef TK_POSTERIOR_H
#define TK_POSTERIOR_H

#include "segment/tempered.h"
#include "segment/trellis.h"

/* Zero it but for alloc. 24 bytes a byte of text. */
struct tk_posterior {
	const tok_alloc *alloc;
	const struct tk_tempered *law; /* that the sums are by */
	struct tk_huge *sum; /* to each place, of all paths' products */
	size_t cap_sums;
	double *entropy; /* of the paths to each place */
	size_t cap_entropies;
};

void tk_posterior_release(struct tk_posterior *p);

/* The sums over t by a law of the same endings, which p borrows.
 * TOK_E_UNSUPPORTED where there is no path; TOK_E_MEMORY. */
tok_status tk_posterior_sum(struct tk_posterior *p, const struct tk_trellis *t,
			    const struct tk_tempered *law);

/* Of the probability that a path which passes place k comes there by step x:
 * its logarithm; -infinity where there is no path to the step. */
double tk_posterior_log(const struct tk_posterior *p, size_t k,
			struct tk_step_back x);

/* In nats, behind tk_posterior_sum. TOK_E_MEMORY. */
tok_status tk_posterior_entropy(struct tk_posterior *p,
				const struct tk_trellis *t, double *nats);

#endif
