/* SPDX-License-Identifier: Apache-2.0 */
/* Expectation and maximization, hard: counts of best paths, and scores. */
#ifndef TK_EM_H
#define TK_EM_H

#include "base/pool.h"
#include "model/trie.h"
#include "train/vocab.h"

/* Nats taken off every piece's score while segmenting: 0 is the maximum
 * likelihood path, much is the path of fewest pieces. */
typedef int32_t tk_penalty; /* nats * 2^16 */

/* The vocabulary as a trie; ids are indices in vocab. */
tok_status tk_em_trie(const struct tk_vocab *vocab, tk_penalty penalty,
		      struct tk_trie_image *out);

/*
 * Segments the first n_pre pre-tokens of the corpus and sets every count.
 * *tokens (may be NULL) is their sum. Sums of integers: the pool does not
 * show. TOK_E_LIMIT if the trie would be too large, TOK_E_MEMORY.
 */
tok_status tk_em_count(const struct tk_corpus *corpus, size_t n_pre,
		       struct tk_vocab *vocab, tk_penalty penalty,
		       tok_pool *pool, uint64_t *tokens);

/* Scores from counts: ln(count / sum of counts), half a count where there is
 * none. */
void tk_em_score(struct tk_vocab *vocab);

#endif
