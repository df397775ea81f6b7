/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: a model's automaton. Out: the same one in tables; then, of a text, what
 * ends at each place: in about one and a half steps a byte.
 *
 * A step looks at one byte of the state that it may lead to. So what is no
 * state needs a label that nobody who comes there looks for. Units lie in
 * blocks of 256, and each base is that of one state: if all bases that lead to
 * a unit were taken, 256 states would lie in its block, and it would be one of
 * them. And a state that nothing goes on from need not be tried: it has the
 * link of the one that it fails to.
 */
#include "segment/matches.h"

#include <math.h>

#include "base/memory.h"
#include "model/automaton.h"
#include "model/scores.h"

enum {
	MOST_PIECES = 255,    /* in a list */
	MOST_ENTRIES = 1 << 24,
	LONGEST = 256,        /* bytes of a piece */
	FEW = 1 << 6          /* bytes, for one reader to be enough */
};

void tk_matches_release(struct tk_matches *m)
{
	tk_free(m->alloc, m->state, m->n_states, sizeof(*m->state));
	tk_free(m->alloc, m->list, m->n_states, sizeof(*m->list));
	tk_free(m->alloc, m->value, m->n_entries, sizeof(*m->value));
	tk_free(m->alloc, m->piece, m->n_entries, sizeof(*m->piece));
	*m = (struct tk_matches){.alloc = m->alloc};
}

/* Pieces in the list of those that end where `ending` does: not the last one,
 * a byte. */
static size_t count(const struct tk_automaton *a, uint32_t ending)
{
	size_t n = 0;

	for (uint32_t i = a->ending[ending].next; i; i = a->ending[i].next)
		n++;
	return n;
}

static size_t padded(size_t n)
{
	return n < TK_MATCHES_PADDED ? TK_MATCHES_PADDED : n;
}

/* How long all lists are, one for each piece that is the longest somewhere, and
 * an empty one; 0 if they cannot be had. */
static size_t size_of_lists(const struct tk_automaton *a)
{
	size_t n = TK_MATCHES_PADDED;

	for (uint32_t i = 1; i <= a->n_endings; i++) {
		size_t more = count(a, i);

		if (more > MOST_PIECES || a->ending[i].size > LONGEST)
			return 0;
		if (more)
			n += padded(more);
	}
	return n < MOST_ENTRIES ? n : 0;
}

static union tk_cell value_of(const tok_model *m, tok_id id)
{
	double score = m->score[id];

	if (m->arithmetic != TK_INTEGER)
		return (union tk_cell){.d = score};
	return (union tk_cell){
		.i = tk_viterbi_value(tk_score_in_trie(TK_INTEGER, score))};
}

/* Fills a list up with what offers less than any piece, from where no path that
 * is just being found comes: nothing waits for it. */
static size_t pad(struct tk_matches *m, const tok_model *model, size_t at,
		  size_t n)
{
	for (; n < TK_MATCHES_PADDED; n++, at++) {
		if (model->arithmetic == TK_INTEGER)
			m->value[at].i = INT64_MIN / 2;
		else
			m->value[at].d = -INFINITY;
		m->piece[at] = 256 - TK_MATCHES_BEFORE;
	}
	return at;
}

static uint32_t word_of(const struct tk_ending *e)
{
	return (uint32_t)e->id << 8 | (256 - e->size);
}

/* where[i] becomes the list of a state whose longest piece is i. */
static void fill_lists(struct tk_matches *m, const tok_model *model,
		       const struct tk_automaton *a, uint32_t *where)
{
	size_t at = pad(m, model, 0, 0);

	for (uint32_t i = 1; i <= a->n_endings; i++) {
		const struct tk_ending *e = &a->ending[i];
		size_t begin = at;

		where[i] = 0;
		for (; e->next; e = &a->ending[e->next], at++) {
			m->value[at] = value_of(model, e->id);
			m->piece[at] = word_of(e);
		}
		if (at == begin)
			continue;
		where[i] = (uint32_t)(begin << 8 | (at - begin));
		at = pad(m, model, at, at - begin);
	}
}

/* The pieces of one byte. */
static void fill_bytes(struct tk_matches *m, const tok_model *model,
		       const struct tk_automaton *a)
{
	for (unsigned c = 0; c < 256; c++) {
		uint32_t at = tk_automaton_step(a->node, 0, (uint8_t)c);
		const struct tk_ending *e = &a->ending[a->node[at].ending];

		m->byte_value[c] = value_of(model, e->id);
		m->byte_piece[c] = word_of(e);
	}
}

static uint32_t base_of(const struct tk_node *node)
{
	return node->link >> 9;
}

/* Which bases lead somewhere. */
static void find_bases(const struct tk_automaton *a, bool *leads)
{
	for (uint32_t i = 1; i < a->n_nodes; i++)
		if (a->node[i].link & TK_UNIT_USED)
			leads[i ^ (a->node[i].link & 0xFF)] = true;
}

/* The label of a unit that is nobody's child. */
static uint32_t no_label(const bool *leads, uint32_t at)
{
	uint32_t label = 0;

	while (label < 0xFF && leads[at ^ label])
		label++;
	return label;
}

static void fill_states(struct tk_matches *m, const struct tk_automaton *a,
			const bool *leads, const uint32_t *where)
{
	for (uint32_t i = 0; i < a->n_nodes; i++) {
		const struct tk_node *node = &a->node[i], *like = node;
		bool is_child = node->link & TK_UNIT_USED;

		while (is_child && !leads[base_of(like)])
			like = &a->node[like->fail];
		m->state[i].fail = like->fail;
		m->state[i].link = base_of(like) << 8;
		m->state[i].link |= is_child ? node->link & 0xFF
					     : no_label(leads, i);
		m->list[i] = where[node->ending];
	}
}

static tok_status fill(struct tk_matches *m, const tok_model *model,
		       const struct tk_automaton *a)
{
	size_t n = (size_t)a->n_endings + 1;
	uint32_t *where = tk_new_zeroed(m->alloc, n, sizeof(*where));
	bool *leads = tk_new_zeroed(m->alloc, a->n_nodes, sizeof(*leads));

	m->n_states = a->n_nodes;
	m->state = tk_new(m->alloc, m->n_states, sizeof(*m->state));
	m->list = tk_new(m->alloc, m->n_states, sizeof(*m->list));
	m->value = tk_new(m->alloc, m->n_entries, sizeof(*m->value));
	m->piece = tk_new(m->alloc, m->n_entries, sizeof(*m->piece));
	bool room = where && leads && m->state && m->list && m->value &&
		    m->piece;
	if (room) {
		fill_lists(m, model, a, where);
		fill_bytes(m, model, a);
		find_bases(a, leads);
		fill_states(m, a, leads, where);
	}
	tk_free(m->alloc, where, n, sizeof(*where));
	tk_free(m->alloc, leads, a->n_nodes, sizeof(*leads));
	if (room)
		return TOK_OK;
	tk_matches_release(m);
	return TOK_E_MEMORY;
}

tok_status tk_matches_init(struct tk_matches *m, const tok_model *model,
			   bool *fits)
{
	struct tk_automaton a = {.alloc = m->alloc};
	tok_status st = tk_automaton_init(&a, model);

	*fits = false;
	if (st)
		return st;
	m->n_entries = size_of_lists(&a);
	*fits = m->n_entries > 0;
	if (*fits)
		st = fill(m, model, &a);
	tk_automaton_release(&a);
	return st;
}

/* One way through text: behind the first k bytes, of which it reads end. */
struct reader {
	uint32_t at;
	size_t k, end;
};

/* From a state along the next byte, or to the one it fails to. No branch:
 * nobody can foretell it. */
TK_INLINE void step(const struct tk_match_state *state, const uint8_t *text,
		    struct reader *r, uint32_t *list)
{
	uint32_t c = text[r->k], fail = state[r->at].fail;
	uint32_t next = state[r->at].link >> 8 ^ c;
	uint32_t off = (state[next].link & 0xFF) ^ c;
	uint32_t taken = 0 - ((off - 1) >> 31);

	r->at = fail ^ ((fail ^ next) & taken);
	list[r->k] = r->at;
	r->k += taken & 1;
}

static void read_rest(const struct tk_match_state *state, const uint8_t *text,
		      struct reader *r, uint32_t *list)
{
	while (r->k < r->end)
		step(state, text, r, list);
}

/* A whole byte further. */
static void go_on(const struct tk_match_state *state, const uint8_t *text,
		  struct reader *r, uint32_t *list)
{
	for (size_t k = r->k; r->k == k;)
		step(state, text, r, list);
}

/* What ends behind the seam may begin before it: up to where reading on and
 * reading from the seam on have come to one state. */
static void mend(const struct tk_match_state *state, const uint8_t *text,
		 const struct reader *before, struct reader *behind,
		 uint32_t *list)
{
	struct reader on = *before, anew = {0, before->end, behind->end};

	while (on.at != anew.at) {
		if (on.k == behind->end) {
			behind->at = on.at;
			return;
		}
		go_on(state, text, &anew, list);
		go_on(state, text, &on, list);
	}
}

/* The least that is left to a reader: so many steps can be made by all. */
static size_t left(const struct reader *r, size_t n)
{
	size_t least = r[0].end - r[0].k;

	for (size_t i = 1; i < n; i++)
		if (r[i].end - r[i].k < least)
			least = r[i].end - r[i].k;
	return least;
}

/* Readers that go at once, none of which waits for what another waits for. */
enum { READERS = 5 };

static void read_at_once(const struct tk_match_state *state,
			 const uint8_t *text, struct reader *r, uint32_t *list)
{
	struct reader a = r[0], b = r[1], c = r[2], d = r[3], e = r[4];

	for (size_t n = left(r, READERS); n; n--) {
		step(state, text, &a, list);
		step(state, text, &b, list);
		step(state, text, &c, list);
		step(state, text, &d, list);
		step(state, text, &e, list);
	}
	r[0] = a, r[1] = b, r[2] = c, r[3] = d, r[4] = e;
}

void tk_matches_read(const struct tk_matches *m, tok_bytes text, uint32_t *list)
{
	const struct tk_match_state *state = m->state;
	size_t n = text.n < FEW ? 1 : READERS;
	struct reader r[READERS];

	for (size_t i = 0; i < n; i++)
		r[i] = (struct reader){0, text.n * i / n,
				       text.n * (i + 1) / n};
	while (n == READERS && left(r, n))
		read_at_once(state, text.p, r, list);
	for (size_t i = 0; i < n; i++)
		read_rest(state, text.p, &r[i], list);
	for (size_t i = 1; i < n; i++)
		mend(state, text.p, &r[i - 1], &r[i], list);
	for (size_t k = 0; k < text.n; k++)
		list[k] = m->list[list[k]];
}
