/* SPDX-License-Identifier: Apache-2.0 */
/* An encoder from the inside. */
#ifndef TK_ENCODER_H
#define TK_ENCODER_H

#include "segment/chunk.h"
#include "segment/distinct.h"
#include "segment/draft.h"
#include "segment/nbest.h"
#include "segment/sample.h"
#include "segment/unsplit.h"

/* For all that looks at more than one segmentation of a document. */
struct tk_several {
	struct tk_trellis trellis;
	struct tk_nbest nbest;
	struct tk_posterior posterior;
	struct tk_distinct distinct;
	tok_ids path;   /* of all pre-tokens; -1: an unknown character */
	tok_ids ignored;
};

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
	struct tk_match_tables tables; /* its own, or its lender's, are used */
	struct tk_unsplit unsplit;
	struct tk_endings endings;
	struct tk_tempered tempered;
	struct tk_sampler sampler;
	struct tk_steps_room steps;
	tok_ids raw; /* a best path with unknown characters in it */
	tok_ids stable; /* ids that no continuation changes */
	tok_ids counted; /* ids that are only counted */
	tok_ids placed; /* the same with spans */
	struct tk_several several;
	/* Of tok_encode_batch: an encoder for each further worker, and the
	 * ids of each task. */
	struct tok_encoder **sibling;
	const struct tok_encoder *lender; /* of a sibling: who it belongs to */
	size_t n_siblings, cap_siblings;
	tok_flat *part;
	size_t n_parts, cap_parts;
	struct tk_draft *draft; /* of shares of a document */
	size_t n_drafts, cap_drafts;
};

/* How many ids it adds in front of a document. */
static inline size_t tk_encoder_n_in_front(const struct tok_encoder *e)
{
	return (size_t)(e->bos >= 0) +
	       (e->frames ? e->model->steps.n_before : 0);
}

/* What is left of a document's path. */
struct tk_replay {
	const tok_id *id;
};

/* How to choose a path: the best one, or one drawn; or pre-tokens are only
 * noted, or have their part of a path that is there already. */
struct tk_choice {
	struct tk_trellis *record; /* or NULL */
	struct tk_replay *replay;  /* or NULL */
	bool draw;
	double alpha;
	tok_key key;
};

/* Makes what drawing at alpha takes, for the siblings, too. TOK_E_ARGUMENT,
 * TOK_E_MEMORY. */
tok_status tk_prepare_draws(tok_encoder *encoder, double alpha);

/* *real is choice as it is done: to draw at infinity is to take the best. Then
 * all is there that it takes. Errors as tk_prepare_draws. */
tok_status tk_encode_prepare(tok_encoder *encoder,
			     const struct tk_choice *choice,
			     struct tk_choice *real);

/* May raw text go through tk_words? */
bool tk_encode_goes_fast(const tok_encoder *encoder,
			 const struct tk_choice *choice);

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

/* Makes what looking at several segmentations takes, for the siblings, too.
 * TOK_E_MEMORY. */
tok_status tk_prepare_several(tok_encoder *encoder);
void tk_several_init(struct tk_several *s, const tok_alloc *alloc);
void tk_several_release(struct tk_several *s);

/* Appends the ids of clean text that begins with a pre-token, at position at
 * of its document. Errors as tok_encode; ids may then hold more. */
tok_status tk_encode_words(tok_encoder *encoder, tok_bytes clean, uint64_t at,
			   const struct tk_choice *choice, tok_ids *ids);

#endif
