/* SPDX-License-Identifier: Apache-2.0 */
/* Ids for what no piece covers. */
#ifndef TK_UNKNOWN_H
#define TK_UNKNOWN_H

#include "model/cuts.h"
#include "tok/segment.h"

/* Bytes of the character at i of n bytes of text. */
static inline size_t tk_unknown_size(const uint8_t *text, size_t i, size_t n)
{
	return tk_char_size(text + i, n - i);
}

/*
 * Appends path, the best one of clean, to ids: each unknown character (-1)
 * becomes the ids of its bytes where the model falls back to bytes; else the
 * unknown id, one for neighbours together, also with what was appended before,
 * if *after_unknown; which then says if clean ends with one. Where ids has
 * spans, those of the appended ones are the bytes of clean that they stand
 * for; to TOK_SPANS_PEER, all of a character's bytes lie in its last id.
 * TOK_E_MEMORY.
 */
tok_status tk_unknown(const tok_model *model, tok_bytes clean,
		      const tok_ids *path, tok_spans spans,
		      bool *after_unknown, tok_ids *ids);

#endif
