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

/* Appends the ids of a part of text, in the same way. */
tok_status tk_encode_steps_part(tok_encoder *encoder, tok_bytes text,
				const struct tk_part *part,
				const struct tk_choice *choice, tok_ids *ids);

/* The same once encoder->raw holds the path of bytes [at, end) of text: only
 * what is unknown in it is left to do. */
tok_status tk_encode_steps_path(tok_encoder *encoder, tok_bytes text,
				size_t at, size_t end, tok_ids *ids);

#endif
