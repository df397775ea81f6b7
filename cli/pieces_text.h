/* SPDX-License-Identifier: Apache-2.0 */
/* Ids as the bytes of their pieces, out and in. */
#ifndef PIECES_TEXT_H
#define PIECES_TEXT_H

#include "feed.h"
#include "output.h"

/* Escaped, so that no blank is in it; what no text matches (controls, unknown,
 * fallbacks for bytes) is a backslash and its name. */
void put_piece(struct output *out, const tok_model *model, tok_id id);

/* Appends the ids of pieces with blanks between them. TOK_E_MALFORMED, and
 * err says which piece of place is none of the model's; TOK_E_MEMORY. */
tok_status pieces_parse(const tok_model *model, tok_bytes text,
			const struct feed_place *place, tok_ids *ids,
			tok_error *err);

#endif
