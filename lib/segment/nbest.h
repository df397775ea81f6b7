/* SPDX-License-Identifier: Apache-2.0 */
/* The N best segmentations, exactly. */
#ifndef TK_NBEST_H
#define TK_NBEST_H

#include "segment/trellis.h"

/* The best path to a place. */
struct tk_best {
	double score;             /* -infinity: there is none */
	uint32_t n_pieces;        /* where they decide, else 0 */
	struct tk_step_back step; /* its last one */
};

/*
 * A path: up to the place `at`, from the end, that of its parent; then step;
 * and from there on the best one. It loses this much against the best path of
 * all.
 */
struct tk_branch {
	double loss;
	int64_t more_pieces;
	uint32_t parent, depth; /* 0 of the best path */
	uint32_t at;
	struct tk_step_back step;
};

/* Zero it but for alloc. 24 bytes a byte of text. */
struct tk_nbest {
	const tok_alloc *alloc;
	struct tk_best *best; /* 0 .. the trellis's n */
	size_t cap_best;
	struct tk_branch *path; /* the first is the best */
	uint32_t *chain;        /* of parents, while a path is written */
	size_t n, cap_paths, cap_chain;
};

void tk_nbest_release(struct tk_nbest *b);

/*
 * Finds the n (1 to 2^20) best paths, or all where there are fewer: by falling
 * sum of scores; among equals, with our own models, by rising number of
 * pieces; then, from the end, by the size of the last piece, then of the one
 * before it, and so on: with our own models the shorter first, with others the
 * longer. Sums are doubles, left to right: exact for our own models. Time goes
 * with n times the steps of the lattice. TOK_E_UNSUPPORTED where there is no
 * path at all; TOK_E_MEMORY. b->n is then 0.
 */
tok_status tk_nbest_find(struct tk_nbest *b, const struct tk_trellis *t,
			 size_t n);

/* Of path i: the sum of its scores. */
double tk_nbest_score(const struct tk_nbest *b, const struct tk_trellis *t,
		      size_t i);
/* Appends its ids, -1 for an unknown character. TOK_E_MEMORY. */
tok_status tk_nbest_path(const struct tk_nbest *b, const struct tk_trellis *t,
			 size_t i, tok_ids *ids);

#endif
