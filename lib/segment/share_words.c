/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: raw text, and the sum in front of it. Out: its ids, the same for any
 * number of threads. Text is cut where it may be parted. A share's draft needs
 * no sum, so drafts are made at once; from one to the next only the sum goes
 * on, which is settled by whoever is done with a draft, while the others go on.
 */
#include "segment/share_words.h"

#include "base/memory.h"
#include "base/pool.h"
#include "segment/batch.h"

struct share {
	struct tk_words_part part;
	tok_status status;
};

struct shares {
	tok_encoder *encoder;
	struct share *share;
	size_t n;
	struct tk_so_far *so_far;
	tok_ids *ids;
	tok_status status; /* of what is settled */
};

void tk_share_words_release(tok_encoder *e)
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

static void plan(struct shares *s, const struct tk_words_part *part,
		 size_t size)
{
	const tok_model *m = s->encoder->model;
	tok_bytes raw = part->raw;
	bool is_first = part->is_first;
	size_t end, next;

	while (raw.n > size && find_place(m, raw, size, &end, &next)) {
		s->share[s->n++].part = (struct tk_words_part){
			{raw.p, end}, is_first, false};
		raw.p += next;
		raw.n -= next;
		is_first = false;
	}
	s->share[s->n++].part = (struct tk_words_part){raw, is_first,
						       part->is_last};
}

static void draft_share(void *ctx, size_t index, unsigned worker)
{
	struct shares *s = ctx;
	tok_encoder *e = tk_batch_worker(s->encoder, worker);
	struct share *share = &s->share[index];

	share->status = tk_words_draft(&e->chunker, &share->part, &e->clean,
				       &s->encoder->draft[index]);
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

tok_status tk_share_words(tok_encoder *e, tok_pool *pool,
			  const struct tk_words_part *part, size_t size,
			  struct tk_so_far *so_far, tok_ids *ids)
{
	struct tk_so_far behind = *so_far;
	struct shares s = {.encoder = e, .so_far = &behind, .ids = ids};
	size_t most = part->raw.n / size + 1;

	s.share = tk_new_zeroed(e->alloc, most, sizeof(*s.share));
	if (!s.share)
		return TOK_E_MEMORY;
	plan(&s, part, size);
	tok_status st = run(&s, pool);
	tk_free(e->alloc, s.share, most, sizeof(*s.share));
	if (!st)
		*so_far = behind;
	return st;
}
