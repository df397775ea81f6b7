/* SPDX-License-Identifier: Apache-2.0 */
/* The weights of a model's pieces at an alpha. */
#ifndef TK_TEMPERED_H
#define TK_TEMPERED_H

#include "base/huge.h"
#include "segment/endings.h"

/* Larger finite alphas are refused; infinity is Viterbi. */
#define TK_MAX_ALPHA 1e6

/* A piece as an ending (automaton.h) with its weight, as far as it lies on
 * its place. Ending 0 weighs nothing and is of one byte. */
struct tk_weighted {
	double m;
	uint32_t next; /* the next shorter one */
	uint32_t size; /* bytes */
};

/*
 * p^alpha for all pieces. Immutable while used, by any number of threads.
 * Zero it but for alloc.
 */
struct tk_tempered {
	const tok_alloc *alloc;
	const struct tk_endings *endings; /* that they are of */
	const struct tk_node *node;       /* of these, so that they are near */
	const struct tk_ending *ending;
	struct tk_weighted *piece; /* as many as there are endings */
	int32_t *place;            /* of each one's weight, see huge.h */
	struct tk_huge unknown;    /* of a character that no piece covers */
	size_t cap_pieces, cap_places;
	double alpha;
	bool plain; /* all weights are on place 0 */
};

void tk_tempered_release(struct tk_tempered *t);

/* Makes t that of endings, which it borrows, at alpha, unless it is already.
 * TOK_E_ARGUMENT, TOK_E_MEMORY. */
tok_status tk_tempered_prepare(struct tk_tempered *t,
			       const struct tk_endings *endings, double alpha);

/* 2^bits; far off, beyond 2^39 of them, all numbers are alike. */
struct tk_huge tk_tempered_weight(double bits);

#endif
