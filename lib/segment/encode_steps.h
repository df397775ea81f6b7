/* SPDX-License-Identifier: Apache-2.0 */
/* The way of a document with a model that came from a tokenizer.json. */
#ifndef TK_ENCODE_STEPS_H
#define TK_ENCODE_STEPS_H

#include "segment/encoder.h"

/*
 * Appends the ids of raw text, and their spans where the encoder was asked
 * for them. TOK_E_UNSUPPORTED where text needs the unknown id and the model
 * has none; TOK_E_MEMORY, TOK_E_LIMIT. After failure ids may hold more.
 */
tok_status tk_encode_steps(tok_encoder *encoder, tok_bytes raw,
			   const struct tk_choice *choice, tok_ids *ids);

#endif
