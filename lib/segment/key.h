/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a batch's documents. */
#ifndef TK_KEY_H
#define TK_KEY_H

#include <stdbool.h>

#include "tok/segment.h"

/* Copies from over the defaults. TOK_E_ARGUMENT for a value that is none. */
tok_status tk_key_take(tok_draw *to, const tok_draw *from);

/* Sets the key of text, document i of the batch; true if it is drawn, false
 * if it has its best segmentation. draw is from tk_key_take. */
bool tk_key_choose(const tok_draw *draw, tok_bytes text, size_t i,
		   tok_key *key);

#endif
