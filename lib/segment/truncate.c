/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text cut off behind its first ids. In: a text, and how many. Out: these
 * ids, and how much of the text they hold.
 *
 * Of longer and longer beginnings of the text, the first one is taken in which
 * more ids than asked for are stable: no continuation changes them, so all
 * that is wanted can be read off that part as if it were the whole. What the
 * next token came from, as the originals report offsets, is where the ids'
 * text ends.
 */
#include "segment/truncate.h"

#include "base/utf8.h"
#include "segment/stable.h"

/* The part of text in which the first max_ids ids and one more are those of
 * the whole; or all of it. */
static tok_status find_part(tok_encoder *e, tok_bytes text, uint64_t max_ids,
			    size_t size, tok_bytes *part)
{
	struct tk_stable stable;
	tok_status st = TOK_OK;

	*part = text;
	while (!st && size < text.n) {
		part->n = size;
		st = tk_stable(e, *part, &stable);
		if (!st && tk_encoder_n_in_front(e) + e->stable.n > max_ids)
			return TOK_OK;
		size = size < SIZE_MAX / 2 ? 2 * size : SIZE_MAX;
	}
	part->n = text.n;
	return st;
}

/* Appends all ids of part, or only counts them. */
static tok_status take(tok_encoder *e, tok_bytes part, tok_ids *ids,
		       uint64_t *n)
{
	if (!ids)
		return tok_count(e, NULL, part, n);
	size_t before = ids->n;
	tok_status st = tok_encode(e, part, ids);

	*n = ids->n - before;
	return st;
}

/* Where in part begins what became its id number i. */
static tok_status find_end(tok_encoder *e, tok_bytes part, uint64_t i,
			   uint64_t *end)
{
	const tok_spans spans = e->spans;
	const tok_unit unit = e->unit;
	size_t front = tk_encoder_n_in_front(e), added = tok_encoder_n_added(e);

	e->spans = TOK_SPANS_PEER;
	e->unit = TOK_UNIT_BYTE;
	e->placed.n = 0;
	tok_status st = tok_encode(e, part, &e->placed);
	e->spans = spans;
	e->unit = unit;
	if (st)
		return st;
	if (i < front)
		i = front;
	if (i - front < e->placed.n - added)
		*end = e->placed.span[i].begin;
	else
		*end = part.n; /* only what is added behind is cut off */
	return TOK_OK;
}

tok_status tk_truncate(tok_encoder *e, tok_bytes text, uint64_t max_ids,
		       size_t first, tok_ids *ids, tok_truncation *out)
{
	size_t before = ids ? ids->n : 0;
	tok_truncation all = {.end = text.n, .is_whole = 1};
	tok_bytes part = text;
	tok_status st = TOK_OK;

	/* A span may go on with text that became nothing, however much. */
	if (!ids || !e->spans)
		st = find_part(e, text, max_ids, first, &part);
	/* A part that is not all has more ids than are asked for. */
	if (!st && (ids || part.n == text.n))
		st = take(e, part, ids, &all.n_ids);
	if (!st && (part.n < text.n || all.n_ids > max_ids)) {
		all.is_whole = 0;
		all.n_ids = max_ids;
		st = find_end(e, part, max_ids, &all.end);
		all.end = tk_utf8_edge(text, (size_t)all.end);
		if (ids)
			ids->n = before + (st ? 0 : (size_t)max_ids);
	}
	if (!st)
		*out = all;
	return st;
}

tok_status tok_truncate(tok_encoder *e, tok_bytes text, uint64_t max_ids,
			tok_ids *ids, tok_truncation *out)
{
	/* Six bytes an id, and some words behind them: most often enough. */
	size_t first = max_ids < SIZE_MAX / 8 ? (size_t)max_ids * 6 + 256
					      : SIZE_MAX;

	return tk_truncate(e, text, max_ids, first, ids, out);
}
