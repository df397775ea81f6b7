/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The best path of a chunk and how far it is from being another one. In: a
 * chunk. Out: ids, and down to which sum they are those of the reference; the
 * proof is in margin.h. The matches are those of the kernels.
 */
#include "segment/margin.h"

#include <math.h>

#include "model/scores.h"
#include "segment/unknown.h"
#include "segment/viterbi.h"

/* Sums that a float can tell from 0 and from infinity. */
#define LEAST_REACH 0x1p-100
#define MOST_REACH 1e30

/* A place in the chunk. */
struct place {
	double best;   /* value of the best path to it, or -infinity */
	double second; /* of the best one by another last piece */
	uint32_t unit; /* of the last piece of the best; 0: unknown */
	uint32_t size; /* of that piece */
};

struct lattice {
	const tok_model *model;
	tok_bytes chunk;
	size_t n_steps; /* places where pieces may begin */
	double lowest;  /* of the values there */
	bool rises;     /* a match that is not known to be at most 0 */
	struct place at[TK_CHUNK_SIZE + 1];
};

static double lesser(double a, double b)
{
	return a < b ? a : b;
}

static double greater(double a, double b)
{
	return a > b ? a : b;
}

/* The best two of what is there and this. No branch: nobody can foretell which
 * is better. */
TK_INLINE void offer(struct lattice *l, size_t from, size_t to, double score,
		     uint32_t unit)
{
	struct place *p = &l->at[to];
	double value = l->at[from].best + score;
	uint32_t taken = -(uint32_t)(value > p->best);

	l->rises |= score > 0.0;
	p->second = greater(p->second, lesser(value, p->best));
	p->best = greater(value, p->best);
	p->unit ^= (p->unit ^ unit) & taken;
	p->size ^= (p->size ^ (uint32_t)(to - from)) & taken;
}

/* With floats, as they stand in the trie. */
TK_INLINE double score_of(const tok_model *m, uint32_t unit, bool floats)
{
	if (floats)
		return (double)tk_score_float(m->trie.unit[unit].score);
	return m->score[m->trie.id[unit]];
}

/* All pieces that begin at i, and what is there if none covers the character;
 * returns how far the next place lies where pieces may begin. */
TK_INLINE size_t relax(struct lattice *l, size_t i, bool characters,
		       bool floats)
{
	const tok_model *m = l->model;
	size_t n = l->chunk.n;
	size_t single = characters ? tk_unknown_size(l->chunk.p, i, n) : 1;
	bool covered = !characters;
	uint32_t at = 0;

	for (size_t k = i;
	     (at = tk_trie_next(m->trie.unit, at, l->chunk.p, &k, n));) {
		if (m->has_user)
			l->rises |= m->kind[m->trie.id[at]] == TOK_KIND_USER;
		offer(l, i, k, score_of(m, at, floats), at);
		covered |= k - i == single;
	}
	if (!covered)
		offer(l, i, i + single, m->unknown_score, 0);
	return single;
}

TK_INLINE void fill(struct lattice *l, const tok_model *m, tok_bytes chunk,
		    bool characters, bool floats)
{
	/* Not all of the lattice is there: it is larger than most chunks. */
	l->model = m;
	l->chunk = chunk;
	l->n_steps = 0;
	l->lowest = 0.0;
	l->rises = false;
	for (size_t i = 0; i <= chunk.n; i++)
		l->at[i] = (struct place){-INFINITY, -INFINITY, 0, 0};
	l->at[0].best = 0.0;
	for (size_t i = 0; i < chunk.n; l->n_steps++) {
		l->lowest = lesser(l->lowest, l->at[i].best);
		i += relax(l, i, characters, floats);
	}
}

/* Writes the path's ids; returns the least margin at its places. */
static double trace(const struct lattice *l, struct tk_answer *out)
{
	double margin = INFINITY;
	size_t n = 0;

	for (size_t i = l->chunk.n; i; i -= l->at[i].size) {
		margin = lesser(margin, l->at[i].best - l->at[i].second);
		n++;
	}
	out->n = 0;
	out->unknown = false;
	if (n > TK_ANSWER_IDS)
		return 0.0;
	out->n = n;
	for (size_t i = l->chunk.n; i; i -= l->at[i].size) {
		out->id[--n] = l->model->trie.id[l->at[i].unit];
		out->unknown |= out->id[n] < 0;
	}
	return margin;
}

void tk_margin(const tok_model *m, tok_bytes chunk, struct tk_answer *out)
{
	bool floats = !tk_sums_doubles(m->arithmetic);
	struct lattice l;

	if (floats)
		fill(&l, m, chunk, true, true);
	else
		fill(&l, m, chunk, m->arithmetic == TK_HF_DOUBLE, false);
	double margin = trace(&l, out);
	double value = l.at[chunk.n].best;
	double half_ulp = floats ? 0x1p-24 : 0x1p-53;
	double per_sum = 2 * (double)l.n_steps * (half_ulp + 0x1p-53) *
			 (1 + 0x1p-8);
	double reach = margin / per_sum + value;

	if (m->arithmetic == TK_SP_FLOAT)
		reach = lesser(reach, (double)TK_REBASE - 1 + l.lowest);
	out->reach = 0.0;
	if (l.rises || !(margin > 0.0) || !(reach >= LEAST_REACH) ||
	    !(value >= -MOST_REACH))
		return;
	/* Less by what a sum may be off that is known about, and by how a
	 * float is rounded; and finite. */
	out->reach = lesser(reach, MOST_REACH) * (1 - 0x1p-10);
}
