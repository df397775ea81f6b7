/* SPDX-License-Identifier: Apache-2.0 */
/* In: a model. Out: its pieces as an automaton, and their scores in its
 * lattice. */
#include "segment/endings.h"

#include "base/memory.h"
#include "segment/lattice.h"

void tk_endings_release(struct tk_endings *e)
{
	tk_free(e->alloc, e->score, e->automaton.cap_endings,
		sizeof(*e->score));
	tk_automaton_release(&e->automaton);
	*e = (struct tk_endings){.alloc = e->alloc};
}

tok_status tk_endings_prepare(struct tk_endings *e, const tok_model *model)
{
	if (e->score)
		return TOK_OK;
	e->automaton.alloc = e->alloc;
	tok_status st = tk_automaton_init(&e->automaton, model);
	if (st)
		return st;
	e->score = tk_new(e->alloc, e->automaton.cap_endings,
			  sizeof(*e->score));
	if (!e->score) {
		tk_endings_release(e);
		return TOK_E_MEMORY;
	}
	e->has_unknown = tk_lattice_of_characters(model) && model->unknown >= 0;
	e->score[0] = tk_lattice_score(model, -1);
	for (uint32_t i = 1; i <= e->automaton.n_endings; i++)
		e->score[i] = tk_lattice_score(model,
					       e->automaton.ending[i].id);
	return TOK_OK;
}
