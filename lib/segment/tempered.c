/* SPDX-License-Identifier: Apache-2.0 */
/* In: a model, an alpha. Out: w = p^alpha of every piece, behind which no
 * logarithm and no exponential is taken any more. */
#include "segment/tempered.h"

#include "base/logexp.h"
#include "base/memory.h"

#define MOST_BITS 0x1p39

void tk_tempered_release(struct tk_tempered *t)
{
	tk_free(t->alloc, t->piece, t->cap_pieces, sizeof(*t->piece));
	tk_free(t->alloc, t->place, t->cap_places, sizeof(*t->place));
	*t = (struct tk_tempered){.alloc = t->alloc};
}

struct tk_huge tk_tempered_weight(double bits)
{
	int64_t e = 0;

	bits = bits > MOST_BITS ? MOST_BITS : bits;
	bits = bits < -MOST_BITS ? -MOST_BITS : bits;
	double m = tk_exp2(bits, &e);
	/* Of 512 e' + r with r from -256 to 255. */
	int64_t place = e + 256 >= 0 ? (e + 256) / 512
				     : -((255 - e) / 512);
	return (struct tk_huge){m * tk_pow2(e - 512 * place), place};
}

static tok_status reserve(struct tk_tempered *t, size_t n)
{
	if (!tk_grow(t->alloc, (void **)&t->piece, &t->cap_pieces, n,
		     sizeof(*t->piece)) ||
	    !tk_grow(t->alloc, (void **)&t->place, &t->cap_places, n,
		     sizeof(*t->place)))
		return TOK_E_MEMORY;
	return TOK_OK;
}

tok_status tk_tempered_prepare(struct tk_tempered *t,
			       const struct tk_endings *endings, double alpha)
{
	const struct tk_automaton *a = &endings->automaton;
	const double scale = alpha * TK_LOG2E;

	if (!(alpha >= 0.0 && alpha <= TK_MAX_ALPHA))
		return TOK_E_ARGUMENT;
	if (t->endings == endings && t->alpha == alpha)
		return TOK_OK;
	t->endings = NULL;
	tok_status st = reserve(t, (size_t)a->n_endings + 1);
	if (st)
		return st;
	t->unknown = (struct tk_huge){0.0, 0};
	if (endings->has_unknown)
		t->unknown = tk_tempered_weight(scale * endings->score[0]);
	t->plain = !t->unknown.e;
	t->piece[0] = (struct tk_weighted){.size = 1};
	t->place[0] = 0;
	for (uint32_t i = 1; i <= a->n_endings; i++) {
		const struct tk_ending *x = &a->ending[i];
		struct tk_huge w = tk_tempered_weight(scale *
						      endings->score[i]);

		t->piece[i] = (struct tk_weighted){w.m, x->next, x->size};
		t->place[i] = (int32_t)w.e;
		t->plain &= !w.e;
	}
	t->node = a->node;
	t->ending = a->ending;
	t->endings = endings;
	t->alpha = alpha;
	return TOK_OK;
}
