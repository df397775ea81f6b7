/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One round of hard EM (Kudo 2018 with best paths for expectations). In: a
 * vocabulary with scores. Out: how often each piece stands in the best paths
 * of the corpus, and the scores that make those counts most likely. Counts
 * are integers and scores come from our own logarithm, so every machine and
 * every number of threads gives the same.
 */
#include "train/em.h"

#include "base/buf.h"
#include "base/logexp.h"
#include "model/image.h"
#include "segment/viterbi.h"

enum { TASK_SIZE = 1 << 16 };

/* What one worker has to itself. */
struct lane {
	struct tk_viterbi viterbi;
	tok_ids ids;
	uint64_t *count;
	tok_status status;
};

struct run {
	const struct tk_corpus *corpus;
	struct tk_trie trie;
	size_t *begin; /* [n_tasks + 1], pre-tokens */
	size_t n_tasks, cap_tasks;
	struct lane *lane;
};

tok_status tk_em_trie(const struct tk_vocab *vocab, tk_penalty penalty,
		      struct tk_trie_image *out)
{
	struct tk_entry *entry =
		tk_new(vocab->alloc, vocab->n, sizeof(*entry));

	*out = (struct tk_trie_image){.alloc = vocab->alloc};
	if (!entry)
		return TOK_E_MEMORY;
	for (size_t i = 0; i < vocab->n; i++) {
		int32_t score = vocab->piece[i].score - penalty;

		if (score < -TK_MAX_SCORE)
			score = -TK_MAX_SCORE;
		entry[i] = (struct tk_entry){vocab->piece[i].bytes, score,
					     (int32_t)i};
	}
	tok_status st = tk_trie_build(entry, vocab->n, vocab->alloc, out);
	tk_free(vocab->alloc, entry, vocab->n, sizeof(*entry));
	return st;
}

static tok_status plan(struct run *run, size_t n_pre, const tok_alloc *alloc)
{
	size_t size = TASK_SIZE;

	for (size_t i = 0; i <= n_pre; i++) {
		if (i == n_pre || size >= TASK_SIZE) {
			if (!tk_grow(alloc, (void **)&run->begin,
				     &run->cap_tasks, run->n_tasks + 1,
				     sizeof(*run->begin)))
				return TOK_E_MEMORY;
			run->begin[run->n_tasks++] = i;
			size = 0;
		}
		if (i < n_pre)
			size += run->corpus->pre[i].n + 16;
	}
	run->n_tasks--;
	return TOK_OK;
}

static void count_task(void *ctx, size_t task, unsigned worker)
{
	struct run *run = ctx;
	struct lane *lane = &run->lane[worker];

	for (size_t i = run->begin[task]; i < run->begin[task + 1]; i++) {
		uint64_t times = run->corpus->pre[i].count;

		lane->ids.n = 0;
		if (!lane->status)
			lane->status = tk_viterbi(
				&lane->viterbi, &run->trie,
				tk_corpus_bytes(run->corpus, i), &lane->ids);
		for (size_t k = 0; k < lane->ids.n; k++)
			lane->count[lane->ids.id[k]] += times;
	}
}

static tok_status open_lanes(struct run *run, unsigned n, size_t n_pieces,
			     const tok_alloc *alloc)
{
	run->lane = tk_new_zeroed(alloc, n, sizeof(*run->lane));
	if (!run->lane)
		return TOK_E_MEMORY;
	for (unsigned i = 0; i < n; i++) {
		struct lane *lane = &run->lane[i];

		lane->viterbi.alloc = alloc;
		tok_ids_init(&lane->ids, alloc);
		lane->count = tk_new_zeroed(alloc, n_pieces,
					    sizeof(*lane->count));
		if (!lane->count)
			return TOK_E_MEMORY;
	}
	return TOK_OK;
}

/* Adds the lanes up; frees them. */
static tok_status close_lanes(struct run *run, unsigned n,
			      struct tk_vocab *vocab, tok_status st)
{
	for (size_t i = 0; i < vocab->n; i++)
		vocab->piece[i].count = 0;
	for (unsigned k = 0; run->lane && k < n; k++) {
		struct lane *lane = &run->lane[k];

		if (!st)
			st = lane->status;
		for (size_t i = 0; !st && i < vocab->n; i++)
			vocab->piece[i].count += lane->count[i];
		tk_viterbi_release(&lane->viterbi);
		tok_ids_release(&lane->ids);
		tk_free(vocab->alloc, lane->count, vocab->n,
			sizeof(*lane->count));
	}
	tk_free(vocab->alloc, run->lane, n, sizeof(*run->lane));
	return st;
}

tok_status tk_em_count(const struct tk_corpus *corpus, size_t n_pre,
		       struct tk_vocab *vocab, tk_penalty penalty,
		       tok_pool *pool, uint64_t *tokens)
{
	const tok_alloc *alloc = vocab->alloc;
	unsigned n_lanes = tk_pool_width(pool);
	struct run run = {.corpus = corpus};
	struct tk_trie_image image;
	tok_status st = tk_em_trie(vocab, penalty, &image);

	run.trie = (struct tk_trie){image.unit, image.id, image.n_units};
	if (!st)
		st = plan(&run, n_pre, alloc);
	if (!st)
		st = open_lanes(&run, n_lanes, vocab->n, alloc);
	if (!st)
		tk_pool_run(pool, run.n_tasks, count_task, &run);
	st = close_lanes(&run, n_lanes, vocab, st);
	tk_free(alloc, run.begin, run.cap_tasks, sizeof(*run.begin));
	tk_trie_image_release(&image);
	if (st || !tokens)
		return st;
	*tokens = 0;
	for (size_t i = 0; i < vocab->n; i++)
		*tokens += vocab->piece[i].count;
	return TOK_OK;
}

static int32_t score_of(double nats)
{
	double fixed = nats * 65536.0;

	if (fixed < -TK_MAX_SCORE)
		return -TK_MAX_SCORE;
	return fixed > -1.0 ? -1 : (int32_t)(fixed - 0.5);
}

void tk_em_score(struct tk_vocab *vocab)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < vocab->n; i++)
		sum += vocab->piece[i].count;
	double all = tk_log(sum ? sum : 1);
	for (size_t i = 0; i < vocab->n; i++) {
		uint64_t count = vocab->piece[i].count;
		double own = count ? tk_log(count) : -TK_LN2;

		vocab->piece[i].score = score_of(own - all);
	}
}
