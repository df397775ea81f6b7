/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Viterbi over the matches of a trie, front to back: all that does not depend
 * on the arithmetic. Included by the kernels, which each get a copy with
 * their own offers inlined.
 *
 * Slot i stands for a position in text; slot 0 is one where all paths meet.
 * A piece from i to k offers k the value best[i] + value(piece). Where no
 * piece reaches across a slot, every path passes there: its best path is
 * final, is written out, and the slot becomes slot 0. Stretches without such
 * a place are settled now and then: the best paths to all slots that can
 * still be continued share a beginning, which is final. Where they share none
 * (a run of one letter whose remainder is best taken at its front), the next
 * try waits until the stretch has doubled: all tries together cost as much as
 * the last. Of a stretch that has become long the front freezes: only its back
 * pointers are kept, in few bytes (frozen.h), and the rest goes on as one of
 * half the length. What is frozen is written out with the next slot that is
 * final; a place where paths meet is not looked for in it.
 */
#ifndef TK_WALK_H
#define TK_WALK_H

#include <string.h>

#include "base/buf.h"
#include "segment/viterbi.h"

/* How many slots to go before settling, or before values are shifted. */
enum { SETTLE = 4096 };

/* An arithmetic. */
struct kernel {
	union tk_cell lowest; /* below every value of a path */
	/* Values start from 0 again where all paths meet (exact sums), or go
	 * on from there (sums that round). */
	bool restarts;
	/* All pieces that begin at slot *at make their offers; *at becomes
	 * the next slot at which pieces may begin. Returns the highest slot
	 * that has an offer. text is that of slot 0 on, of n bytes. */
	size_t (*relax)(const struct tk_viterbi *v, const void *ctx,
			const uint8_t *text, size_t *at, size_t n,
			size_t reach);
};

/* Appends the ids of the best path from slot 0, or the first that is frozen, to
 * slot end. Then nothing is frozen. */
tok_status tk_walk_emit(struct tk_viterbi *v, const int32_t *id_of_unit,
			size_t end, tok_ids *ids);

/* Makes room for slots 0 .. need-1, keeping those there are. */
tok_status tk_walk_reserve(struct tk_viterbi *v, size_t need,
			   union tk_cell lowest);

/* May a piece that begins where rest, the end of p's text, does reach behind
 * it? */
bool tk_walk_is_live(const struct tk_unit *unit, tok_bytes rest,
		     const struct tk_prefix *p);

/* Marks a slot in its size, which is below. */
#define LIVE 0x8000U
_Static_assert(TK_MAX_PIECE < LIVE, "a size leaves room for the mark");

#define TK_NO_MEETING SIZE_MAX

/* The last slot that the best paths to all n marked ones, of which last is
 * the highest, pass; TK_NO_MEETING if that is a frozen one. The marks go. */
size_t tk_walk_meet(struct tk_viterbi *v, size_t last, size_t n);

/* Writes out what is final, moves the rest to the front, freezes the front of
 * what is too long, and sets settle_at. */
tok_status tk_walk_settle(struct tk_viterbi *v, const int32_t *id_of_unit,
			  struct tk_walk *w, union tk_cell lowest, tok_ids *ids);

/* From slot 0 to the next place where all paths meet, or to a settling. */
TK_INLINE tok_status advance(const struct kernel *kernel,
			     struct tk_viterbi *v, const void *ctx,
			     const int32_t *id_of_unit, struct tk_walk *w,
			     tok_ids *ids)
{
	const uint8_t *text = w->text.p + w->origin;
	size_t n = w->text.n - w->origin, at = w->at, reach = w->reach;
	size_t stop = at + SETTLE;
	tok_status st = tk_walk_reserve(v, stop + TK_MAX_PIECE + 8,
					kernel->lowest);

	if (st)
		return st;
	if (stop > w->open - w->origin)
		stop = w->open - w->origin;
	if (!at)
		v->best[0] = w->start;
	do
		reach = kernel->relax(v, ctx, text, &at, n, reach);
	while (at < reach && at < stop);
	w->at = at;
	w->reach = reach;
	if (at < reach) {
		if (at >= w->settle_at)
			st = tk_walk_settle(v, id_of_unit, w, kernel->lowest,
					    ids);
		/* Exact values are all that may be shifted. */
		union tk_cell base = v->best[w->at];
		for (size_t i = w->at; kernel->restarts && i <= w->reach; i++)
			if (v->size[i])
				v->best[i].i -= base.i;
		return st;
	}
	st = tk_walk_emit(v, id_of_unit, at, ids);
	if (!kernel->restarts)
		w->start = v->best[at];
	for (size_t i = 0; i <= at; i++) {
		v->best[i] = kernel->lowest;
		v->size[i] = 0;
	}
	w->origin += at;
	w->at = w->reach = 0;
	w->settle_at = 0;
	return st;
}

/* From where w stands to where the text is open. */
TK_INLINE tok_status walk_on(const struct kernel *kernel,
			     struct tk_viterbi *v, const void *ctx,
			     const int32_t *id_of_unit, struct tk_walk *w,
			     tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st = TOK_OK;

	while (!st && w->origin + w->at < w->open)
		st = advance(kernel, v, ctx, id_of_unit, w, ids);
	if (st) {
		/* What is live is no longer clean; start afresh. */
		tk_viterbi_release(v);
		ids->n = before;
	}
	return st;
}

/* *sum is the value before text, and becomes that behind it, where sums
 * round. */
TK_INLINE tok_status walk_text(const struct kernel *kernel,
			       struct tk_viterbi *v, const void *ctx,
			       const int32_t *id_of_unit, tok_bytes text,
			       union tk_cell *sum, tok_ids *ids)
{
	struct tk_walk w = {.text = text, .open = text.n, .start = *sum};
	tok_status st = walk_on(kernel, v, ctx, id_of_unit, &w, ids);
	*sum = w.start;
	return st;
}

/* The last stretch of text that may go on, from where no piece that begins
 * earlier reaches its end: nothing is written out before all is known. */
TK_INLINE tok_status walk_end(const struct kernel *kernel,
			      struct tk_viterbi *v, const void *ctx,
			      const struct tk_trie *trie,
			      const struct tk_prefix *p, struct tk_walk *w,
			      tok_ids *ids)
{
	const uint8_t *text = p->text.p + w->origin;
	size_t n = p->text.n - w->origin, n_live = 1;
	tok_status st = tk_walk_reserve(v, n + 1, kernel->lowest);

	if (st)
		return st;
	if (!w->at)
		v->best[0] = w->start;
	while (w->at < n) {
		const tok_bytes rest = {text + w->at, n - w->at};

		if (tk_walk_is_live(trie->unit, rest, p)) {
			v->size[w->at] |= LIVE;
			n_live++;
		}
		w->reach = kernel->relax(v, ctx, text, &w->at, n, w->reach);
	}
	v->size[n] |= LIVE;
	size_t meet = tk_walk_meet(v, n, n_live);
	if (meet == TK_NO_MEETING) {
		w->origin -= v->frozen.n;
	} else {
		st = tk_walk_emit(v, trie->id, meet, ids);
		w->origin += meet;
	}
	tk_frozen_release(&v->frozen, v->alloc);
	for (size_t i = 0; i <= n; i++) {
		v->best[i] = kernel->lowest;
		v->size[i] = 0;
	}
	return st;
}

/* Of text that may go on: the path that it has in any case, up to *done. */
TK_INLINE tok_status walk_open(const struct kernel *kernel,
			       struct tk_viterbi *v, const void *ctx,
			       const struct tk_trie *trie,
			       const struct tk_prefix *p, union tk_cell sum,
			       tok_ids *ids, size_t *done)
{
	/* Steps end up to three bytes further than asked. */
	const size_t back = (size_t)p->longest + 4;
	struct tk_walk w = {.text = p->text, .start = sum};
	size_t before = ids->n;

	w.open = p->text.n > back ? p->text.n - back : 0;
	tok_status st = walk_on(kernel, v, ctx, trie->id, &w, ids);
	if (!st)
		st = walk_end(kernel, v, ctx, trie, p, &w, ids);
	if (st) {
		tk_viterbi_release(v);
		ids->n = before;
		return st;
	}
	*done = w.origin;
	return TOK_OK;
}

#endif
