/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frequent substrings. In: counted pre-tokens. Out: the best n_wanted of
 * their substrings.
 *
 * All positions at which a character begins are sorted by what follows them,
 * up to max_piece bytes and the end of the pre-token: into buckets by two
 * bytes, then each bucket by itself. In that order the occurrences of a
 * substring stand together, and the substrings that are followed by different
 * bytes are the intervals of equal prefixes (Abouelhoda et al. 2004), which a
 * stack finds in one pass. Buckets are independent, so threads do not show;
 * the choice among candidates is by a total order.
 */
#include "train/seed.h"

#include <stdlib.h>

#include "base/utf8.h"
#include "model/image.h"
#include "train/em.h"
#include "train/suffix.h"

enum { N_BUCKETS = 1 << 16 };

/* An open interval of suffixes that share their first depth bytes. */
struct interval {
	uint32_t depth;
	size_t begin;
	uint64_t before; /* weight of all suffixes in front of it */
};

struct lane {
	struct tk_suffix *suffix;
	uint8_t *shared;
	size_t cap_suffixes, cap_shared;
	struct interval stack[TK_MAX_LEARNED + 2];
	struct tk_candidates found;
	tok_status status;
};

struct run {
	struct tk_suffix_order order;
	struct tk_place *place;
	size_t n_places;
	size_t *begin; /* [N_BUCKETS + 1] */
	struct lane *lane;
	unsigned n_lanes;
};

/* The longest prefix of n bytes or less that is whole characters. */
static uint32_t whole(const uint8_t *p, uint32_t n)
{
	uint32_t at = 0, c;

	for (;;) {
		size_t size = tk_utf8_decode((tok_bytes){p + at, n - at}, &c);

		if (!size)
			return at;
		at += (uint32_t)size;
	}
}

/* An interval ends: its longest prefix of whole characters is a candidate,
 * unless that one is as short as the interval around it, and counted there. */
static tok_status close_interval(const struct run *run, struct lane *lane,
				 struct tk_place p, uint32_t depth,
				 uint32_t around, uint64_t count)
{
	const uint8_t *text = run->order.corpus->bytes.p + p.at;

	if (count < run->order.min_count || depth < 2)
		return TOK_OK;
	uint32_t n = whole(text, depth);
	if (n < 2 || n <= around)
		return TOK_OK;
	return tk_candidates_add(&lane->found, (struct tk_candidate){
		.worth = count * n,
		.count = count,
		.bytes = {text, n},
	});
}

/*
 * One pass over a sorted bucket with a stack of open intervals, whose depths
 * rise: the stack is never deeper than a piece is long. A suffix that occurs
 * often enough by itself is an interval too.
 */
static tok_status find_intervals(const struct run *run, struct lane *lane,
				 size_t n)
{
	const struct tk_suffix *s = lane->suffix;
	struct interval *stack = lane->stack;
	uint64_t before = 0;
	size_t top = 0;
	tok_status st = TOK_OK;

	stack[0] = (struct interval){0, 0, 0};
	for (size_t i = 0; !st && i < n; i++) {
		uint32_t shared = i + 1 < n ? lane->shared[i + 1] : 0;
		uint64_t weight = tk_suffix_weight(&run->order, s[i].place);
		struct interval open = {shared, i, before};

		if (weight >= run->order.min_count) {
			uint32_t depth = tk_suffix_extent(&run->order,
							  s[i].place);
			if (depth > stack[top].depth)
				stack[++top] = (struct interval){depth, i,
								 before};
		}
		before += weight;
		while (!st && stack[top].depth > shared) {
			uint32_t around = stack[top - 1].depth;

			open = stack[top--];
			st = close_interval(run, lane, s[open.begin].place,
					    open.depth,
					    around > shared ? around : shared,
					    before - open.before);
		}
		if (shared > stack[top].depth)
			stack[++top] = (struct interval){shared, open.begin,
							 open.before};
	}
	return st;
}

static bool reserve_lane(const struct run *run, struct lane *lane, size_t n)
{
	const tok_alloc *alloc = run->order.corpus->alloc;

	return tk_grow(alloc, (void **)&lane->suffix, &lane->cap_suffixes, n,
		       sizeof(*lane->suffix)) &&
	       tk_grow(alloc, (void **)&lane->shared, &lane->cap_shared, n, 1);
}

static void bucket_task(void *ctx, size_t task, unsigned worker)
{
	struct run *run = ctx;
	struct lane *lane = &run->lane[worker];
	size_t begin = run->begin[task], n = run->begin[task + 1] - begin;

	if (lane->status || n == 0)
		return;
	if (!reserve_lane(run, lane, n)) {
		lane->status = TOK_E_MEMORY;
		return;
	}
	for (size_t i = 0; i < n; i++)
		lane->suffix[i].place = run->place[begin + i];
	tk_suffix_sort(&run->order, lane->suffix, lane->shared, n, 2);
	lane->status = find_intervals(run, lane, n);
}

/* How many pre-tokens, from the front, seeding has memory for. Their order
 * is that of a hash, so the front is a fair sample. */
static size_t affordable(const struct tk_corpus *c, uint64_t memory)
{
	uint64_t limit = memory / 12;
	uint64_t size = 0;
	size_t i = 0;

	if (limit > UINT32_MAX)
		limit = UINT32_MAX;
	while (i < c->n && size + c->pre[i].n <= limit)
		size += c->pre[i++].n;
	return i;
}

/* Counts the places of pre-token i by bucket, or puts them there. */
static void visit_pretoken(struct run *run, size_t i, bool fill)
{
	const struct tk_corpus *c = run->order.corpus;
	tok_bytes rest = tk_corpus_bytes(c, i);
	uint32_t ch;

	while (rest.n >= 2) {
		size_t size = tk_utf8_decode(rest, &ch);

		if (size) {
			size_t b = (size_t)rest.p[0] << 8 | rest.p[1];
			size_t k = run->begin[b]++;

			if (fill)
				run->place[k] = (struct tk_place){
					(uint32_t)(rest.p - c->bytes.p),
					(uint32_t)i};
		}
		size += !size;
		rest.p += size;
		rest.n -= size;
	}
}

static void visit_places(struct run *run, size_t n_pre, bool fill)
{
	const struct tk_pretoken *pre = run->order.corpus->pre;

	/* A place has 32 bits; sampled pre-tokens may lie beyond. */
	for (size_t i = 0; i < n_pre; i++)
		if (pre[i].at + pre[i].n <= UINT32_MAX)
			visit_pretoken(run, i, fill);
}

static tok_status collect_places(struct run *run, size_t n_pre)
{
	const tok_alloc *alloc = run->order.corpus->alloc;

	run->begin = tk_new_zeroed(alloc, N_BUCKETS + 1, sizeof(*run->begin));
	if (!run->begin)
		return TOK_E_MEMORY;
	visit_places(run, n_pre, false);
	for (size_t b = 0; b < N_BUCKETS; b++) {
		size_t n = run->begin[b];

		run->begin[b] = run->n_places;
		run->n_places += n;
	}
	if (!run->n_places)
		return TOK_OK;
	run->place = tk_new(alloc, run->n_places, sizeof(*run->place));
	if (!run->place)
		return TOK_E_MEMORY;
	visit_places(run, n_pre, true);
	/* Filling moved each beginning to its bucket's end. */
	memmove(run->begin + 1, run->begin, N_BUCKETS * sizeof(*run->begin));
	run->begin[0] = 0;
	return TOK_OK;
}

static tok_status find_candidates(struct run *run, size_t n_wanted,
				  tok_pool *pool, const tok_progress *watch,
				  struct tk_candidates *found)
{
	const tok_alloc *alloc = run->order.corpus->alloc;
	tok_status st = TOK_OK;

	run->n_lanes = tk_pool_width(pool);
	run->lane = tk_new_zeroed(alloc, run->n_lanes, sizeof(*run->lane));
	if (!run->lane)
		return TOK_E_MEMORY;
	for (unsigned i = 0; i < run->n_lanes; i++)
		tk_candidates_init(&run->lane[i].found, n_wanted, alloc);
	if (watch && watch->tick && watch->tick(watch->ctx, "seed", 0, 0))
		st = TOK_E_STOPPED;
	if (!st)
		tk_pool_run(pool, N_BUCKETS, bucket_task, run);
	for (unsigned i = 0; i < run->n_lanes; i++) {
		struct lane *lane = &run->lane[i];

		if (!st)
			st = lane->status;
		if (!st)
			st = tk_candidates_join(found, &lane->found);
		tk_candidates_release(&lane->found);
		tk_free(alloc, lane->suffix, lane->cap_suffixes,
			sizeof(*lane->suffix));
		tk_free(alloc, lane->shared, lane->cap_shared, 1);
	}
	tk_free(alloc, run->lane, run->n_lanes, sizeof(*run->lane));
	return st;
}

tok_status tk_seed(const struct tk_corpus *corpus,
		   const struct tk_seed_limits *limits, tok_pool *pool,
		   const tok_progress *watch, struct tk_vocab *vocab)
{
	struct run run = {
		.order = {corpus, limits->max_piece, limits->min_count},
	};
	const tok_alloc *alloc = corpus->alloc;
	struct tk_candidates found;

	tk_candidates_init(&found, limits->n_wanted, alloc);
	tok_status st = collect_places(&run,
				       affordable(corpus, limits->memory));
	if (!st)
		st = find_candidates(&run, limits->n_wanted, pool, watch,
				     &found);
	if (!st)
		tk_candidates_select(&found);
	if (!st)
		st = tk_vocab_fill(vocab, corpus, &found);
	if (!st)
		tk_em_score(vocab);
	tk_free(alloc, run.place, run.n_places, sizeof(*run.place));
	tk_free(alloc, run.begin, N_BUCKETS + 1, sizeof(*run.begin));
	tk_candidates_release(&found);
	return st;
}
