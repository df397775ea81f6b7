/* SPDX-License-Identifier: Apache-2.0 */
#include "ref_lattice.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "model/loaded.h"

struct search {
	const tok_model *m;
	tok_bytes text;
	struct ref_lattice_path *path, now;
	size_t n;
};

static bool of_characters(const tok_model *m)
{
	return m->arithmetic != TK_INTEGER && m->arithmetic != TK_DOUBLE;
}

static size_t char_size(uint8_t c)
{
	return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

static size_t n_chars(tok_bytes s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i += char_size(s.p[i]))
		n++;
	return n;
}

static double score_of(const tok_model *m, tok_id id)
{
	double n = (double)n_chars(tk_model_bytes(m, id));

	if (m->kind[id] != TOK_KIND_USER)
		return m->score[id];
	return m->arithmetic == TK_SP_FLOAT_OLD
		       ? n * (double)m->user_score - 0.1
		       : 0.1 * (n - 1);
}

/* Does this piece stand at i? */
static bool stands(const tok_model *m, tok_id id, tok_bytes text, size_t i)
{
	tok_bytes piece = tk_model_bytes(m, id);

	return tk_kind_matches(m->kind[id]) && piece.n &&
	       piece.n <= text.n - i && !memcmp(piece.p, text.p + i, piece.n);
}

static void go_on(struct search *s, size_t at, tok_id id, size_t size,
		  double score);

static void from(struct search *s, size_t at)
{
	size_t single = of_characters(s->m) ? char_size(s->text.p[at]) : 1;
	bool covered = !of_characters(s->m);

	if (single > s->text.n - at)
		single = s->text.n - at;
	for (tok_id id = 0; id < s->m->n_ids; id++) {
		if (!stands(s->m, id, s->text, at))
			continue;
		size_t size = tk_model_bytes(s->m, id).n;
		covered |= size == single;
		go_on(s, at, id, size, score_of(s->m, id));
	}
	if (!covered && s->m->unknown >= 0)
		go_on(s, at, -1, single, s->m->unknown_score);
}

static void go_on(struct search *s, size_t at, tok_id id, size_t size,
		  double score)
{
	double before = s->now.score;

	s->now.id[s->now.n++] = id;
	s->now.score += score;
	if (at + size < s->text.n) {
		from(s, at + size);
	} else {
		assert(s->n < REF_LATTICE_PATHS);
		s->path[s->n++] = s->now;
	}
	s->now.n--;
	s->now.score = before;
}

size_t ref_lattice_paths(const tok_model *m, tok_bytes text,
			 struct ref_lattice_path *path)
{
	struct search s = {.m = m, .text = text, .path = path};

	assert(text.n && text.n <= REF_LATTICE_TEXT);
	from(&s, 0);
	return s.n;
}

/* The sums are kept near 1 by dividing all of them: here probabilities count
 * and not bits, which a draw between two neighbours hardly ever shows. */
static size_t last_piece(const tok_model *m, tok_bytes text, size_t k,
			 double alpha, const double *sum, double u,
			 tok_id *chosen)
{
	double all = sum[k], part = 0;
	size_t size = 0, longest = m->max_piece < k ? m->max_piece : k;

	for (size_t n = longest; n; n--) {
		tok_bytes s = {text.p + k - n, n};
		tok_id id = tk_trie_find(&m->trie, s);
		if (id < 0)
			continue;
		/* Logarithms: log F(k - n) + alpha * score - log F(k). */
		part += exp(sum[k - n] + alpha * m->score[id] - all);
		size = n;
		*chosen = id;
		if (part > u)
			break;
	}
	return size;
}

static double number_of(tk_philox start, uint64_t at)
{
	uint64_t z = start.word[0] + at * UINT64_C(0x9E3779B97F4A7C15);

	z ^= z >> 30;
	z *= UINT64_C(0xBF58476D1CE4E5B9);
	z ^= start.word[1];
	z ^= z >> 27;
	z *= UINT64_C(0x94D049BB133111EB);
	z ^= z >> 31;
	return (double)(z >> 11) / 9007199254740992.0;
}

static double log_add(double a, double b)
{
	double high = a > b ? a : b, low = a > b ? b : a;

	return high + log1p(exp(low - high));
}

size_t ref_lattice_sample(const tok_model *m, tok_bytes text, double alpha,
			  uint64_t at, tok_key key, double *sum, tok_id *id)
{
	tk_philox start = tk_philox2x64(key.seed, key.document, key.epoch);
	size_t n = 0;

	sum[0] = 0;
	for (size_t k = 1; k <= text.n; k++) {
		sum[k] = -INFINITY;
		for (size_t size = 1; size <= k && size <= m->max_piece;
		     size++) {
			tok_id piece = tk_trie_find(
				&m->trie,
				(tok_bytes){text.p + k - size, size});
			if (piece >= 0)
				sum[k] = log_add(sum[k], sum[k - size] +
						 alpha * m->score[piece]);
		}
	}
	for (size_t k = text.n; k;) {
		double u = number_of(start, at + k);

		k -= last_piece(m, text, k, alpha, sum, u, &id[n++]);
	}
	for (size_t i = 0; i < n / 2; i++) {
		tok_id swap = id[i];

		id[i] = id[n - 1 - i];
		id[n - 1 - i] = swap;
	}
	return n;
}
