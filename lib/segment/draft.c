/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a draft to ids. In: what holds after most sums, and the sum there is.
 * Out: the ids that hold after this one. Between two marks sums are added up
 * score by score, as the reference does it. Where one of them is out of the
 * draft's reach, the pieces' bytes are segmented again, chunk by chunk; and so
 * are the chunks that were left open.
 */
#include "segment/draft.h"

#include "base/buf.h"
#include "base/memory.h"
#include "segment/recall.h"

void tk_draft_init(struct tk_draft *d, const tok_alloc *alloc)
{
	*d = (struct tk_draft){.alloc = alloc, .ids.alloc = alloc,
			       .text.alloc = alloc, .clean.alloc = alloc};
}

void tk_draft_release(struct tk_draft *d)
{
	tk_free(d->alloc, d->mark, d->cap, sizeof(*d->mark));
	tok_ids_release(&d->ids);
	tok_buf_release(&d->text);
	tok_buf_release(&d->clean);
	tk_draft_init(d, d->alloc);
}

void tk_draft_clear(struct tk_draft *d)
{
	d->ids.n = d->n = d->text.n = 0;
}

static bool add(struct tk_draft *d, size_t at, size_t size)
{
	if (!tk_grow(d->alloc, (void **)&d->mark, &d->cap, d->n + 1,
		     sizeof(*d->mark)))
		return false;
	d->mark[d->n++] = (struct tk_mark){at, size};
	return true;
}

tok_status tk_draft_doubt(struct tk_draft *d, size_t at, tok_bytes chunk)
{
	if (!add(d, at, chunk.n))
		return TOK_E_MEMORY;
	return tk_buf_append(&d->text, chunk.p, chunk.n);
}

void tk_draft_mark(struct tk_draft *d, size_t at)
{
	(void)add(d, at, 0);
}

tok_status tk_draft_chunks(struct tk_chunker *c, tok_bytes clean,
			   struct tk_draft *draft)
{
	struct stretch s = {.c = c, .ids = &draft->ids, .draft = draft};

	tk_draft_clear(draft);
	tk_recall_begin(&s);
	return tk_chunks_run(&s, clean);
}

static bool in_reach(float sum)
{
	return sum <= 0.0F && sum >= (float)-TK_DRAFT_REACH;
}

/* The sum behind ids; *holds: all of those on the way are in reach. */
static float add_up(const tok_model *m, float sum, const tok_id *id, size_t n,
		    bool *holds)
{
	*holds = in_reach(sum);
	for (size_t i = 0; i < n; i++)
		sum += (float)m->score[id[i]];
	/* No score of theirs is above 0. */
	*holds &= in_reach(sum);
	return sum;
}

/* The same, if the ids do not hold: the text that they stand for. */
static tok_status again(struct stretch *s, struct tk_draft *d, const tok_id *id,
			size_t n)
{
	const tok_model *m = s->c->model;
	tok_status st = TOK_OK;

	d->clean.n = 0;
	for (size_t i = 0; !st && i < n; i++) {
		tok_bytes piece = tk_model_bytes(m, id[i]);

		st = tk_buf_append(&d->clean, piece.p, piece.n);
	}
	return st ? st : tk_chunks_run(s, (tok_bytes){d->clean.p, d->clean.n});
}

/* Appends the ids between two marks. */
static tok_status settle_ids(struct stretch *s, struct tk_draft *d, size_t from,
			     size_t to)
{
	const tok_id *id = d->ids.id + from;
	bool holds;

	if (from == to)
		return TOK_OK;
	tk_recall_add_up(s);
	float sum = add_up(s->c->model, s->sum.f, id, to - from, &holds);
	if (!holds)
		return again(s, d, id, to - from);
	tok_status st = tok_ids_append(s->ids, id, to - from);
	s->sum.f = sum;
	tk_recall_know(s);
	return st;
}

static tok_status settle(struct stretch *s, struct tk_draft *d)
{
	tok_bytes chunk = {d->text.p, 0};
	tok_status st = TOK_OK;
	size_t at = 0;

	for (size_t i = 0; !st && i < d->n; i++) {
		const struct tk_mark *mark = &d->mark[i];

		st = settle_ids(s, d, at, mark->at);
		at = mark->at;
		chunk.n = mark->size;
		if (!st && chunk.n)
			st = tk_chunks_run(s, chunk);
		chunk.p += chunk.n;
	}
	return st ? st : settle_ids(s, d, at, d->ids.n);
}

tok_status tk_draft_settle(struct tk_chunker *c, struct tk_draft *draft,
			   struct tk_so_far *so_far, tok_ids *ids)
{
	struct stretch s = {
		.c = c,
		.ids = ids,
		.sum = so_far->sum,
		.resolves = true,
		.after_unknown = so_far->after_unknown,
		.unknown_end = ids->n,
	};
	size_t before = ids->n;

	tk_recall_begin(&s);
	tok_status st = settle(&s, draft);
	if (st) {
		ids->n = before;
		return st;
	}
	tk_recall_add_up(&s);
	so_far->sum = s.sum;
	so_far->after_unknown = s.after_unknown && s.unknown_end == ids->n;
	return TOK_OK;
}
