/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: text, raw or clean, and the sum in front of it. Out: its ids, the same for
 * any number of threads. Raw text is cut where it may be parted, clean text at
 * cuts. A share's draft needs no sum, so drafts are made at once; from one to
 * the next only the sum goes on, which is settled by whoever is done with a
 * draft, while the others go on.
 */
#include "segment/float_shares.h"

#include "base/memory.h"
#include "base/pool.h"
#include "base/utf8.h"
#include "model/cuts.h"
#include "segment/batch.h"

/* Bytes before the end in which a cut mostly is. */
enum { NEAR = 1 << 8 };

/* Raw text, or clean: then clean.n is not 0. */
struct share {
	struct tk_words_part part;
	tok_bytes clean;
	tok_status status;
};

struct shares {
	tok_encoder *encoder;
	struct share *share;
	size_t n, cap;
	struct tk_so_far *so_far;
	tok_ids *ids;
	tok_status status; /* of what is settled */
};

void tk_float_shares_release(tok_encoder *e)
{
	for (size_t i = 0; i < e->n_drafts; i++)
		tk_draft_release(&e->draft[i]);
	tk_free(e->alloc, e->draft, e->cap_drafts, sizeof(*e->draft));
}

static tok_status reserve_drafts(tok_encoder *e, size_t n)
{
	if (!tk_grow(e->alloc, (void **)&e->draft, &e->cap_drafts, n,
		     sizeof(*e->draft)))
		return TOK_E_MEMORY;
	while (e->n_drafts < n)
		tk_draft_init(&e->draft[e->n_drafts++], e->alloc);
	return TOK_OK;
}

/* Where a part of a document may be parted next, behind `at` bytes: what is
 * before *end is one part, from *next on comes another. */
static bool find_place(const tok_model *m, tok_bytes raw, size_t at,
		       size_t *end, size_t *next)
{
	const tok_bytes rest = {raw.p + at, raw.n - at};

	if (!tk_words_first_place(m, rest, end, next) || *next == rest.n)
		return false;
	*end += at;
	*next += at;
	return true;
}

static tok_status add(struct shares *s, struct share share)
{
	if (!tk_grow(s->encoder->alloc, (void **)&s->share, &s->cap, s->n + 1,
		     sizeof(*s->share)))
		return TOK_E_MEMORY;
	s->share[s->n++] = share;
	return TOK_OK;
}

static tok_status plan_raw(struct shares *s, const struct tk_words_part *part,
			   size_t size)
{
	struct tk_words_part rest = *part, next = *part;
	tok_status st = TOK_OK;
	size_t end, from;

	while (!st && rest.raw.n > size &&
	       find_place(s->encoder->model, rest.raw, size, &end, &from)) {
		next.raw = (tok_bytes){rest.raw.p, end};
		next.is_first = rest.is_first;
		next.is_last = rest.is_first = false;
		rest.raw.p += from;
		rest.raw.n -= from;
		st = add(s, (struct share){.part = next});
	}
	return st ? st : add(s, (struct share){.part = rest});
}

/* The first cut behind `at` bytes of valid UTF-8. */
static size_t find_cut(const tok_model *m, tok_bytes clean, size_t at)
{
	while (at < clean.n && (clean.p[at] & 0xC0) == 0x80)
		at++;
	return at < clean.n ? tk_cuts_next(m, clean, at) : clean.n;
}

static tok_status plan_clean(struct shares *s, tok_bytes clean, size_t size)
{
	tok_status st = TOK_OK;

	while (!st && clean.n) {
		size_t end = clean.n > size ? find_cut(s->encoder->model, clean,
						       size)
					    : clean.n;

		st = add(s, (struct share){.clean = {clean.p, end}});
		clean.p += end;
		clean.n -= end;
	}
	return st;
}

static void draft_share(void *ctx, size_t index, unsigned worker)
{
	struct shares *s = ctx;
	tok_encoder *e = tk_batch_worker(s->encoder, worker);
	struct share *share = &s->share[index];
	struct tk_draft *draft = &s->encoder->draft[index];

	share->status = share->clean.n
				? tk_draft_chunks(&e->chunker, share->clean,
						  draft)
				: tk_words_draft(&e->chunker, &share->part,
						 &e->clean, draft);
}

static void settle_share(void *ctx, size_t index, unsigned worker)
{
	struct shares *s = ctx;
	tok_encoder *e = tk_batch_worker(s->encoder, worker);

	if (!s->status)
		s->status = s->share[index].status;
	if (!s->status)
		s->status = tk_draft_settle(&e->chunker,
					    &s->encoder->draft[index],
					    s->so_far, s->ids);
}

static tok_status run(struct shares *s, tok_pool *pool)
{
	tok_encoder *e = s->encoder;
	size_t before = s->ids->n;
	tok_status st = tk_batch_reserve(e, tk_pool_width(pool), 0);

	if (!st)
		st = reserve_drafts(e, s->n);
	if (st)
		return st;
	bool *done = tk_new_zeroed(e->alloc, s->n, sizeof(*done));
	if (!done)
		return TOK_E_MEMORY;
	tk_pool_run_in_order(pool, s->n, draft_share, settle_share, s, done);
	tk_free(e->alloc, done, s->n, sizeof(*done));
	if (s->status)
		s->ids->n = before;
	return s->status;
}

/* Once it is planned; frees the shares. */
static tok_status finish(struct shares *s, tok_pool *pool, tok_status st,
			 struct tk_so_far *so_far)
{
	const tok_alloc *alloc = s->encoder->alloc;
	struct tk_so_far behind = *so_far;

	s->so_far = &behind;
	if (!st && s->n)
		st = run(s, pool);
	tk_free(alloc, s->share, s->cap, sizeof(*s->share));
	if (!st)
		*so_far = behind;
	return st;
}

tok_status tk_float_shares_raw(tok_encoder *e, tok_pool *pool,
			       const struct tk_words_part *part, size_t size,
			       struct tk_so_far *so_far, tok_ids *ids)
{
	struct shares s = {.encoder = e, .ids = ids};

	return finish(&s, pool, plan_raw(&s, part, size), so_far);
}

/* The last cut that is found before the end of valid UTF-8, or 0. */
static size_t find_last_cut(const tok_model *m, tok_bytes clean)
{
	for (size_t back = NEAR; back < clean.n; back *= 4) {
		size_t cut = find_cut(m, clean, clean.n - back);

		if (cut < clean.n)
			return cut;
	}
	return 0;
}

tok_status tk_float_shares_clean(tok_encoder *e, tok_pool *pool,
				 tok_bytes clean, bool ends, size_t size,
				 struct tk_so_far *so_far, tok_ids *ids,
				 size_t *done)
{
	struct shares s = {.encoder = e, .ids = ids};

	*done = 0;
	/* Where characters begin is known where all of them are some. */
	if (!tk_utf8_valid(clean))
		return TOK_OK;
	if (!ends)
		clean.n = find_last_cut(e->model, clean);
	tok_status st = finish(&s, pool, plan_clean(&s, clean, size), so_far);
	if (!st)
		*done = clean.n;
	return st;
}
