/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pruning by the increase of tokens. In: pieces with counts. Out: fewer of
 * them. Each piece is segmented by the others; what that costs is its worth.
 * (Kudo 2018 prunes by the loss of likelihood, which here only decides among
 * equals: fewer tokens for the same text is what a vocabulary is for.)
 */
#include "train/prune.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "model/image.h"
#include "segment/viterbi.h"

enum { TASK_PIECES = 1024 };

struct worth {
	uint64_t tokens; /* more of them without it */
	uint64_t loss;   /* count * fall of its score, nats * 2^16 */
	uint32_t size, index;
};

struct run {
	const struct tk_vocab *vocab;
	struct tk_trie trie;
	tk_penalty penalty;
	struct worth *worth; /* one a piece */
};

/* Best path of a piece's bytes that is not the piece itself. */
struct path {
	int64_t value[TK_MAX_LEARNED + 1];
	unsigned n[TK_MAX_LEARNED + 1]; /* pieces up to here */
	int64_t score[TK_MAX_LEARNED + 1];
};

static void offer(struct path *p, size_t from, size_t to, int32_t score)
{
	int64_t value = p->value[from] + tk_viterbi_value(score);

	if (value < p->value[to])
		return;
	p->value[to] = value;
	p->n[to] = p->n[from] + 1;
	p->score[to] = p->score[from] + score;
}

static void segment_without(const struct tk_trie *trie, tok_bytes text,
			    struct path *p)
{
	p->value[0] = p->score[0] = 0;
	p->n[0] = 0;
	for (size_t i = 1; i <= text.n; i++)
		p->value[i] = INT64_MIN;
	for (size_t i = 0; i < text.n; i++) {
		uint32_t at = 0;

		for (size_t k = i; (at = tk_trie_next(trie->unit, at, text.p,
						      &k, text.n));)
			if (k - i < text.n)
				offer(p, i, k, trie->unit[at].score);
	}
}

static void weigh_task(void *ctx, size_t task, unsigned worker)
{
	struct run *run = ctx;
	size_t begin = task * TASK_PIECES, end = begin + TASK_PIECES;
	struct path path;

	(void)worker;
	if (end > run->vocab->n)
		end = run->vocab->n;
	for (size_t i = begin; i < end; i++) {
		const struct tk_learned *piece = &run->vocab->piece[i];
		struct worth *w = &run->worth[i];
		size_t n = piece->bytes.n;

		*w = (struct worth){.size = (uint32_t)n, .index = (uint32_t)i};
		if (n == 1) {
			w->tokens = w->loss = UINT64_MAX;
			continue;
		}
		segment_without(&run->trie, piece->bytes, &path);
		w->tokens = piece->count * (path.n[n] - 1);
		/* The trie's scores have the penalty taken off. */
		int64_t alone = path.score[n] +
				(int64_t)path.n[n] * run->penalty;
		int64_t fall = piece->score - alone;
		w->loss = fall > 0 ? piece->count * (uint64_t)fall : 0;
	}
}

static int by_worth(const void *a, const void *b)
{
	const struct worth *x = a, *y = b;

	if (x->tokens != y->tokens)
		return x->tokens > y->tokens ? -1 : 1;
	if (x->loss != y->loss)
		return x->loss > y->loss ? -1 : 1;
	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int by_index(const void *a, const void *b)
{
	const struct worth *x = a, *y = b;

	return x->index < y->index ? -1 : x->index > y->index;
}

tok_status tk_prune(struct tk_vocab *vocab, size_t n_keep, tk_penalty penalty,
		    tok_pool *pool)
{
	size_t n = vocab->n, kept = n_keep + 256;
	struct run run = {.vocab = vocab, .penalty = penalty};
	struct tk_trie_image image;

	if (kept >= n)
		return TOK_OK;
	run.worth = tk_new(vocab->alloc, n, sizeof(*run.worth));
	if (!run.worth)
		return TOK_E_MEMORY;
	tok_status st = tk_em_trie(vocab, penalty, &image);
	if (!st) {
		run.trie = (struct tk_trie){image.unit, image.id,
					    image.n_units};
		tk_pool_run(pool, (n + TASK_PIECES - 1) / TASK_PIECES,
			    weigh_task, &run);
		qsort(run.worth, n, sizeof(*run.worth), by_worth);
		qsort(run.worth, kept, sizeof(*run.worth), by_index);
		for (size_t i = 0; i < kept; i++)
			vocab->piece[i] = vocab->piece[run.worth[i].index];
		vocab->n = kept;
	}
	tk_trie_image_release(&image);
	tk_free(vocab->alloc, run.worth, n, sizeof(*run.worth));
	return st;
}
