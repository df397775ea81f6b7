/* SPDX-License-Identifier: Apache-2.0 */
/* Where pieces come from: the frequent substrings of the corpus. */
#ifndef TK_SEED_H
#define TK_SEED_H

#include "base/pool.h"
#include "train/vocab.h"

struct tk_seed_limits {
	size_t n_wanted;    /* pieces beside the bytes, at most */
	uint32_t max_piece; /* bytes */
	uint64_t min_count; /* rarer substrings are no pieces */
	uint64_t memory;    /* bytes that seeding may hold */
};

/*
 * Fills an empty vocab with the single bytes and the n_wanted substrings of
 * highest count * size that are whole characters and not always part of the
 * same longer one. Scores are those of the counts. The result does not depend
 * on the pool. TOK_E_STOPPED, TOK_E_MEMORY.
 */
tok_status tk_seed(const struct tk_corpus *corpus,
		   const struct tk_seed_limits *limits, tok_pool *pool,
		   const tok_progress *watch, struct tk_vocab *vocab);

#endif
