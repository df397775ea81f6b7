/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: text of many pre-tokens. Out: their ids, in order, the same for any
 * number of threads: text is cut where a pre-token begins whatever is before
 * it, each share is segmented by itself, and the results are joined in order.
 * One thread alone has the same to gain: pre-tokens that are given together are
 * segmented faster than one by one.
 */
#include "segment/shares.h"

#include "base/pool.h"
#include "segment/batch.h"

struct share {
	tok_bytes text;
	uint64_t at;
	tok_status status;
};

struct shares {
	tok_encoder *encoder;
	const struct tk_choice *choice;
	struct share *share;
	size_t n;
};

/* Bytes before the end in which an edge mostly is. */
enum { NEAR = 1 << 8 };

/* The last edge behind `begin`, or that. */
static size_t last_edge(const struct tk_split *split, tok_bytes text,
			size_t begin)
{
	size_t from = text.n, edge = text.n, next;

	for (size_t back = NEAR; edge == text.n && from > begin + 1;
	     back *= 4) {
		from = text.n - begin > back ? text.n - back : begin + 1;
		edge = tk_split_edge(split, text, from);
	}
	if (edge == text.n)
		return begin;
	while ((next = tk_split_edge(split, text, edge + 1)) < text.n)
		edge = next;
	return edge;
}

static void add_share(struct shares *s, tok_bytes text, uint64_t at,
		      size_t begin, size_t end)
{
	s->share[s->n++] = (struct share){
		.text = {text.p + begin, end - begin}, .at = at + begin};
}

/* Where each share ends; how much all of them have. */
static size_t plan(struct shares *s, tok_bytes text, uint64_t at, size_t size)
{
	const struct tk_split *split = &s->encoder->model->split;
	size_t begin = 0, end;

	while (text.n - begin > size &&
	       (end = tk_split_edge(split, text, begin + size)) < text.n) {
		add_share(s, text, at, begin, end);
		begin = end;
	}
	end = last_edge(split, text, begin);
	if (end > begin)
		add_share(s, text, at, begin, end);
	return end;
}

static void run_share(void *ctx, size_t index, unsigned worker)
{
	struct shares *s = ctx;
	struct share *share = &s->share[index];
	tok_encoder *e = tk_batch_worker(s->encoder, worker);
	tok_ids *ids = &s->encoder->part[index].ids;
	struct tk_choice choice;

	ids->n = 0;
	share->status = tk_encode_prepare(e, s->choice, &choice);
	if (!share->status)
		share->status = tk_encode_words(e, share->text, share->at,
						&choice, ids);
}

static tok_status join(const struct shares *s, tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < s->n; i++) {
		const tok_ids *part = &s->encoder->part[i].ids;

		st = s->share[i].status;
		if (!st && part->n)
			st = tok_ids_append(ids, part->id, part->n);
	}
	if (st)
		ids->n = before;
	return st;
}

tok_status tk_shares(tok_encoder *e, tok_pool *pool, tok_bytes text,
		     uint64_t at, const struct tk_choice *choice, size_t size,
		     tok_ids *ids, size_t *done)
{
	struct shares s = {.encoder = e, .choice = choice};
	size_t most = text.n / size + 1;

	*done = 0;
	s.share = tk_new_zeroed(e->alloc, most, sizeof(*s.share));
	if (!s.share)
		return TOK_E_MEMORY;
	size_t end = plan(&s, text, at, size);
	unsigned width = s.n > 1 ? tk_pool_width(pool) : 1;
	tok_status st = tk_batch_reserve(e, width, s.n);
	if (!st) {
		tk_pool_run(pool, s.n, run_share, &s);
		st = join(&s, ids);
	}
	tk_free(e->alloc, s.share, most, sizeof(*s.share));
	if (!st)
		*done = end;
	return st;
}
