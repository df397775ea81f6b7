/* SPDX-License-Identifier: Apache-2.0 */
/* In: threads that want tables. Out: the first of them makes them; the others
 * go on without, as what they do instead gives the same ids, until all is
 * written that they will read. */
#include "segment/match_tables.h"

enum { NONE, IN_WORK, THERE, HOPELESS };

const struct tk_matches *tk_match_tables_get(struct tk_match_tables *t)
{
	int state = atomic_load_explicit(&t->state, memory_order_acquire);

	return state == THERE ? &t->matches : NULL;
}

tok_status tk_match_tables_make(struct tk_match_tables *t,
				const tok_model *model)
{
	int before = NONE;
	bool fits;

	if (atomic_load_explicit(&t->state, memory_order_relaxed) != NONE ||
	    !atomic_compare_exchange_strong(&t->state, &before, IN_WORK))
		return TOK_OK;
	t->matches = (struct tk_matches){.alloc = t->alloc};
	tok_status st = tk_matches_init(&t->matches, model, &fits);
	atomic_store_explicit(&t->state, st ? NONE : fits ? THERE : HOPELESS,
			      memory_order_release);
	return st;
}

void tk_match_tables_release(struct tk_match_tables *t)
{
	tk_matches_release(&t->matches);
	atomic_store(&t->state, NONE);
}
