/* SPDX-License-Identifier: Apache-2.0 */
/* A segmentation drawn from p^alpha. */
#ifndef TK_SAMPLE_H
#define TK_SAMPLE_H

#include "model/loaded.h"
#include "tok/segment.h"

/* Numbers m * 2^e with 1 <= m < 2, or 0: no document is long enough and no
 * alpha large enough to leave their range. */
struct tk_weights {
	double *m;    /* a unit of the trie: p^alpha of its piece */
	int32_t *e;
	double alpha; /* they are made for */
};

/* A piece that begins at the position looked at. */
struct tk_edge {
	double m;  /* weight times B of its end */
	int64_t e;
	uint32_t unit, size;
};

struct tk_sampler {
	const tok_alloc *alloc;
	struct tk_weights weights;
	uint32_t n_units;
	struct tk_edge *edge; /* at most one a length */
	size_t cap_edges, n_edges;
	double *m;    /* a position of the chunk: sum over its completions */
	int64_t *e;
	size_t cap;
};

/* Larger finite alphas are refused; infinity is Viterbi. */
#define TK_MAX_ALPHA 1e6

void tk_sampler_release(struct tk_sampler *s);

/* Makes the weights of model for alpha, unless they are there already.
 * TOK_E_ARGUMENT, TOK_E_UNSUPPORTED (SentencePiece's and Hugging Face's
 * models), TOK_E_MEMORY. */
tok_status tk_sampler_prepare(struct tk_sampler *s, const tok_model *model,
			      double alpha);

/*
 * Appends the ids of a segmentation of text (a whole pre-token that begins at
 * position at of its document's clean text) to ids. stream is the document's
 * key, from tk_sample_stream. TOK_E_MEMORY; ids is then unchanged.
 */
struct tk_stream_key {
	uint64_t key, counter;
};

struct tk_stream_key tk_sample_stream(tok_key key);

tok_status tk_sample(struct tk_sampler *s, const tok_model *model,
		     tok_bytes text, uint64_t at,
		     struct tk_stream_key stream, tok_ids *ids);

#endif
