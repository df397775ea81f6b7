/* SPDX-License-Identifier: Apache-2.0 */
/* The pre-tokens of one long text, on all threads. */
#ifndef TK_SHARES_H
#define TK_SHARES_H

#include "segment/encoder.h"

/*
 * Appends the ids of pre-tokens from where one begins, at position `at` of its
 * document, up to the last place in text at which one begins for certain:
 * *done bytes. Shares have `size` bytes and a little more, or what is left.
 * The ids are those that pre-tokens have one by one. choice is from
 * tk_encode_prepare. Errors as tok_encode; ids is then unchanged.
 */
tok_status tk_shares(tok_encoder *encoder, tok_pool *pool, tok_bytes text,
		     uint64_t at, const struct tk_choice *choice, size_t size,
		     tok_ids *ids, size_t *done);

#endif
