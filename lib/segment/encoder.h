/* SPDX-License-Identifier: Apache-2.0 */
/* An encoder from the inside. */
#ifndef TK_ENCODER_H
#define TK_ENCODER_H

#include "segment/chunk.h"
#include "segment/sample.h"

struct tok_encoder {
	const tok_model *model;
	const tok_alloc *alloc;
	tok_id bos, eos; /* to add, or -1 */
	bool frames;     /* adds what the model's steps frame text with */
	tok_spans spans;
	tok_unit unit;
	size_t cache_size;
	tok_buf clean; /* the document normalized, where that changed it */
	struct tk_runs runs;
	struct tk_chunker chunker;
	struct tk_tempered tempered;
	struct tk_sampler sampler;
	struct tk_steps_room steps;
	tok_ids raw; /* a best path with unknown characters in it */
	tok_ids stable; /* ids that no continuation changes */
	/* Of tok_encode_batch: an encoder for each further worker, and the
	 * ids of each task. */
	struct tok_encoder **sibling;
	const struct tok_encoder *lender; /* of a sibling: who it belongs to */
	size_t n_siblings, cap_siblings;
	tok_flat *part;
	size_t n_parts, cap_parts;
};

/* How to choose a path: the best one, or one drawn. */
struct tk_choice {
	bool draw;
	double alpha;
	tok_key key;
};

/* Makes what drawing at alpha takes, for the siblings, too. TOK_E_ARGUMENT,
 * TOK_E_MEMORY. */
tok_status tk_prepare_draws(tok_encoder *encoder, double alpha);

/* tok_encode and tok_sample in one; alpha is checked here. */
tok_status tk_encode(tok_encoder *encoder, tok_bytes text,
		     const struct tk_choice *choice, tok_ids *ids);

/*
 * Appends the path that is chosen for a pre-token, which begins at position
 * at of its document's clean text; an unknown character is the id -1.
 * TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_choose(tok_encoder *encoder, const struct tk_choice *choice,
		     tok_bytes word, uint64_t at, tok_ids *ids);

/* Frees what tok_encode_batch has made. */
void tk_batch_release(tok_encoder *encoder);

#endif
