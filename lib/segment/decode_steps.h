/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding as a tokenizer.json says. */
#ifndef TK_DECODE_STEPS_H
#define TK_DECODE_STEPS_H

#include "model/loaded.h"

/* Appends the text of ids that are in range, without special tokens.
 * TOK_E_MEMORY, TOK_E_LIMIT (decoders of a crafted model make too much of
 * it); out may then hold a part of it. */
tok_status tk_decode_steps(const tok_model *model, const tok_id *id, size_t n,
			   tok_buf *out);

#endif
