/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many ids a text has. In: a text of any length. Out: a number. Longer
 * texts go through a stream, whose ids are those of the whole: a part's are
 * counted and thrown away before the next one comes.
 */
#include "base/pool.h"
#include "segment/batch.h"

/* Bytes: so many that what begins and ends with a part costs nothing; and
 * that there is enough for several threads. */
enum {
	PART = 1 << 17,
	SHARED_PART = 1 << 22
};

static tok_status count_at_once(tok_encoder *e, tok_bytes text, uint64_t *n)
{
	e->counted.n = 0;
	tok_status st = tok_encode(e, text, &e->counted);

	if (!st)
		*n = e->counted.n;
	return st;
}

static tok_status count_parts(tok_stream *s, tok_bytes text, size_t size,
			      tok_ids *ids, uint64_t *n)
{
	uint64_t sum = 0;

	ids->n = 0;
	tok_status st = tok_stream_begin(s, NULL, ids);
	for (size_t at = 0; !st && at < text.n; at += size) {
		size_t rest = text.n - at;

		st = tok_stream_add(
			s, (tok_bytes){text.p + at, rest < size ? rest : size},
			ids);
		sum += ids->n;
		ids->n = 0;
	}
	if (!st)
		st = tok_stream_end(s, ids);
	if (!st)
		*n = sum + ids->n;
	return st;
}

static tok_status count_long(tok_encoder *e, tok_pool *pool, tok_bytes text,
			     uint64_t *n)
{
	size_t size = tk_pool_width(pool) > 1 ? SHARED_PART : PART;
	tok_stream *s;
	tok_status st = tok_stream_new(e, pool, &s);

	if (!st)
		st = count_parts(s, text, size, &e->counted, n);
	tok_stream_free(s);
	return st;
}

tok_status tok_count(tok_encoder *e, tok_pool *pool, tok_bytes text,
		     uint64_t *n)
{
	const tok_spans spans = e->spans;
	bool whole = text.n <= PART || e->model->form == TOK_NORMALIZE_STEPS;
	tok_status st = TOK_OK;

	/* Those that work for it are like it: before it is not itself. */
	if (!whole)
		st = tk_batch_reserve(e, tk_pool_width(pool), 0);
	if (st)
		return st;
	e->spans = TOK_SPANS_NONE;
	st = whole ? count_at_once(e, text, n) : count_long(e, pool, text, n);
	e->spans = spans;
	return st;
}
