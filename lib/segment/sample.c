/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backward filtering, forward sampling. In: a pre-token, a key. Out: a path,
 * drawn with probability proportional to the product of its weights
 * w = p^alpha.
 *
 * Let B(i) be the sum, over all ways to segment text[i..n), of the products
 * of their weights: B(n) = 1, B(i) = sum of w(i,k) B(k). From i the next
 * piece is (i,k) with probability w(i,k) B(k) / B(i); the product over a path
 * telescopes to its weight over B(0). So the draw is exact (forward
 * filtering, backward sampling, read from the other end; that way round the
 * trie serves both passes).
 *
 * The filter starts anew at every static cut (two bytes that stand together
 * in no piece), and the draw for a piece is keyed by the position where it
 * begins: neither threads, nor blocks, nor what was drawn before can change a
 * bit. All arithmetic is additions and multiplications of doubles in a
 * written order.
 */
#include "segment/sample.h"

#include <string.h>

#include "base/buf.h"
#include "base/logexp.h"
#include "base/rng.h"

void tk_sampler_release(struct tk_sampler *s)
{
	tk_free(s->alloc, s->weights.m, s->n_units, sizeof(*s->weights.m));
	tk_free(s->alloc, s->weights.e, s->n_units, sizeof(*s->weights.e));
	tk_free(s->alloc, s->edge, s->cap_edges, sizeof(*s->edge));
	tk_free(s->alloc, s->m, s->cap, sizeof(*s->m));
	tk_free(s->alloc, s->e, s->cap, sizeof(*s->e));
	*s = (struct tk_sampler){.alloc = s->alloc};
}

static tok_status reserve_weights(struct tk_sampler *s,
				  const tok_model *model)
{
	uint32_t n_units = model->trie.n_units;

	if (s->n_units)
		return TOK_OK;
	if (!tk_grow(s->alloc, (void **)&s->edge, &s->cap_edges,
		     model->max_piece, sizeof(*s->edge)))
		return TOK_E_MEMORY;

	double *m = tk_new(s->alloc, n_units, sizeof(*m));
	int32_t *e = tk_new(s->alloc, n_units, sizeof(*e));
	if (!m || !e) {
		tk_free(s->alloc, m, n_units, sizeof(*m));
		tk_free(s->alloc, e, n_units, sizeof(*e));
		return TOK_E_MEMORY;
	}
	s->weights = (struct tk_weights){m, e, -1.0};
	s->n_units = n_units;
	return TOK_OK;
}

tok_status tk_sampler_prepare(struct tk_sampler *s, const tok_model *model,
			      double alpha)
{
	const struct tk_trie *trie = &model->trie;

	if (!(alpha >= 0.0 && alpha <= TK_MAX_ALPHA))
		return TOK_E_ARGUMENT;
	if (model->form == TOK_NORMALIZE_SENTENCEPIECE ||
	    model->form == TOK_NORMALIZE_STEPS)
		return TOK_E_UNSUPPORTED; /* unknown characters have no edge */
	tok_status st = reserve_weights(s, model);
	if (st || s->weights.alpha == alpha)
		return st;
	for (uint32_t i = 0; i < trie->n_units; i++) {
		int64_t e = 0;

		if (trie->id[i] < 0)
			continue;
		double bits = alpha * model->score[trie->id[i]] * TK_LOG2E;
		s->weights.m[i] = tk_exp2(bits, &e);
		s->weights.e[i] = (int32_t)e;
	}
	s->weights.alpha = alpha;
	return TOK_OK;
}

struct tk_stream_key tk_sample_stream(tok_key key)
{
	tk_philox r = tk_philox2x64(key.seed, key.document, key.epoch);

	return (struct tk_stream_key){r.word[0], r.word[1]};
}

static tok_status reserve(struct tk_sampler *s, size_t need)
{
	if (need <= s->cap)
		return TOK_OK;

	size_t cap = need + need / 2 + 256;
	double *m = tk_new(s->alloc, cap, sizeof(*m));
	int64_t *e = tk_new(s->alloc, cap, sizeof(*e));
	if (!m || !e) {
		tk_free(s->alloc, m, cap, sizeof(*m));
		tk_free(s->alloc, e, cap, sizeof(*e));
		return TOK_E_MEMORY;
	}
	tk_free(s->alloc, s->m, s->cap, sizeof(*s->m));
	tk_free(s->alloc, s->e, s->cap, sizeof(*s->e));
	s->m = m;
	s->e = e;
	s->cap = cap;
	return TOK_OK;
}

/* The pieces that begin chunk[i..) and the weights of their completions;
 * returns the highest exponent among them. */
static int64_t find_edges(struct tk_sampler *s, const struct tk_unit *unit,
			  tok_bytes chunk, size_t i)
{
	int64_t highest = INT64_MIN;
	uint32_t at = 0;

	s->n_edges = 0;
	for (size_t k = i;
	     (at = tk_trie_next(unit, at, chunk.p, &k, chunk.n));) {
		struct tk_edge *x = &s->edge[s->n_edges++];

		x->unit = at;
		x->size = (uint32_t)(k - i);
		x->m = s->weights.m[at] * s->m[k];
		x->e = s->weights.e[at] + s->e[k];
		if (x->e > highest)
			highest = x->e;
	}
	return highest;
}

/* What an edge adds to the sum, on the scale of the highest. */
static double part_of(const struct tk_edge *x, int64_t top)
{
	return x->m * tk_pow2(x->e - top);
}

/* B of chunk[i..) for every i, from the end. */
static void filter(struct tk_sampler *s, const struct tk_unit *unit,
		   tok_bytes chunk)
{
	s->m[chunk.n] = 1.0;
	s->e[chunk.n] = 0;
	for (size_t i = chunk.n; i--;) {
		int64_t top = find_edges(s, unit, chunk, i);
		double sum = 0.0;

		for (size_t k = 0; k < s->n_edges; k++)
			sum += part_of(&s->edge[k], top);
		/* Products are below 4 and there are at most 7,999. */
		while (sum >= 2.0) {
			sum *= 0.5;
			top++;
		}
		s->m[i] = sum;
		s->e[i] = top;
	}
}

/* One draw among the pieces that begin at chunk[i..); its index. */
static size_t draw(const struct tk_sampler *s, int64_t top, double u)
{
	double sum = 0.0, cumulative = 0.0;
	size_t last = 0;

	for (size_t k = 0; k < s->n_edges; k++)
		sum += part_of(&s->edge[k], top);
	for (size_t k = 0; k < s->n_edges; k++) {
		double part = part_of(&s->edge[k], top);

		cumulative += part;
		if (part > 0.0)
			last = k;
		if (cumulative > u * sum)
			return k;
	}
	return last;
}

static tok_status sample_chunk(struct tk_sampler *s, const tok_model *model,
			       tok_bytes chunk, uint64_t at,
			       struct tk_stream_key stream, tok_ids *ids)
{
	const struct tk_unit *unit = model->trie.unit;
	tok_status st = reserve(s, chunk.n + 1);

	if (!st)
		st = tk_ids_reserve(ids, chunk.n, false);
	if (st)
		return st;
	filter(s, unit, chunk);
	for (size_t i = 0; i < chunk.n;) {
		int64_t top = find_edges(s, unit, chunk, i);
		tk_philox r = tk_philox2x64(stream.key, at + i,
					    stream.counter);
		const struct tk_edge *x =
			&s->edge[draw(s, top, tk_unit(r.word[0]))];

		ids->id[ids->n++] = model->trie.id[x->unit];
		i += x->size;
	}
	return TOK_OK;
}

tok_status tk_sample(struct tk_sampler *s, const tok_model *model,
		     tok_bytes text, uint64_t at,
		     struct tk_stream_key stream, tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < text.n;) {
		size_t end = i + 1;

		while (end < text.n && !tk_model_cuts(model, text.p[end - 1],
						      text.p[end]))
			end++;
		tok_bytes chunk = {text.p + i, end - i};
		st = sample_chunk(s, model, chunk, at + i, stream, ids);
		i = end;
	}
	if (st)
		ids->n = before;
	return st;
}
