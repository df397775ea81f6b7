/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Viterbi over the matches of a trie, front to back. In: a pre-token. Out:
 * the ids of its best path. Exact: integer sums, a written tie rule.
 *
 * Slot i stands for a position in text; slot 0 is one where all paths meet.
 * A piece from i to k offers k the value best[i] + value(piece). Starts come
 * in rising order, so accepting an equal offer leaves the shortest last
 * piece. Where no piece reaches across a slot, every path passes there: its
 * best path is final, is written out, and the slot becomes slot 0. Stretches
 * without such a place are looked at every SETTLE slots: the best paths to
 * all slots that can still be continued share a beginning, which is final.
 * Where they share none (a run of one letter whose remainder is best taken by
 * a longer piece at its front), the slots grow with the text.
 */
#include "segment/viterbi.h"

#include <string.h>

#include "base/buf.h"

#define LOWEST INT64_MIN

/* Scores are at least -2^22 nats * 2^16, so values stay above -2^59 for as
 * many slots as this. */
enum { SETTLE = 4096, MAX_REACH = 255 };

/* Where the walk stands. */
struct walk {
	tok_bytes text;
	size_t origin; /* position of slot 0 */
	size_t at;     /* slots below it have made their offers */
	size_t reach;  /* highest slot that has an offer; above it is LOWEST */
};

void tk_viterbi_release(struct tk_viterbi *v)
{
	tk_free(v->alloc, v->best, v->cap, sizeof(*v->best));
	tk_free(v->alloc, v->unit, v->cap, sizeof(*v->unit));
	tk_free(v->alloc, v->size, v->cap, sizeof(*v->size));
	*v = (struct tk_viterbi){.alloc = v->alloc};
}

/* Makes room for slots 0 .. need-1, keeping those there are. */
static tok_status reserve(struct tk_viterbi *v, size_t need)
{
	if (need <= v->cap)
		return TOK_OK;

	size_t cap = need < 2 * v->cap ? 2 * v->cap : need;
	struct tk_viterbi to = {.alloc = v->alloc, .cap = cap};
	to.best = tk_new(v->alloc, cap, sizeof(*to.best));
	to.unit = tk_new(v->alloc, cap, sizeof(*to.unit));
	to.size = tk_new(v->alloc, cap, sizeof(*to.size));
	if (!to.best || !to.unit || !to.size) {
		tk_viterbi_release(&to);
		return TOK_E_MEMORY;
	}
	if (v->cap) {
		memcpy(to.best, v->best, v->cap * sizeof(*to.best));
		memcpy(to.unit, v->unit, v->cap * sizeof(*to.unit));
		memcpy(to.size, v->size, v->cap * sizeof(*to.size));
	}
	for (size_t i = v->cap; i < cap; i++)
		to.best[i] = LOWEST;
	tk_viterbi_release(v);
	*v = to;
	return TOK_OK;
}

/* All pieces that begin at slot i make their offers; the new reach. */
TK_INLINE size_t relax(const struct tk_viterbi *v, const struct tk_unit *unit,
		       const uint8_t *text, size_t i, size_t n, size_t reach)
{
	int64_t here = v->best[i];
	uint32_t at = 0;

	for (size_t k = i; k < n;) {
		at = tk_trie_step(unit, at, text[k]);
		if (!at)
			break;
		k++;
		int32_t score = unit[at].score;
		if (score == TK_NO_PIECE)
			continue;
		int64_t value = here + tk_viterbi_value(score);
		if (value >= v->best[k]) {
			v->best[k] = value;
			v->unit[k] = at;
			v->size[k] = (uint8_t)(k - i);
		}
		if (k > reach)
			reach = k;
	}
	return reach;
}

/* Appends the ids of the best path from slot 0 to slot end. */
static tok_status emit(const struct tk_viterbi *v, const struct tk_trie *trie,
		       size_t end, tok_ids *ids)
{
	size_t n = 0;

	for (size_t i = end; i; i -= v->size[i])
		n++;
	tok_status st = tk_ids_reserve(ids, n, false);
	if (st)
		return st;
	ids->n += n;
	tok_id *to = ids->id + ids->n;
	for (size_t i = end; i; i -= v->size[i])
		*--to = trie->id[v->unit[i]];
	return TOK_OK;
}

/* The last slot that the best paths to all of at .. reach pass. */
static size_t meeting(const struct tk_viterbi *v, const struct walk *w)
{
	size_t live[MAX_REACH + 1] = {0}, n = 0;

	for (size_t i = w->at; i <= w->reach; i++)
		if (v->best[i] != LOWEST)
			live[n++] = i;
	for (;;) {
		size_t last = 0;
		bool same = true;

		for (size_t k = 1; k < n; k++) {
			same &= live[k] == live[0];
			if (live[k] > live[last])
				last = k;
		}
		if (same)
			return live[0];
		live[last] -= v->size[live[last]];
	}
}

/*
 * Writes out what is final, moves the rest to the front, and takes the value
 * at slot `at` off all that are live, so that values never run out of range.
 */
static tok_status settle(struct tk_viterbi *v, const struct tk_trie *trie,
			 struct walk *w, tok_ids *ids)
{
	size_t meet = meeting(v, w);
	int64_t base = v->best[w->at];
	tok_status st = emit(v, trie, meet, ids);

	if (st)
		return st;
	for (size_t i = w->at; i <= w->reach; i++)
		if (v->best[i] != LOWEST)
			v->best[i] -= base;
	if (!meet)
		return TOK_OK;

	size_t n = w->reach + 1 - meet;
	memmove(v->best, v->best + meet, n * sizeof(*v->best));
	memmove(v->unit, v->unit + meet, n * sizeof(*v->unit));
	memmove(v->size, v->size + meet, n * sizeof(*v->size));
	for (size_t i = n; i <= w->reach; i++)
		v->best[i] = LOWEST;
	w->origin += meet;
	w->at -= meet;
	w->reach -= meet;
	return TOK_OK;
}

/* From slot 0 to the next place where all paths meet, or to a settling. */
static tok_status advance(struct tk_viterbi *v, const struct tk_trie *trie,
			  struct walk *w, tok_ids *ids)
{
	const uint8_t *text = w->text.p + w->origin;
	size_t n = w->text.n - w->origin, at = w->at, reach = w->reach;
	size_t stop = at + SETTLE;
	tok_status st = reserve(v, stop + MAX_REACH + 1);

	if (st)
		return st;
	if (!at)
		v->best[0] = 0;
	do {
		reach = relax(v, trie->unit, text, at, n, reach);
		at++;
	} while (at < reach && at < stop);
	w->at = at;
	w->reach = reach;
	if (at < reach)
		return settle(v, trie, w, ids);

	st = emit(v, trie, at, ids);
	for (size_t i = 0; i <= at; i++)
		v->best[i] = LOWEST;
	w->origin += at;
	w->at = w->reach = 0;
	return st;
}

tok_status tk_viterbi(struct tk_viterbi *v, const struct tk_trie *trie,
		      tok_bytes text, tok_ids *ids)
{
	struct walk w = {.text = text};
	size_t before = ids->n;
	tok_status st = TOK_OK;

	while (!st && w.origin + w.at < text.n)
		st = advance(v, trie, &w, ids);
	if (st) {
		/* What is live is no longer all LOWEST; start afresh. */
		tk_viterbi_release(v);
		ids->n = before;
	}
	return st;
}
