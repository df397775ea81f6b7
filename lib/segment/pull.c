/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Viterbi the other way round: a kernel asks at each place which pieces begin
 * there, this asks which end there. One pass of an automaton says so (Aho and
 * Corasick 1975): less than two steps a byte, where a trie takes as many as the
 * pieces are long. In: a chunk. Out: the ids of its best path.
 *
 * Of each place only the value is kept; which piece gave it is looked for once
 * the path passes there. Values are sums of the same two numbers as in the
 * kernels, so they are equal to the last bit, and the first or the last piece
 * that gives the highest is the one that the kernels keep.
 */
#include "segment/pull.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/memory.h"
#include "model/automaton.h"
#include "model/scores.h"

enum {
	AT_ONCE = 4,        /* pieces that are looked at without a loop */
	MOST_PIECES = 255,  /* that end at one place */
	MOST_LAST = 1 << 24,
	LEAST = 40,         /* bytes, for four readers to be worth it */
	WORTH = 1 << 18     /* bytes; the tables cost as much as some thousand */
};

/* A state of the automaton; links as in tk_unit. */
struct tk_state {
	uint32_t link;
	uint32_t fail;
	uint32_t list; /* its pieces, the longest first: where they begin in
			  last << 8, and how many they are */
};

struct tk_last {
	union tk_cell value;
	uint32_t size; /* bytes */
	tok_id id;
};

void tk_pull_release(struct tk_pull *p)
{
	tk_free(p->alloc, p->state, p->n_states, sizeof(*p->state));
	tk_free(p->alloc, p->last, p->n_last, sizeof(*p->last));
	tk_free(p->alloc, p->best, TK_PULL_MOST + 1, sizeof(*p->best));
	tk_free(p->alloc, p->list, TK_PULL_MOST + 1, sizeof(*p->list));
	*p = (struct tk_pull){.alloc = p->alloc};
}

static size_t count(const struct tk_automaton *a, uint32_t ending)
{
	size_t n = 0;

	for (uint32_t i = ending; i; i = a->ending[i].next)
		n++;
	return n;
}

static size_t padded(size_t n)
{
	return n < AT_ONCE ? AT_ONCE : n;
}

/* Says how long all lists are, one for each piece that is the longest
 * somewhere; 0 if they cannot be had. */
static size_t size_of_lists(const struct tk_automaton *a)
{
	size_t n = 0;

	for (uint32_t i = 1; i <= a->n_endings; i++) {
		size_t more = count(a, i);

		if (more > MOST_PIECES)
			return 0;
		n += padded(more);
	}
	return n < MOST_LAST ? n : 0;
}

/* What ends nowhere: below all that does, and of one byte. */
static struct tk_last no_piece(const tok_model *m)
{
	if (m->arithmetic == TK_INTEGER)
		return (struct tk_last){.value.i = INT64_MIN / 2, .size = 1};
	return (struct tk_last){.value.d = -INFINITY, .size = 1};
}

static struct tk_last last_of(const tok_model *m, const struct tk_ending *e)
{
	struct tk_last last = {.size = e->size, .id = e->id};
	double score = m->score[e->id];

	if (m->arithmetic == TK_INTEGER)
		last.value.i = tk_viterbi_value(
			tk_score_in_trie(TK_INTEGER, score));
	else
		last.value.d = score;
	return last;
}

/* where[i] becomes what a state has in list whose longest piece is i. */
static void fill_lists(struct tk_pull *p, const tok_model *m,
		       const struct tk_automaton *a, uint32_t *where)
{
	size_t at = 0;

	where[0] = 0;
	for (uint32_t i = 1; i <= a->n_endings; i++) {
		size_t begin = at;

		for (uint32_t k = i; k; k = a->ending[k].next)
			p->last[at++] = last_of(m, &a->ending[k]);
		where[i] = (uint32_t)(begin << 8 | (at - begin));
		while (at - begin < AT_ONCE)
			p->last[at++] = no_piece(m);
	}
}

static tok_status fill(struct tk_pull *p, const tok_model *m,
		       const struct tk_automaton *a)
{
	size_t n = (size_t)a->n_endings + 1;
	uint32_t *where = tk_new(p->alloc, n, sizeof(*where));

	p->n_states = a->n_nodes;
	p->state = tk_new(p->alloc, p->n_states, sizeof(*p->state));
	p->last = tk_new(p->alloc, p->n_last, sizeof(*p->last));
	p->best = tk_new(p->alloc, TK_PULL_MOST + 1, sizeof(*p->best));
	p->list = tk_new(p->alloc, TK_PULL_MOST + 1, sizeof(*p->list));
	p->ready = where && p->state && p->last && p->best && p->list;
	if (p->ready)
		fill_lists(p, m, a, where);
	for (size_t i = 0; p->ready && i < p->n_states; i++)
		p->state[i] = (struct tk_state){a->node[i].link,
						a->node[i].fail,
						where[a->node[i].ending]};
	tk_free(p->alloc, where, n, sizeof(*where));
	if (p->ready)
		return TOK_OK;
	tk_pull_release(p);
	return TOK_E_MEMORY;
}

static tok_status prepare(struct tk_pull *p, const tok_model *m)
{
	struct tk_automaton a = {.alloc = p->alloc};
	tok_status st = tk_automaton_init(&a, m);

	if (st)
		return st;
	p->n_last = size_of_lists(&a);
	if (p->n_last)
		st = fill(p, m, &a);
	else
		p->hopeless = true;
	tk_automaton_release(&a);
	return st;
}

tok_status tk_pull_ask(struct tk_pull *p, const tok_model *model, size_t size,
		       bool *yes)
{
	tok_status st = TOK_OK;

	*yes = false;
	if (size < LEAST || size > TK_PULL_MOST || p->hopeless ||
	    (model->arithmetic != TK_INTEGER && model->arithmetic != TK_DOUBLE))
		return TOK_OK;
	if (!p->ready && (p->n_asked += size) >= WORTH)
		st = prepare(p, model);
	*yes = p->ready;
	return st;
}

TK_INLINE union tk_cell offer(const union tk_cell *to,
			      const struct tk_last *last, bool exact)
{
	const union tk_cell *from = to - last->size;
	union tk_cell offer;

	if (exact)
		offer.i = from->i + last->value.i;
	else
		offer.d = from->d + last->value.d;
	return offer;
}

TK_INLINE union tk_cell higher(union tk_cell a, union tk_cell b, bool exact)
{
	if (exact)
		a.i = b.i > a.i ? b.i : a.i;
	else
		a.d = b.d > a.d ? b.d : a.d;
	return a;
}

/* The best of a place that n pieces end at; there are AT_ONCE at least. */
TK_INLINE union tk_cell pull(const union tk_cell *to,
			     const struct tk_last *last, size_t n, bool exact)
{
	union tk_cell best = offer(to, last, exact);

	best = higher(best, offer(to, last + 1, exact), exact);
	best = higher(best, offer(to, last + 2, exact), exact);
	best = higher(best, offer(to, last + 3, exact), exact);
	for (size_t i = AT_ONCE; i < n; i++)
		best = higher(best, offer(to, last + i, exact), exact);
	return best;
}

/* From a state along a byte, or to the suffix that it fails to; says which. No
 * branch: nobody can foretell it. Every byte is a child of the root. */
TK_INLINE bool step(const struct tk_state *state, uint8_t c, uint32_t *at)
{
	const struct tk_state *s = &state[*at];
	uint32_t next = s->link >> 9 ^ c;
	bool taken = (state[next].link & TK_UNIT_MASK) == (TK_UNIT_USED | c);

	*at = s->fail ^ ((s->fail ^ next) & -(uint32_t)taken);
	return taken;
}

/* One way through text: behind the first k bytes, of which it reads end. */
struct reader {
	uint32_t at;
	size_t k, end;
};

TK_INLINE void read_one(const struct tk_state *state, const uint8_t *text,
			struct reader *r, uint32_t *list)
{
	bool taken = step(state, text[r->k], &r->at);

	list[r->k] = state[r->at].list;
	r->k += taken;
}

static void read_rest(const struct tk_state *state, const uint8_t *text,
		      struct reader *r, uint32_t *list)
{
	while (r->k < r->end)
		read_one(state, text, r, list);
}

/* What ends behind the seam may begin before it: up to where reading on and
 * reading from the seam on have come to one state. */
static void mend(const struct tk_state *state, const uint8_t *text,
		 const struct reader *before, struct reader *behind,
		 uint32_t *list)
{
	uint32_t at = before->at, anew = 0;

	for (size_t k = before->end; at != anew; k++) {
		if (k == behind->end) {
			behind->at = at;
			return;
		}
		while (!step(state, text[k], &at))
			continue;
		while (!step(state, text[k], &anew))
			continue;
		list[k] = state[at].list;
	}
}

/* Sets the list of each place: four readers at once, none of which waits for
 * what another one waits for. */
static void read_lists(struct tk_pull *p, tok_bytes chunk)
{
	enum { N = 4 };
	const struct tk_state *state = p->state;
	uint32_t *list = p->list + 1;
	struct reader r[N];

	for (size_t i = 0; i < N; i++)
		r[i] = (struct reader){0, chunk.n * i / N,
				       chunk.n * (i + 1) / N};
	while ((r[0].k < r[0].end) & (r[1].k < r[1].end) &
	       (r[2].k < r[2].end) & (r[3].k < r[3].end)) {
		read_one(state, chunk.p, &r[0], list);
		read_one(state, chunk.p, &r[1], list);
		read_one(state, chunk.p, &r[2], list);
		read_one(state, chunk.p, &r[3], list);
	}
	for (size_t i = 0; i < N; i++)
		read_rest(state, chunk.p, &r[i], list);
	for (size_t i = 1; i < N; i++)
		mend(state, chunk.p, &r[i - 1], &r[i], list);
}

TK_INLINE void forward(struct tk_pull *p, tok_bytes chunk, bool exact)
{
	read_lists(p, chunk);
	for (size_t k = 1; k <= chunk.n; k++)
		p->best[k] = pull(&p->best[k], p->last + (p->list[k] >> 8),
				  p->list[k] & 0xFF, exact);
}

/* The piece that the best path to a place ends with: among equals the longest,
 * or with integers the shortest. */
static const struct tk_last *find(const struct tk_pull *p, size_t k,
				  bool exact)
{
	const struct tk_last *last = p->last + (p->list[k] >> 8);
	const union tk_cell *to = &p->best[k];
	size_t n = p->list[k] & 0xFF;

	if (exact) {
		while (to[-(ptrdiff_t)last[n - 1].size].i +
			       last[n - 1].value.i != to->i)
			n--;
		return &last[n - 1];
	}
	while (!(to[-(ptrdiff_t)last->size].d + last->value.d >= to->d))
		last++;
	return last;
}

static tok_status backward(const struct tk_pull *p, size_t size, bool exact,
			   tok_ids *ids)
{
	tok_status st = tk_ids_room(ids, size);

	if (st)
		return st;
	tok_id *first = ids->id + ids->n, *to = first + size;
	for (size_t k = size; k;) {
		const struct tk_last *last = find(p, k, exact);

		*--to = last->id;
		k -= last->size;
	}
	size_t n = (size_t)(first + size - to);
	memmove(first, to, n * sizeof(*to));
	ids->n += n;
	return TOK_OK;
}

tok_status tk_pull_run(struct tk_pull *p, const tok_model *model,
		       tok_bytes chunk, union tk_cell *sum, tok_ids *ids)
{
	if (model->arithmetic == TK_INTEGER) {
		p->best[0].i = 0;
		forward(p, chunk, true);
		return backward(p, chunk.n, true, ids);
	}
	p->best[0] = *sum;
	forward(p, chunk, false);
	*sum = p->best[chunk.n];
	return backward(p, chunk.n, false, ids);
}
