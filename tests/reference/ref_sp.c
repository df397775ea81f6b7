/* SPDX-License-Identifier: Apache-2.0 */
/* The four programs, statement by statement; every start tries every
 * piece. */
#include "ref_sp.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct node {
	double best; /* a float's value for SentencePiece */
	size_t start;
	int32_t id;
	bool reached;
};

struct constants {
	float unknown, highest;
};

static struct constants constants_of(const struct ref_sp_piece *piece,
				     size_t n)
{
	float lowest = FLT_MAX, highest = FLT_MIN;

	for (size_t i = 0; i < n; i++) {
		if (piece[i].user)
			continue;
		lowest = fminf(lowest, (float)piece[i].score);
		highest = fmaxf(highest, (float)piece[i].score);
	}
	return (struct constants){lowest - 10.0F, highest};
}

static bool begins(tok_bytes text, size_t at, tok_bytes piece)
{
	return piece.n <= text.n - at &&
	       memcmp(text.p + at, piece.p, piece.n) == 0;
}

static size_t character(tok_bytes text, size_t at)
{
	uint8_t c = text.p[at];
	size_t n = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

	return n < text.n - at ? n : text.n - at;
}

static struct node *nodes(size_t n)
{
	struct node *node = calloc(n + 1, sizeof(*node));

	if (!node)
		abort();
	node[0].reached = true;
	return node;
}

static size_t trace(struct node *node, size_t end, int32_t *id)
{
	size_t n = 0;

	for (size_t i = end; i; i = node[i].start)
		id[n++] = node[i].id;
	for (size_t i = 0; i < n / 2; i++) {
		int32_t swap = id[i];

		id[i] = id[n - 1 - i];
		id[n - 1 - i] = swap;
	}
	free(node);
	return n;
}

size_t ref_sp_old(const struct ref_sp_piece *piece, size_t n_pieces,
		  tok_bytes text, int32_t *id)
{
	struct constants c = constants_of(piece, n_pieces);
	struct node *node = nodes(text.n);

	for (size_t i = 0; i < text.n;) {
		float here = (float)node[i].best;
		size_t single = character(text, i);
		bool covered = false;

		for (size_t p = 0; p < n_pieces; p++) {
			size_t n = piece[p].bytes.n;
			if (!begins(text, i, piece[p].bytes))
				continue;
			float most = (float)n * c.highest;
			double score = piece[p].user ? (double)most - 0.1
						     : piece[p].score;
			double value = score + (double)here;
			struct node *to = &node[i + n];
			if (!to->reached || value > to->best)
				*to = (struct node){(double)(float)value, i,
						    piece[p].id, true};
			covered |= n == single;
		}
		float value = c.unknown + here;
		struct node *to = &node[i + single];
		if (!covered && (!to->reached || value > (float)to->best))
			*to = (struct node){(double)value, i, -1, true};
		i += single;
	}
	return trace(node, text.n, id);
}

/* From 0.2.2 on: what keeps floats precise in long texts. */
static void rebase(struct node *node, size_t i, size_t frontier)
{
	float here = (float)node[i].best;

	if (fabsf(here) <= 100000.0F)
		return;
	for (size_t k = i; k <= frontier; k++)
		if (node[k].reached) {
			float less = (float)node[k].best - here;

			node[k].best = (double)less;
		}
}

size_t ref_sp_new(const struct ref_sp_piece *piece, size_t n_pieces,
		  tok_bytes text, int32_t *id)
{
	struct constants c = constants_of(piece, n_pieces);
	struct node *node = nodes(text.n);
	size_t frontier = 0;

	for (size_t i = 0; i < text.n;) {
		rebase(node, i, frontier);
		float here = (float)node[i].best;
		size_t single = character(text, i);
		bool covered = false;

		for (size_t p = 0; p < n_pieces; p++) {
			size_t n = piece[p].bytes.n;
			if (!begins(text, i, piece[p].bytes))
				continue;
			frontier = i + n > frontier ? i + n : frontier;
			float score = piece[p].user
					      ? (float)(0.1 * (double)(n - 1))
					      : (float)piece[p].score;
			float value = score + here;
			struct node *to = &node[i + n];
			if (!to->reached || value > (float)to->best)
				*to = (struct node){(double)value, i,
						    piece[p].id, true};
			covered |= n == single;
		}
		float value = c.unknown + here;
		struct node *to = &node[i + single];
		if (!covered && (!to->reached || value > (float)to->best))
			*to = (struct node){(double)value, i, -1, true};
		i += single;
		frontier = i > frontier ? i : frontier;
	}
	return trace(node, text.n, id);
}

size_t ref_hf(const struct ref_sp_piece *piece, size_t n_pieces,
	      tok_bytes text, int32_t *id)
{
	struct node *node = nodes(text.n);
	double lowest = INFINITY;

	for (size_t p = 0; p < n_pieces; p++)
		lowest = fmin(lowest, piece[p].score);
	for (size_t i = 0; i < text.n;) {
		size_t single = character(text, i);
		bool covered = false;

		for (size_t p = 0; p < n_pieces; p++) {
			size_t n = piece[p].bytes.n;
			if (!begins(text, i, piece[p].bytes))
				continue;
			double value = piece[p].score + node[i].best;
			struct node *to = &node[i + n];
			if (!to->reached || value > to->best)
				*to = (struct node){value, i, piece[p].id,
						    true};
			covered |= n == single;
		}
		double value = lowest - 10.0 + node[i].best;
		struct node *to = &node[i + single];
		if (!covered && (!to->reached || value > to->best))
			*to = (struct node){value, i, -1, true};
		i += single;
	}
	return trace(node, text.n, id);
}

/* It goes by ends, and at each by the longest piece first. */
size_t ref_bytepiece(const struct ref_sp_piece *piece, size_t n_pieces,
		     tok_bytes text, int32_t *id)
{
	struct node *node = nodes(text.n);

	for (size_t end = 1; end <= text.n; end++)
		for (size_t start = 0; start < end; start++) {
			if (start + 255 < end)
				start = end - 255;
			for (size_t p = 0; p < n_pieces; p++) {
				tok_bytes b = piece[p].bytes;
				if (b.n != end - start ||
				    !begins(text, start, b))
					continue;
				double value = node[start].best +
					       piece[p].score;
				if (!node[end].reached ||
				    value > node[end].best)
					node[end] = (struct node){
						value, start, piece[p].id,
						true};
			}
		}
	return trace(node, text.n, id);
}
