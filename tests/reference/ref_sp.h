/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's EncodeOptimized, that of Hugging Face's tokenizers and
 * BytePiece's _tokenize as they are written there: the whole text at once in
 * flat arrays, no place where it is cut. The twins of the kernels.
 */
#ifndef REF_SP_H
#define REF_SP_H

#include <stdbool.h>
#include <stdint.h>

#include "tok/base.h"

struct ref_sp_piece {
	tok_bytes bytes;
	double score; /* a float for SentencePiece */
	int32_t id;
	bool user; /* USER_DEFINED, else NORMAL */
};

/* Each writes the ids of text to id (room for text.n), -1 for an unknown
 * character, and returns how many. Old is up to 0.2.1, new from 0.2.2 on. */
size_t ref_sp_old(const struct ref_sp_piece *piece, size_t n_pieces,
		  tok_bytes text, int32_t *id);
size_t ref_sp_new(const struct ref_sp_piece *piece, size_t n_pieces,
		  tok_bytes text, int32_t *id);
size_t ref_hf(const struct ref_sp_piece *piece, size_t n_pieces,
	      tok_bytes text, int32_t *id);
size_t ref_bytepiece(const struct ref_sp_piece *piece, size_t n_pieces,
		     tok_bytes text, int32_t *id);

#endif
