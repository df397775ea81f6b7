/* SPDX-License-Identifier: Apache-2.0 */
/* In: a model, an alpha. Out: w = p^alpha of every piece, behind which no
 * logarithm and no exponential is taken any more. */
#include "segment/tempered.h"

#include "base/logexp.h"
#include "base/memory.h"
#include "segment/lattice.h"

#define MOST_BITS 0x1p39

void tk_tempered_release(struct tk_tempered *t)
{
	tk_free(t->alloc, t->piece, t->automaton.cap_endings,
		sizeof(*t->piece));
	tk_free(t->alloc, t->place, t->automaton.cap_endings,
		sizeof(*t->place));
	tk_automaton_release(&t->automaton);
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

static tok_status reserve(struct tk_tempered *t, const tok_model *model)
{
	if (t->piece)
		return TOK_OK;
	t->automaton.alloc = t->alloc;
	tok_status st = tk_automaton_init(&t->automaton, model);
	if (st)
		return st;
	t->piece = tk_new_zeroed(t->alloc, t->automaton.cap_endings,
				 sizeof(*t->piece));
	t->place = tk_new_zeroed(t->alloc, t->automaton.cap_endings,
				 sizeof(*t->place));
	if (!t->piece || !t->place) {
		tk_tempered_release(t);
		return TOK_E_MEMORY;
	}
	t->alpha = -1.0;
	return TOK_OK;
}

tok_status tk_tempered_prepare(struct tk_tempered *t, const tok_model *model,
			       double alpha)
{
	if (!(alpha >= 0.0 && alpha <= TK_MAX_ALPHA))
		return TOK_E_ARGUMENT;
	tok_status st = reserve(t, model);
	if (st || t->alpha == alpha)
		return st;
	const double scale = alpha * TK_LOG2E;
	t->unknown = tk_tempered_weight(scale * model->unknown_score);
	/* Hugging Face's lattice has no unknown where there is no id for it. */
	if (model->unknown < 0)
		t->unknown = (struct tk_huge){0.0, 0};
	t->plain = !t->unknown.e;
	t->piece[0].size = 1;
	for (uint32_t i = 1; i <= t->automaton.n_endings; i++) {
		const struct tk_ending *x = &t->automaton.ending[i];
		struct tk_huge w = tk_tempered_weight(
			scale * tk_lattice_score(model, x->id));

		t->piece[i] = (struct tk_weighted){w.m, x->next, x->size};
		t->place[i] = (int32_t)w.e;
		t->plain &= !w.e;
	}
	t->alpha = alpha;
	return TOK_OK;
}
