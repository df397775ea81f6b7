/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to model: count, seed, then EM and pruning in turn (Kudo 2018).
 */
#ifndef TOK_TRAIN_H
#define TOK_TRAIN_H

#include "base.h"
#include "model.h"
#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tok_train_options {
	size_t size;              /* sizeof(tok_train_options) */
	uint32_t vocab_size;      /* ids: bytes, pieces, controls; 32000 */
	uint32_t pad_vocab;       /* n_ids is made a multiple of this; 1 */
	uint32_t max_piece;       /* bytes, 2 to 255; 48 */
	tok_split split;          /* TOK_SPLIT_NONE */
	tok_normalize normalize;  /* TOK_NORMALIZE_NONE */
	const tok_control *control;
	size_t n_controls;
	uint64_t memory;          /* bytes that training may hold; 2 GiB */
	uint64_t seed;            /* chooses the sample where text > memory */
	const tok_alloc *alloc;
} tok_train_options;

TOK_API void tok_train_options_defaults(tok_train_options *options,
					 size_t size);

typedef struct tok_train_report {
	tok_ledger ledger;         /* of the text; TOK_SKIP_SAMPLED is what
				      the memory limit left out */
	uint32_t vocab_size_asked;
	uint32_t vocab_size;       /* reached, before padding */
	uint64_t bytes;            /* trained on, after normalization */
	uint64_t tokens;           /* of those bytes, by the new model; lines
				      over 8 KiB are counted in windows, so
				      that tok_encode may find a few less */
} tok_train_report;

/*
 * Learns a model from all documents of text. The same documents and options
 * give the same model, byte for byte, for any pool and for any order of the
 * documents. A vocabulary larger than the text supports is not an error:
 * report says what was reached. No document is too long: long ones are cut
 * into windows. text is read to its end and stays open. pool, watch and
 * report may be NULL. Errors: those of the source; TOK_E_ARGUMENT (options,
 * or a text with no byte in it), TOK_E_LIMIT (memory is too small to train
 * at all), TOK_E_STOPPED, TOK_E_MEMORY. *out is then NULL.
 */
TOK_API tok_status tok_train(tok_source *text,
			     const tok_train_options *options, tok_pool *pool,
			     const tok_progress *watch, tok_model **out,
			     tok_train_report *report, tok_error *err);

#ifdef __cplusplus
}
#endif
#endif
