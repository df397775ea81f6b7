/* SPDX-License-Identifier: Apache-2.0 */
/* Which pieces the vocabulary can do without. */
#ifndef TK_PRUNE_H
#define TK_PRUNE_H

#include "base/pool.h"
#include "train/em.h"

/*
 * Keeps the single bytes and the n_keep pieces whose loss would cost the most
 * tokens: count * (pieces of the best segmentation without it - 1). Among
 * equals the higher loss of likelihood stays, then the longer piece, then
 * bytewise order. Counts and scores must be set. TOK_E_MEMORY.
 */
tok_status tk_prune(struct tk_vocab *vocab, size_t n_keep, tk_penalty penalty,
		    tok_pool *pool);

#endif
