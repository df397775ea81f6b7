/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The corpus as training sees it: distinct pre-tokens and how often each
 * occurs, within a memory limit.
 */
#ifndef TK_COUNT_H
#define TK_COUNT_H

#include "base/buf.h"
#include "text/normalize.h"
#include "text/split.h"
#include "tok/train.h"

/* A distinct pre-token, or a window of a long one. */
struct tk_pretoken {
	uint64_t hash;  /* of its bytes under the seed: its place in the
			   sample and in the order */
	uint64_t at;    /* of its bytes in the corpus */
	uint64_t count;
	uint32_t n;
};

/* A longer pre-token is cut into windows of at most this many bytes, at
 * characters. */
enum { TK_WINDOW = 8192 };

/*
 * Zero it but for alloc, budget and seed. Where the distinct pre-tokens would
 * take more than budget bytes, those of higher hash leave, and all that are
 * left have their true count: what is kept is a function of the documents,
 * the seed and the budget, not of the order of reading.
 */
struct tk_corpus {
	const tok_alloc *alloc;
	uint64_t budget, seed;
	tok_buf bytes;
	struct tk_pretoken *pre;
	size_t n, cap;
	uint32_t *slot; /* hash table: index in pre + 1, or 0 */
	size_t n_slots; /* a power of two */
	unsigned shift; /* hashes below 2^64 >> shift are kept */
	uint64_t size;      /* of all clean text, repetitions included */
	uint64_t size_kept; /* of what is kept of it */
};

void tk_corpus_release(struct tk_corpus *corpus);

/* Counts one pre-token of at most TK_WINDOW bytes. TOK_E_LIMIT if not even
 * one fits the budget, TOK_E_MEMORY. */
tok_status tk_corpus_add(struct tk_corpus *corpus, tok_bytes pretoken);

/* No more to add: puts pre in the order of (hash, size, bytes), frees the
 * table and sets size_kept. */
void tk_corpus_finish(struct tk_corpus *corpus);

static inline tok_bytes tk_corpus_bytes(const struct tk_corpus *c, size_t i)
{
	return (tok_bytes){c->bytes.p + c->pre[i].at, c->pre[i].n};
}

/* Reads a source to its end into corpus, and finishes it. normalizer may be
 * NULL. Errors are those of the source and of tk_corpus_add. */
tok_status tk_count(tok_source *source,
		    const struct tk_normalizer *normalizer,
		    const struct tk_split *split, const tok_progress *watch,
		    struct tk_corpus *corpus, tok_error *err);

#endif
