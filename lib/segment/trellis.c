/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: the pre-tokens of a document, one after the other. Out: their lattices
 * as one. Every path passes where one ends and the next begins, since the
 * automaton starts anew there.
 */
#include "segment/trellis.h"

#include "base/memory.h"
#include "model/cuts.h"
#include "segment/lattice.h"

void tk_trellis_release(struct tk_trellis *t)
{
	tk_free(t->alloc, t->place, t->cap, sizeof(*t->place));
	*t = (struct tk_trellis){.alloc = t->alloc};
}

static tok_status reserve(struct tk_trellis *t, size_t n_places)
{
	return tk_grow(t->alloc, (void **)&t->place, &t->cap, n_places,
		       sizeof(*t->place))
		       ? TOK_OK
		       : TOK_E_MEMORY;
}

tok_status tk_trellis_begin(struct tk_trellis *t, const tok_model *model,
			    const struct tk_endings *endings)
{
	tok_status st = reserve(t, 1);

	if (st)
		return st;
	t->model = model;
	t->endings = endings;
	t->place[0] = (struct tk_place){0, 0};
	t->n = 0;
	return TOK_OK;
}

/* Behind a character of given size, where the automaton is at node. */
static struct tk_place place_at(const struct tk_trellis *t, uint32_t node,
				size_t size)
{
	const struct tk_automaton *a = &t->endings->automaton;
	struct tk_place place = {a->node[node].ending, 0};

	if (!t->endings->has_unknown)
		return place;
	for (uint32_t i = place.ending; i; i = a->ending[i].next)
		if (a->ending[i].size == size)
			return place;
	place.unknown = (uint8_t)size;
	return place;
}

tok_status tk_trellis_add(struct tk_trellis *t, tok_bytes s)
{
	const struct tk_node *nodes = t->endings->automaton.node;
	bool characters = tk_lattice_of_characters(t->model);
	uint32_t node = 0;

	if (s.n > UINT32_MAX - t->n)
		return TOK_E_LIMIT;
	tok_status st = reserve(t, t->n + s.n + 1);
	if (st)
		return st;
	struct tk_place *place = t->place + t->n;
	for (size_t k = 0; k < s.n;) {
		size_t size = characters ? tk_char_size(s.p + k, s.n - k) : 1;

		for (size_t end = k + size; k < end;) {
			node = tk_automaton_step(nodes, node, s.p[k++]);
			place[k] = (struct tk_place){0, 0};
		}
		place[k] = place_at(t, node, size);
	}
	t->n += s.n;
	return TOK_OK;
}
