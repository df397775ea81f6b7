/* SPDX-License-Identifier: Apache-2.0 */
/* Plain recursion over all ways to begin what is left. */
#include "ref_segment.h"

#include <stdbool.h>
#include <string.h>

struct search {
	const struct ref_piece *piece;
	size_t n_pieces;
	tok_bytes text;
	void (*see)(void *ctx, const struct ref_path *path);
	void *ctx;
	struct ref_path path;
};

static void search_from(struct search *s, size_t at)
{
	if (at == s->text.n) {
		s->see(s->ctx, &s->path);
		return;
	}
	for (size_t i = 0; i < s->n_pieces; i++) {
		const struct ref_piece *p = &s->piece[i];

		if (p->bytes.n > s->text.n - at ||
		    memcmp(p->bytes.p, s->text.p + at, p->bytes.n) != 0)
			continue;
		s->path.id[s->path.n] = p->id;
		s->path.size[s->path.n++] = p->bytes.n;
		s->path.score += p->score;
		search_from(s, at + p->bytes.n);
		s->path.score -= p->score;
		s->path.n--;
	}
}

void ref_each_path(const struct ref_piece *piece, size_t n_pieces,
		   tok_bytes text,
		   void (*see)(void *ctx, const struct ref_path *path),
		   void *ctx)
{
	struct search s = {
		.piece = piece,
		.n_pieces = n_pieces,
		.text = text,
		.see = see,
		.ctx = ctx,
	};

	search_from(&s, 0);
}

struct choice {
	bool any;
	struct ref_path path;
};

static bool better(const struct ref_path *a, const struct ref_path *b)
{
	if (a->score != b->score)
		return a->score > b->score;
	if (a->n != b->n)
		return a->n < b->n;
	for (size_t i = a->n; i--;)
		if (a->size[i] != b->size[i])
			return a->size[i] < b->size[i];
	return false;
}

static void keep_better(void *ctx, const struct ref_path *path)
{
	struct choice *best = ctx;

	if (!best->any || better(path, &best->path))
		best->path = *path;
	best->any = true;
}

struct ref_path ref_best_path(const struct ref_piece *piece, size_t n_pieces,
			      tok_bytes text)
{
	struct choice best = {.any = false};

	ref_each_path(piece, n_pieces, text, keep_better, &best);
	return best.path;
}
