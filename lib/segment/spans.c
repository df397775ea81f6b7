/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens to the original text. In: the clean bytes that each token stands
 * for, and which clean bytes came from where. Out: the raw bytes. What covers
 * follows from the ends alone: each token begins where the one before it
 * ends, and the last one ends with the text.
 */
#include "segment/spans.h"

#include "base/utf8.h"

void tk_spans_of_pieces(const tok_model *m, tok_ids *ids, size_t first)
{
	uint64_t at = 0;

	for (size_t i = first; i < ids->n; i++) {
		uint64_t end = at + tk_model_bytes(m, ids->id[i]).n;

		ids->span[i] = (tok_span){at, end};
		at = end;
	}
}

/* A place in the alignment. The positions asked for only rise. */
struct cursor {
	const struct tk_alignment *alignment;
	size_t run;
};

/* The last run that begins at a clean position or before it. */
static const struct tk_run *find_run(struct cursor *c, uint64_t at)
{
	const struct tk_runs *runs = c->alignment->runs;

	while (c->run + 1 < runs->n && runs->run[c->run + 1].clean_at <= at)
		c->run++;
	return &runs->run[c->run];
}

static uint64_t raw_end(const struct cursor *c)
{
	const struct tk_runs *runs = c->alignment->runs;

	return c->run + 1 < runs->n ? runs->run[c->run + 1].raw_at
				    : c->alignment->raw.n;
}

/* Where what ends at a clean position ends in raw. In a changed run only the
 * beginning has a place of its own; all else in it lies at its end, so that
 * the first piece of it stands for all of its raw bytes. */
static uint64_t cover_end(struct cursor *c, uint64_t at)
{
	if (!c->alignment->runs->n)
		return at;

	const struct tk_run *r = find_run(c, at);
	if (r->equal)
		return r->raw_at + (at - r->clean_at);
	return at == r->clean_at ? r->raw_at : raw_end(c);
}

/* Where the original's offsets say that a clean position lies. */
static uint64_t peer_position(struct cursor *c, uint64_t at)
{
	tok_bytes clean = c->alignment->clean;

	if (!c->alignment->runs->n)
		return at;

	const struct tk_run *r = find_run(c, at);
	if (!r->equal)
		return r->raw_at;
	clean.p += r->clean_at;
	clean.n -= (size_t)r->clean_at;
	return r->raw_at + tk_utf8_edge(clean, (size_t)(at - r->clean_at));
}

static tok_span peer_span(struct cursor *c, tok_span clean)
{
	uint64_t begin = peer_position(c, clean.begin);

	return (tok_span){begin, peer_position(c, clean.end)};
}

void tk_spans_map(const struct tk_alignment *alignment, tok_spans how,
		  tok_span *span, size_t n)
{
	struct cursor c = {.alignment = alignment};
	uint64_t begin = 0;

	if (how == TOK_SPANS_PEER) {
		for (size_t i = 0; i < n; i++)
			span[i] = peer_span(&c, span[i]);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t end = i + 1 < n ? cover_end(&c, span[i].end)
					 : alignment->raw.n;

		span[i] = (tok_span){begin, end};
		begin = end;
	}
}

void tk_spans_of_sources(const tok_span *from, uint64_t raw_size,
			 tok_spans how, tok_span *span, size_t n)
{
	uint64_t begin = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t end = from[span[i].end - 1].end;

		if (how == TOK_SPANS_PEER) {
			span[i] = (tok_span){from[span[i].begin].begin, end};
			continue;
		}
		/* White space that two added tokens take counts once. */
		if (end < begin)
			end = begin;
		if (i + 1 == n)
			end = raw_size;
		span[i] = (tok_span){begin, end};
		begin = end;
	}
}
