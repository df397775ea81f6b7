/* SPDX-License-Identifier: Apache-2.0 */
#include "drawing.h"

void drawing_init(struct drawing *d, const tok_alloc *alloc)
{
	*d = (struct drawing){
		.endings.alloc = alloc,
		.law.alloc = alloc,
		.s = {.alloc = alloc, .choices.alloc = alloc},
		.c = {.path.alloc = alloc, .viterbi.alloc = alloc},
	};
}

tok_status drawing_begin(struct drawing *d, const tok_model *m, double alpha,
			 tok_key key, bool keeps)
{
	tok_status st = tk_endings_prepare(&d->endings, m);

	if (!st)
		st = tk_tempered_prepare(&d->law, &d->endings, alpha);
	d->c.model = m;
	if (!keeps)
		tk_choices_release(&d->s.choices);
	return st ? st : tk_sampler_begin(&d->s, &d->law,
					  keeps ? 1 << 20 : 0, key);
}

void drawing_release(struct drawing *d)
{
	tk_sampler_release(&d->s);
	tk_tempered_release(&d->law);
	tk_endings_release(&d->endings);
	tok_ids_release(&d->c.path);
}
