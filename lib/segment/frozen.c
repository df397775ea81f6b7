/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Back pointers, run-length-coded. In: slots in rising order. Out: the same,
 * in falling order. Where a text repeats itself, as a run of one character,
 * its back pointers do so, too, but for what rounding makes of them now and
 * then: at the period of one slot or that of the character's bytes (those
 * inside it have none). What does not repeat takes 8 bytes a slot.
 *
 * A run repeats its own slots alone, so that it is read without the others.
 */
#include "segment/frozen.h"

#include <string.h>

/* Shorter repetitions would take more than the slots themselves. */
enum { REPEATS = 64 };

void tk_frozen_release(struct tk_frozen *f, const tok_alloc *alloc)
{
	tk_free(alloc, f->back, f->cap_backs, sizeof(*f->back));
	tk_free(alloc, f->run, f->cap_runs, sizeof(*f->run));
	*f = (struct tk_frozen){0};
}

static tok_status begin_run(struct tk_frozen *f, const tok_alloc *alloc)
{
	if (!tk_grow(alloc, (void **)&f->run, &f->cap_runs, f->n_runs + 1,
		     sizeof(*f->run)))
		return TOK_E_MEMORY;
	f->run[f->n_runs++] = (struct tk_frozen_run){0};
	return TOK_OK;
}

/* Has the last run come to repeat itself? */
static void seek_period(struct tk_frozen *f, struct tk_frozen_run *run)
{
	const uint64_t *last = f->back + f->n_backs - 1;
	size_t most = run->n_own - 1;

	if (most > TK_FROZEN_PERIOD)
		most = TK_FROZEN_PERIOD;
	for (size_t p = 1; p <= most; p++) {
		uint32_t *same = &f->same[p - 1];

		*same = *last == *(last - p) ? *same + 1 : 0;
		if (*same < REPEATS)
			continue;
		f->n_backs -= REPEATS;
		run->n_own -= REPEATS;
		run->n_again = REPEATS;
		run->period = p;
		f->phase = REPEATS % p;
		memset(f->same, 0, sizeof(f->same));
		return;
	}
}

static tok_status add(struct tk_frozen *f, const tok_alloc *alloc, uint64_t x)
{
	struct tk_frozen_run *run = f->n_runs ? f->run + f->n_runs - 1 : NULL;

	if (run && run->period &&
	    f->back[f->n_backs - run->period + f->phase] == x) {
		run->n_again++;
		if (++f->phase == run->period)
			f->phase = 0;
		return TOK_OK;
	}
	if ((!run || run->period) && begin_run(f, alloc))
		return TOK_E_MEMORY;
	if (!tk_grow(alloc, (void **)&f->back, &f->cap_backs, f->n_backs + 1,
		     sizeof(*f->back)))
		return TOK_E_MEMORY;
	f->back[f->n_backs++] = x;
	run = f->run + f->n_runs - 1;
	run->n_own++;
	seek_period(f, run);
	return TOK_OK;
}

tok_status tk_frozen_add(struct tk_frozen *f, const tok_alloc *alloc,
			 const uint32_t *unit, const uint16_t *size, size_t n)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++)
		st = add(f, alloc,
			 size[i] ? (uint64_t)unit[i] << 16 | size[i] : 0);
	f->n += n;
	return st;
}

struct tk_frozen_reader tk_frozen_read(const struct tk_frozen *f)
{
	return (struct tk_frozen_reader){
		.run = f->run + f->n_runs,
		.back = f->back + f->n_backs,
		.begin = f->n,
	};
}

uint64_t tk_frozen_at(struct tk_frozen_reader *r, size_t slot)
{
	while (slot < r->begin) {
		r->run--;
		r->begin -= r->run->n_own + r->run->n_again;
		r->back -= r->run->n_own;
	}
	size_t i = slot - r->begin, n_own = r->run->n_own;

	if (i < n_own)
		return r->back[i];
	return r->back[n_own - r->run->period + (i - n_own) % r->run->period];
}
