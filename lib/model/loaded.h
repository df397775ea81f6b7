/* SPDX-License-Identifier: Apache-2.0 */
/* A loaded model from the inside: read by segment, made by train. */
#ifndef TK_LOADED_H
#define TK_LOADED_H

#include "model/image.h"
#include "model/trie.h"
#include "text/normalize.h"
#include "text/split.h"
#include "tok/model.h"
#include "tok/train.h"

struct tok_model {
	const tok_alloc *alloc;
	tok_buf image; /* the file; all below borrows from it */
	int32_t n_ids, n_pieces, n_controls;
	uint32_t max_piece;
	int unicode_major, unicode_minor;
	tok_normalize form;
	const uint32_t *end; /* of each piece in bytes */
	const uint8_t *bytes;
	const int32_t *score;
	tok_bytes *control; /* role and name of each: 2 * n_controls */
	struct tk_trie trie;
	struct tk_split split;
	struct tk_normalizer *normalizer; /* NULL: none */
	tok_bytes record;
	tok_digest fingerprint;
	/* Bit b of cut[a]: bytes a and b stand together in no piece, so every
	 * segmentation cuts between them. */
	uint64_t cut[256][4];
};

static inline tok_bytes tk_model_bytes(const struct tok_model *m, int32_t id)
{
	uint32_t begin = id ? m->end[id - 1] : 0;

	return (tok_bytes){m->bytes + begin, m->end[id] - begin};
}

static inline bool tk_model_cuts(const struct tok_model *m, uint8_t a,
				 uint8_t b)
{
	return m->cut[a][b >> 6] >> (b & 63) & 1;
}

/* What a new model is made of. */
struct tk_piece {
	tok_bytes bytes;
	int32_t score; /* in [-TK_MAX_SCORE, 0] */
};

struct tk_spec {
	const int32_t *byte_score;     /* [256] */
	const struct tk_piece *piece;  /* two bytes or more, no duplicates */
	size_t n_pieces;
	const tok_control *control;
	size_t n_controls;
	uint32_t pad_vocab;            /* n_ids becomes a multiple of it */
	tok_split split;
	tok_normalize normalize;
	const char *record;            /* a JSON object, or NULL */
};

/*
 * Makes a model: ids 0-255 are the bytes, then the pieces by falling score
 * (then length, then bytes), then the controls in the order given, then
 * reserved ids. TOK_E_ARGUMENT (a control's name or role is empty, used twice
 * or too long; a piece is empty, too long or used twice; a score is out of
 * range), TOK_E_LIMIT, TOK_E_MEMORY.
 */
tok_status tk_model_build(const struct tk_spec *spec, const tok_alloc *alloc,
			  tok_model **out, tok_error *err);

/* Checks the control names of a spec: train does before it reads a corpus. */
tok_status tk_model_check_controls(const tok_control *control, size_t n,
				   tok_error *err);

#endif
