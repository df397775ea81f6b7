/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Do two models give the same ids? In: an encoder of each, texts. Out: how
 * many texts do, and of how many others both paths have the same scores.
 */
#include "segment/encoder.h"

static bool same_ids(const tok_ids *x, const tok_ids *y)
{
	return x->n == y->n &&
	       (!x->n || !memcmp(x->id, y->id, x->n * sizeof(*x->id)));
}

/* Sums of our own models' scores, which are multiples of 2^-16, are exact. */
static double score_of(const tok_model *m, const tok_ids *ids)
{
	double sum = 0;

	for (size_t i = 0; i < ids->n; i++)
		sum += tok_model_score(m, ids->id[i]);
	return sum;
}

static bool tie(const tok_model *m, const tok_ids *x, const tok_ids *y)
{
	for (size_t i = 0; i < y->n; i++)
		if (y->id[i] >= m->n_ids)
			return false;
	double sum = score_of(m, x), other = score_of(m, y);
	return x->n == y->n && !(sum < other) && !(sum > other);
}

tok_status tok_agree(tok_encoder *one, tok_encoder *other,
		     const tok_bytes *text, size_t n, tok_agreement *sum)
{
	tok_ids x, y;
	tok_status st = TOK_OK;

	tok_ids_init(&x, one->alloc);
	tok_ids_init(&y, other->alloc);
	for (size_t i = 0; !st && i < n; i++) {
		x.n = y.n = 0;
		st = tok_encode(one, text[i], &x);
		if (!st)
			st = tok_encode(other, text[i], &y);
		if (st)
			break;
		sum->texts++;
		sum->tokens += x.n;
		if (same_ids(&x, &y))
			sum->same++;
		else
			sum->ties += tie(one->model, &x, &y);
	}
	tok_ids_release(&x);
	tok_ids_release(&y);
	return st;
}
