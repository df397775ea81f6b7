/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many ids a text has. In: a text of any length. Out: a number. Longer
 * texts go through a stream, whose ids are those of the whole: a part's are
 * counted and thrown away before the next one comes.
 */
#include "segment/encoder.h"

/* Bytes: so many that what begins and ends with a part costs nothing. */
enum { PART = 1 << 17 };

static tok_status count_at_once(tok_encoder *e, tok_bytes text, uint64_t *n)
{
	e->counted.n = 0;
	tok_status st = tok_encode(e, text, &e->counted);

	if (!st)
		*n = e->counted.n;
	return st;
}

static tok_status count_parts(tok_stream *s, tok_bytes text, tok_ids *ids,
			      uint64_t *n)
{
	uint64_t sum = 0;

	ids->n = 0;
	tok_status st = tok_stream_begin(s, NULL, ids);
	for (size_t at = 0; !st && at < text.n; at += PART) {
		size_t rest = text.n - at;

		st = tok_stream_add(
			s, (tok_bytes){text.p + at, rest < PART ? rest : PART},
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

static tok_status count_long(tok_encoder *e, tok_bytes text, uint64_t *n)
{
	tok_stream *s;
	tok_status st = tok_stream_new(e, NULL, &s);

	if (!st)
		st = count_parts(s, text, &e->counted, n);
	tok_stream_free(s);
	return st;
}

tok_status tok_count(tok_encoder *e, tok_bytes text, uint64_t *n)
{
	const tok_spans spans = e->spans;
	bool whole = text.n <= PART || e->model->form == TOK_NORMALIZE_STEPS;

	e->spans = TOK_SPANS_NONE;
	tok_status st = whole ? count_at_once(e, text, n)
			      : count_long(e, text, n);
	e->spans = spans;
	return st;
}
