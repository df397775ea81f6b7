/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lattice of a whole document, for those who need all of it at once: its
 * positions, and at each the last steps of the paths that lead there.
 */
#ifndef TK_TRELLIS_H
#define TK_TRELLIS_H

#include "segment/endings.h"

/* Behind a byte. Nothing ends inside a character where the model's lattice is
 * one of characters. */
struct tk_place {
	uint32_t ending; /* the longest piece that ends here; 0: none does */
	uint8_t unknown; /* bytes of the character that ends here, if it may
			    be unknown; else 0 */
};

/* The last step of a path: one at a place is told by its size. */
struct tk_step_back {
	uint32_t ending; /* 0: an unknown character */
	uint32_t size;   /* bytes; 0: no step */
};

/* Zero it but for alloc. Eight bytes a byte of text. */
struct tk_trellis {
	const tok_alloc *alloc;
	const tok_model *model;
	const struct tk_endings *endings;
	struct tk_place *place; /* 0 .. n */
	size_t n;               /* bytes of all stretches */
	size_t cap;
};

void tk_trellis_release(struct tk_trellis *t);
/* The lattice of nothing: one place. TOK_E_MEMORY. */
tok_status tk_trellis_begin(struct tk_trellis *t, const tok_model *model,
			    const struct tk_endings *endings);
/* Appends a stretch that no piece reaches out of. TOK_E_MEMORY; TOK_E_LIMIT
 * beyond 2^32 - 1 bytes in all. */
tok_status tk_trellis_add(struct tk_trellis *t, tok_bytes stretch);

/* The steps to place k, the longest first: call with *x zeroed; false behind
 * the last. Where one comes from there may be no path to. */
static inline bool tk_trellis_next(const struct tk_trellis *t, size_t k,
				   struct tk_step_back *x)
{
	const struct tk_ending *ending = t->endings->automaton.ending;
	const struct tk_place *place = &t->place[k];

	if (x->size && !x->ending)
		return false;
	x->ending = x->size ? ending[x->ending].next : place->ending;
	x->size = x->ending ? ending[x->ending].size : place->unknown;
	return x->size > 0;
}

static inline double tk_trellis_score(const struct tk_trellis *t,
				      struct tk_step_back x)
{
	return t->endings->score[x.ending];
}

/* -1: an unknown character. */
static inline tok_id tk_trellis_id(const struct tk_trellis *t,
				   struct tk_step_back x)
{
	return x.ending ? t->endings->automaton.ending[x.ending].id : -1;
}

#endif
