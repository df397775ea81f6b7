/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Viterbi the other way round: a kernel asks at each place which pieces begin
 * there, this asks which end there. In: a chunk. Out: the ids of its best path.
 *
 * First the lists of all places are read, then each place takes the best of
 * what its pieces offer. What it waits for is the place before: so the
 * piece of one byte, which comes from there, is looked at last. Values are sums
 * of the same two numbers as in the kernels, so they are equal to the last bit;
 * pieces are looked at from the longest on, as there, and of equal ones the
 * first stays, or with integers the last.
 */
#include "segment/pull.h"

#include <string.h>

#include "base/buf.h"
#include "base/memory.h"

enum {
	LEAST = 17, /* bytes of a chunk: shorter ones are mostly kept; */
	LEAST_ALONE = 40, /* where less than MUCH is read ahead, only longer
			     ones are worth it */
	MUCH = 1 << 8,        /* bytes */
	MOST_AHEAD = 1 << 12, /* bytes, which stay near until they are used */
	AHEAD = 16 /* places, for what they need to come from memory */
};

/* Room for all places of a chunk, and what is looked at around them. */
enum {
	N_BEST = TK_MATCHES_BEFORE + TK_PULL_MOST + 1,
	N_PLACES = TK_PULL_MOST + AHEAD
};

void tk_pull_release(struct tk_pull *p)
{
	tk_free(p->alloc, p->best, N_BEST, sizeof(*p->best));
	tk_free(p->alloc, p->place, N_PLACES, sizeof(*p->place));
	*p = (struct tk_pull){.alloc = p->alloc, .tables = p->tables};
}

/* Once there are tables. */
static tok_status prepare(struct tk_pull *p, const struct tk_matches *matches)
{
	p->best = tk_new_zeroed(p->alloc, N_BEST, sizeof(*p->best));
	p->place = tk_new(p->alloc, N_PLACES, sizeof(*p->place));
	if (!p->best || !p->place) {
		tk_pull_release(p);
		return TOK_E_MEMORY;
	}
	p->matches = matches;
	return TOK_OK;
}

/* Are the tables worth it, and there? To make them takes some 70 ns a unit of
 * the trie, and a byte without them 50 to 150 ns more. So when they are made,
 * about half of what they cost was lost without: whoever comes so far has
 * mostly more to come. */
static tok_status try(struct tk_pull *p, const tok_model *model, size_t size)
{
	const struct tk_matches *matches = tk_match_tables_get(p->tables);
	tok_status st = TOK_OK;

	if (!matches && (p->n_asked += size) >= model->trie.n_units / 2) {
		st = tk_match_tables_make(p->tables, model);
		matches = tk_match_tables_get(p->tables);
	}
	return st || !matches ? st : prepare(p, matches);
}

tok_status tk_pull_ask(struct tk_pull *p, const tok_model *model, size_t size,
		       bool *yes)
{
	tok_status st = TOK_OK;

	*yes = false;
	if (size < (p->n_ahead < MUCH ? LEAST_ALONE : LEAST) ||
	    size > TK_PULL_MOST ||
	    (model->arithmetic != TK_INTEGER && model->arithmetic != TK_DOUBLE))
		return TOK_OK;
	if (!p->matches && p->tables)
		st = try(p, model, size);
	*yes = p->matches != NULL;
	return st;
}

void tk_pull_begin(struct tk_pull *p, tok_bytes text)
{
	p->text = text;
	p->read.n = 0;
}

void tk_pull_part(struct tk_pull *p)
{
	p->read.n = 0;
}

void tk_pull_end(struct tk_pull *p)
{
	tk_pull_begin(p, (tok_bytes){NULL, 0});
}

/* Does part lie in text, behind its first n bytes? */
static bool lies_in(tok_bytes text, size_t n, tok_bytes part)
{
	uintptr_t begin = (uintptr_t)text.p, at = (uintptr_t)part.p;

	return text.n && at >= begin + n &&
	       at + part.n <= begin + text.n;
}

/* How much to read at once: more while most of it is used, which is not so
 * where most chunks are found without. */
static void adapt(struct tk_pull *p)
{
	if (p->n_used < p->read.n / 3)
		p->n_ahead /= 2;
	else if (p->n_used >= p->read.n / 2)
		p->n_ahead = 2 * p->n_ahead + 16;
	if (p->n_ahead > MOST_AHEAD)
		p->n_ahead = MOST_AHEAD;
}

/* The lists of a chunk. */
static uint32_t *read_chunk(struct tk_pull *p, tok_bytes chunk)
{
	if (!lies_in(p->read, p->n_done, chunk)) {
		adapt(p);
		p->read = chunk;
		if (lies_in(p->text, 0, chunk) && p->n_ahead > chunk.n) {
			size_t rest = p->text.n -
				      (size_t)(chunk.p - p->text.p);

			p->read.n = p->n_ahead < rest ? p->n_ahead : rest;
		}
		p->n_used = 0;
		tk_matches_read(p->matches, p->read, p->place);
		memset(p->place + p->read.n, 0, AHEAD * sizeof(*p->place));
	}
	size_t at = (size_t)(chunk.p - p->read.p);

	p->n_done = at + chunk.n;
	p->n_used += chunk.n;
	return p->place + at;
}

/* Of these one is used; as a union it would not stay in one register. */
struct number {
	int64_t i;
	double d;
};

/* The best path to a place so far. */
struct found {
	struct number value;
	uint32_t piece;
};

TK_INLINE struct number sum(union tk_cell a, union tk_cell b, bool exact)
{
	if (exact)
		return (struct number){.i = a.i + b.i};
	return (struct number){.d = a.d + b.d};
}

/* What a piece that ends at a place offers. */
TK_INLINE struct found offer(const union tk_cell *to, union tk_cell value,
			     uint32_t piece, bool exact)
{
	union tk_cell from = to[(ptrdiff_t)(piece & 0xFF) - 256];

	return (struct found){sum(from, value, exact), piece};
}

/* Which of two it is nobody can foretell: no branch. */
TK_INLINE struct found better(struct found a, struct found b, bool exact)
{
	bool second = exact ? b.value.i >= a.value.i : b.value.d > a.value.d;

	a.piece ^= (a.piece ^ b.piece) & (0 - (uint32_t)second);
	if (exact)
		a.value.i = b.value.i >= a.value.i ? b.value.i : a.value.i;
	else
		a.value.d = b.value.d > a.value.d ? b.value.d : a.value.d;
	return a;
}

/* The best of what is in a list. */
TK_INLINE struct found find(const struct tk_matches *m, uint32_t list,
			    const union tk_cell *to, bool exact)
{
	const union tk_cell *value = m->value + (list >> 8);
	const uint32_t *piece = m->piece + (list >> 8);
	struct found f = offer(to, value[0], piece[0], exact);

	f = better(f, offer(to, value[1], piece[1], exact), exact);
	f = better(f, offer(to, value[2], piece[2], exact), exact);
	for (size_t i = TK_MATCHES_PADDED; i < (list & 0xFF); i++)
		f = better(f, offer(to, value[i], piece[i], exact), exact);
	return f;
}

TK_INLINE void forward(struct tk_pull *p, tok_bytes chunk, uint32_t *place,
		       bool exact)
{
	const struct tk_matches *m = p->matches;
	union tk_cell *best = p->best + TK_MATCHES_BEFORE;
	struct found last = {.value = {.i = best[0].i, .d = best[0].d}};

	for (size_t k = 0; k < chunk.n; k++) {
		uint8_t c = chunk.p[k];
		struct found byte = {.piece = m->byte_piece[c]};

		TK_PREFETCH(m->value + (place[k + AHEAD] >> 8));
		TK_PREFETCH(m->piece + (place[k + AHEAD] >> 8));
		if (exact)
			byte.value.i = last.value.i + m->byte_value[c].i;
		else
			byte.value.d = last.value.d + m->byte_value[c].d;
		last = better(find(m, place[k], &best[k + 1], exact), byte,
			      exact);
		if (exact)
			best[k + 1].i = last.value.i;
		else
			best[k + 1].d = last.value.d;
		place[k] = last.piece;
	}
}

static tok_status backward(const uint32_t *place, size_t size, tok_ids *ids)
{
	tok_status st = tk_ids_room(ids, size);

	if (st)
		return st;
	tok_id *first = ids->id + ids->n, *to = first + size;
	for (size_t k = size; k;) {
		uint32_t piece = place[k - 1];

		*--to = tk_match_id(piece);
		k -= tk_match_size(piece);
	}
	size_t n = (size_t)(first + size - to);
	memmove(first, to, n * sizeof(*to));
	ids->n += n;
	return TOK_OK;
}

tok_status tk_pull_run(struct tk_pull *p, const tok_model *model,
		       tok_bytes chunk, union tk_cell *sum, tok_ids *ids)
{
	union tk_cell *best = p->best + TK_MATCHES_BEFORE;
	uint32_t *place = read_chunk(p, chunk);

	if (model->arithmetic == TK_INTEGER) {
		best[0].i = 0;
		forward(p, chunk, place, true);
	} else {
		best[0] = *sum;
		forward(p, chunk, place, false);
		*sum = best[chunk.n];
	}
	return backward(place, chunk.n, ids);
}
