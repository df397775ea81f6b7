/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of a tokenizer.json: pieces, then added tokens. */
#ifndef TK_HF_VOCAB_H
#define TK_HF_VOCAB_H

#include "model/hf_steps.h"
#include "model/make.h"

struct tk_hf_vocab {
	const tok_alloc *alloc;
	struct tk_row *row; /* id is the index; bytes borrow from the JSON */
	size_t n, cap;
	size_t n_pieces;    /* ids below are pieces */
	size_t *sorted;     /* pieces by their bytes, equal ones by id */
	struct tk_added *added; /* one an id; text is the token's content */
	size_t n_added, cap_added;
	bool *special;      /* of each of added */
	size_t cap_special;
};

/* Reads model.vocab; file is the text that r->root was read from. To be
 * released in every case. TOK_E_CORRUPT, TOK_E_LIMIT, TOK_E_MEMORY. */
tok_status tk_hf_read_pieces(struct tk_hf_reading *r, tok_bytes file,
			     struct tk_hf_vocab *vocab);

/* Reads added_tokens into added and, where they are no pieces, rows. */
tok_status tk_hf_read_added(struct tk_hf_reading *r,
			    struct tk_hf_vocab *vocab);

void tk_hf_vocab_release(struct tk_hf_vocab *vocab);

#endif
