/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frequent substrings. In: counted pre-tokens. Out: the best n_wanted of
 * their substrings.
 *
 * All positions at which a character begins are sorted by what follows them,
 * up to max_piece bytes and the end of the pre-token: first into buckets by
 * two bytes, then each bucket by eight bytes at a time, and no deeper than
 * where a group is too rare to matter. In that order the occurrences of a
 * substring stand together, and the substrings that are followed by different
 * bytes are the intervals of equal prefixes (Abouelhoda et al. 2004), which a
 * stack finds in one pass. Buckets are independent, so threads do not show;
 * the choice among candidates is by a total order.
 */
#include "train/seed.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/utf8.h"
#include "model/image.h"
#include "train/em.h"
#include "train/select.h"

enum { N_BUCKETS = 1 << 16, KEY_SIZE = 8 };

/* A position in the corpus, and the pre-token that it lies in. */
struct place {
	uint32_t at, pre;
};

/* A place while its bucket is sorted. */
struct suffix {
	uint64_t key; /* the eight bytes at the depth being sorted */
	struct place place;
};

/* An open interval of suffixes that share their first depth bytes. */
struct interval {
	uint32_t depth;
	size_t begin;
	uint64_t before; /* weight of all suffixes in front of it */
};

struct lane {
	struct suffix *suffix;
	size_t cap_suffixes;
	struct interval stack[TK_MAX_PIECE + 2];
	struct tk_candidates found;
	tok_status status;
};

struct run {
	const struct tk_corpus *corpus;
	const struct tk_seed_limits *limits;
	struct place *place;
	size_t n_places;
	size_t *begin; /* [N_BUCKETS + 1] */
	struct lane *lane;
	unsigned n_lanes;
};

/* Bytes from a place to where a piece that begins there must end. */
static uint32_t extent(const struct run *run, struct place p)
{
	const struct tk_pretoken *pre = &run->corpus->pre[p.pre];
	uint64_t left = pre->at + pre->n - p.at;

	return left < run->limits->max_piece ? (uint32_t)left
					     : run->limits->max_piece;
}

static uint64_t weight(const struct run *run, struct place p)
{
	return run->corpus->pre[p.pre].count;
}

static uint64_t key_at(const struct run *run, struct place p, uint32_t depth)
{
	uint32_t n = extent(run, p);
	const uint8_t *text = run->corpus->bytes.p + p.at;
	uint64_t key = 0;

	if (depth + KEY_SIZE <= n) {
		for (uint32_t i = 0; i < KEY_SIZE; i++)
			key = key << 8 | text[depth + i];
		return key;
	}
	for (uint32_t i = depth; i < depth + KEY_SIZE; i++)
		key = key << 8 | (i < n ? text[i] : 0);
	return key;
}

static int by_key(const void *a, const void *b)
{
	const struct suffix *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static void sort_from(const struct run *run, struct suffix *s, size_t n,
		      uint32_t depth);

/* Sorts on where neighbours are equal so far, if they are many enough. */
static void sort_deeper(const struct run *run, struct suffix *s, size_t n,
			uint32_t depth)
{
	for (size_t i = 0, k; i < n; i = k) {
		uint64_t sum = 0;

		for (k = i; k < n && s[k].key == s[i].key; k++)
			sum += weight(run, s[k].place);
		if (k - i > 1 && sum >= run->limits->min_count)
			sort_from(run, s + i, k - i, depth);
	}
}

/* The recursion is at most max_piece / 8 deep. */
static void sort_from(const struct run *run, struct suffix *s, size_t n,
		      uint32_t depth)
{
	if (depth >= run->limits->max_piece)
		return;
	for (size_t i = 0; i < n; i++)
		s[i].key = key_at(run, s[i].place, depth);
	qsort(s, n, sizeof(*s), by_key);
	sort_deeper(run, s, n, depth + KEY_SIZE);
}

static uint32_t common(const struct run *run, struct place a, struct place b)
{
	const uint8_t *text = run->corpus->bytes.p;
	uint32_t m = extent(run, a), n = extent(run, b), i = 0;

	if (m < n)
		n = m;
	while (i < n && text[a.at + i] == text[b.at + i])
		i++;
	return i;
}

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
				 struct place p, uint32_t depth,
				 uint32_t around, uint64_t count)
{
	if (count < run->limits->min_count || depth < 2)
		return TOK_OK;
	uint32_t n = whole(run->corpus->bytes.p + p.at, depth);
	if (n < 2 || n <= around)
		return TOK_OK;
	return tk_candidates_add(&lane->found, (struct tk_candidate){
		.worth = count * n,
		.count = count,
		.bytes = {run->corpus->bytes.p + p.at, n},
	});
}

/* One pass over a sorted bucket with a stack of open intervals, whose depths
 * rise: the stack is never deeper than a piece is long. */
static tok_status find_intervals(const struct run *run, struct lane *lane,
				 const struct suffix *s, size_t n)
{
	struct interval *stack = lane->stack;
	uint64_t before = 0;
	size_t top = 0;
	tok_status st = TOK_OK;

	stack[0] = (struct interval){0, 0, 0};
	for (size_t i = 0; !st && i < n; i++) {
		uint32_t shared = i + 1 < n ? common(run, s[i].place,
						     s[i + 1].place) : 0;
		uint32_t depth = extent(run, s[i].place);
		struct interval open = {depth, i, before};

		if (depth > stack[top].depth)
			stack[++top] = open;
		before += weight(run, s[i].place);
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

static void bucket_task(void *ctx, size_t task, unsigned worker)
{
	struct run *run = ctx;
	struct lane *lane = &run->lane[worker];
	size_t begin = run->begin[task], n = run->begin[task + 1] - begin;

	if (lane->status || n == 0)
		return;
	if (!tk_grow(run->corpus->alloc, (void **)&lane->suffix,
		     &lane->cap_suffixes, n, sizeof(*lane->suffix))) {
		lane->status = TOK_E_MEMORY;
		return;
	}
	for (size_t i = 0; i < n; i++)
		lane->suffix[i].place = run->place[begin + i];
	sort_from(run, lane->suffix, n, 2);
	lane->status = find_intervals(run, lane, lane->suffix, n);
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

/* Calls for each place at which a piece can begin: bucket numbers are counted
 * (fill false), then places are put into their buckets. */
static void visit_places(struct run *run, size_t n_pre, bool fill)
{
	const struct tk_corpus *c = run->corpus;

	for (size_t i = 0; i < n_pre; i++) {
		const struct tk_pretoken *pre = &c->pre[i];
		tok_bytes rest = tk_corpus_bytes(c, i);
		uint32_t ch;

		/* Sampled pre-tokens may lie beyond what 32 bits can name. */
		if (pre->at + pre->n > UINT32_MAX)
			continue;
		while (rest.n >= 2) {
			size_t size = tk_utf8_decode(rest, &ch);

			if (size) {
				size_t b = (size_t)rest.p[0] << 8 | rest.p[1];
				size_t k = run->begin[b]++;

				if (fill)
					run->place[k] = (struct place){
						(uint32_t)(rest.p - c->bytes.p),
						(uint32_t)i};
			}
			rest.p += size ? size : 1;
			rest.n -= size ? size : 1;
		}
	}
}

static tok_status collect_places(struct run *run, size_t n_pre)
{
	const tok_alloc *alloc = run->corpus->alloc;

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

static tok_status find_candidates(struct run *run, tok_pool *pool,
				  const tok_progress *watch,
				  struct tk_candidates *found)
{
	const tok_alloc *alloc = run->corpus->alloc;
	tok_status st = TOK_OK;

	run->n_lanes = tk_pool_width(pool);
	run->lane = tk_new_zeroed(alloc, run->n_lanes, sizeof(*run->lane));
	if (!run->lane)
		return TOK_E_MEMORY;
	for (unsigned i = 0; i < run->n_lanes; i++)
		tk_candidates_init(&run->lane[i].found,
				   run->limits->n_wanted, alloc);
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
	}
	tk_free(alloc, run->lane, run->n_lanes, sizeof(*run->lane));
	return st;
}

void tk_vocab_release(struct tk_vocab *v)
{
	tk_free(v->alloc, v->piece, v->cap, sizeof(*v->piece));
	*v = (struct tk_vocab){.alloc = v->alloc};
}

static int by_bytes(const void *a, const void *b)
{
	return tk_bytes_cmp(((const struct tk_learned *)a)->bytes,
			    ((const struct tk_learned *)b)->bytes);
}

/* A table of all bytes: what the single-byte pieces of a vocabulary show. */
static const uint8_t every_byte[256] = {
#define ROW(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7
#define ROWS(n) ROW(n), ROW(n + 8), ROW(n + 16), ROW(n + 24)
	ROWS(0), ROWS(32), ROWS(64), ROWS(96),
	ROWS(128), ROWS(160), ROWS(192), ROWS(224),
#undef ROWS
#undef ROW
};

/* Bytes and candidates, sorted; equal candidates (a zero byte and an end sort
 * alike) become one. */
static tok_status make_vocab(const struct tk_corpus *c,
			     const struct tk_candidates *found,
			     struct tk_vocab *v)
{
	uint64_t byte_count[256] = {0};
	size_t n = 0;

	if (!tk_grow(v->alloc, (void **)&v->piece, &v->cap, found->n + 256,
		     sizeof(*v->piece)))
		return TOK_E_MEMORY;
	for (size_t i = 0; i < c->n; i++) {
		tok_bytes text = tk_corpus_bytes(c, i);

		for (size_t k = 0; k < text.n; k++)
			byte_count[text.p[k]] += c->pre[i].count;
	}
	for (size_t i = 0; i < 256; i++)
		v->piece[i] = (struct tk_learned){{&every_byte[i], 1},
						  byte_count[i], 0};
	for (size_t i = 0; i < found->n; i++)
		v->piece[256 + i] = (struct tk_learned){
			found->at[i].bytes, found->at[i].count, 0};
	v->n = found->n + 256;
	qsort(v->piece, v->n, sizeof(*v->piece), by_bytes);
	for (size_t i = 0; i < v->n; i++)
		if (n && !by_bytes(&v->piece[n - 1], &v->piece[i]))
			v->piece[n - 1].count += v->piece[i].count;
		else
			v->piece[n++] = v->piece[i];
	v->n = n;
	tk_em_score(v);
	return TOK_OK;
}

tok_status tk_seed(const struct tk_corpus *corpus,
		   const struct tk_seed_limits *limits, tok_pool *pool,
		   const tok_progress *watch, struct tk_vocab *vocab)
{
	struct run run = {.corpus = corpus, .limits = limits};
	const tok_alloc *alloc = corpus->alloc;
	struct tk_candidates found;

	tk_candidates_init(&found, limits->n_wanted, alloc);
	tok_status st = collect_places(&run,
				       affordable(corpus, limits->memory));
	if (!st)
		st = find_candidates(&run, pool, watch, &found);
	if (!st)
		tk_candidates_select(&found);
	if (!st)
		st = make_vocab(corpus, &found, vocab);
	tk_free(alloc, run.place, run.n_places, sizeof(*run.place));
	tk_free(alloc, run.begin, N_BUCKETS + 1, sizeof(*run.begin));
	tk_candidates_release(&found);
	return st;
}
