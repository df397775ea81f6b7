/* SPDX-License-Identifier: Apache-2.0 */
/* SentencePiece's surface rules. */
#ifndef TK_DECODE_SP_H
#define TK_DECODE_SP_H

#include "model/loaded.h"

/* Appends the text that SentencePiece 0.2.3 decodes n ids of the model to;
 * all are in range. TOK_E_MEMORY. */
tok_status tk_decode_sp(const tok_model *model, const tok_id *id, size_t n,
			tok_buf *out);

#endif
