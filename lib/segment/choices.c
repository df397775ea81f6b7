/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: the sums of a chunk. Out: at each slot the running sums of what may be
 * chosen, beside the steps; what weighs nothing is left out. The sums are made
 * as the filter makes them, in its order, so that the last is the slot's own.
 */
#include "segment/choices.h"

/* The part of the memory that is for keys; less of it than this keeps
 * nothing. */
enum { KEYS_PART = 4, LEAST_SIZE = 1 << 18 };
_Static_assert(8 * TK_CHOICES_GRACE < LEAST_SIZE / 2, "there is more");

void tk_choices_release(struct tk_choices_table *t)
{
	tk_free(t->alloc, t->key, t->n_keys, sizeof(*t->key));
	tk_free(t->alloc, t->word, t->cap_words, sizeof(*t->word));
	*t = (struct tk_choices_table){.alloc = t->alloc};
}

tok_status tk_choices_prepare(struct tk_choices_table *t, size_t size,
			      double alpha)
{
	size_t n_sets = 1, most = size / KEYS_PART / sizeof(*t->key) / 2;

	if (size < LEAST_SIZE || (t->key && t->alpha == alpha))
		return TOK_OK;
	tk_choices_release(t);
	t->shift = 64;
	for (; 2 * n_sets <= most; n_sets *= 2)
		t->shift--;
	t->n_keys = 2 * n_sets;
	t->cap_words = (size - t->n_keys * sizeof(*t->key)) / 8;
	t->key = tk_new_zeroed(t->alloc, t->n_keys, sizeof(*t->key));
	t->word = tk_new(t->alloc, t->cap_words, sizeof(*t->word));
	t->alpha = alpha;
	if (t->key && t->word)
		return TOK_OK;
	tk_choices_release(t);
	return TOK_E_MEMORY;
}

/* A chunk's, before it is known how many there are. */
struct draft {
	struct tk_choices head;
	double sum[TK_CHUNK_SIZE * (TK_CHUNK_SIZE + 1) / 2];
	uint32_t step[TK_CHUNK_SIZE * (TK_CHUNK_SIZE + 1) / 2];
	uint8_t n;
};

static void add(struct draft *d, double part, double *sum, tok_id id,
		size_t size)
{
	*sum += part;
	if (part <= 0.0)
		return;
	d->sum[d->n] = *sum;
	d->step[d->n++] = tk_choices_step(id, size);
}

static void fill(struct draft *d, const struct tk_filter *f)
{
	const struct tk_tempered *law = f->law;

	for (size_t k = 1; k <= f->next; k++) {
		const struct tk_slot *slot = &f->slot[k];
		const struct tk_weighted *p;
		double sum = 0.0;

		d->head.first[k] = d->n;
		for (uint32_t i = slot->ending; i; i = p->next) {
			p = &law->piece[i];
			add(d, slot[-(ptrdiff_t)p->size].m * p->m, &sum,
			    law->ending[i].id, p->size);
		}
		if (slot->unknown)
			add(d, slot[-(ptrdiff_t)slot->unknown].m *
			       law->unknown.m, &sum, -1, slot->unknown);
	}
	d->head.first[f->next + 1] = d->n;
}

/* Where n words may be written in one piece. */
static uint64_t make_room(struct tk_choices_table *t, size_t n)
{
	size_t left = t->cap_words - t->n_words % t->cap_words;

	if (left < n)
		t->n_words += left;
	return t->n_words;
}

/* The id of the only path of size bytes, or -1 if there are others or it has
 * more. */
static tok_id only_of(const struct draft *d, size_t size)
{
	uint32_t step = d->step[d->n - 1];

	if (d->n - d->head.first[size] != 1 || (step & 31) != size)
		return -1;
	return (tok_id)(step >> 5) - 1;
}

const struct tk_choices_key *
tk_choices_put(struct tk_choices_table *t, struct tk_choices_key *set,
	       const struct tk_key *key, const struct tk_filter *f)
{
	struct draft d;

	d.n = 0;

	fill(&d, f);
	size_t n = d.n, head = sizeof(d.head) / 8;
	uint64_t at = make_room(t, head + n + (n + 1) / 2);
	uint64_t *to = t->word + at % t->cap_words;

	memcpy(to, &d.head, sizeof(d.head));
	memcpy(to + head, d.sum, n * sizeof(*d.sum));
	memcpy(to + head + n, d.step, n * sizeof(*d.step));
	t->n_words = at + head + n + (n + 1) / 2;
	/* The first of a set is the one put there last. */
	set[1] = set[0];
	set[0] = (struct tk_choices_key){*key, at << 8 | f->next,
					 only_of(&d, f->next)};
	return &set[0];
}
