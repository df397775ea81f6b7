/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to the ids of its best path, chunk by chunk. In: text between two
 * cuts, the sum before it. Out: ids and the sum behind it, as the kernels give
 * them. All paths pass a cut, so a chunk between two of them can be segmented
 * alone, and again, if the sum it starts from makes no difference.
 */
#include "segment/recall.h"

/* Is text split into words that mostly end in a cut? 'e' ends more of them than
 * others. */
static bool has_words(const tok_model *m)
{
	return (m->split.kind == TOK_SPLIT_SPACE ||
		m->split.kind == TOK_SPLIT_WORD) && tk_model_cuts(m, 'e', ' ');
}

/* Words of ASCII, each with the byte before it, that end in cuts and fit into a
 * key are looked for from `at` on, until one does not or a batch is full; cuts
 * in them are not looked for, as who has a key looks himself. Returns where
 * they end. */
TK_INLINE size_t find_words(const struct stretch *s, tok_bytes text, size_t at,
			    struct sought *sought, size_t *n)
{
	if (s->sampler && !s->sampler->choices.n_keys)
		return at;
	while (*n < BATCH && text.n - at > TK_PLAIN_SEEN) {
		const uint8_t *p = text.p + at;
		size_t size = 1 + tk_plain_seen(p + 1);

		if (size > TK_KEY_SIZE ||
		    !tk_model_cuts(s->c->model, p[size - 1], p[size]))
			break;
		struct sought *x = &sought[(*n)++];
		x->key = tk_key_of(p, size, TK_PLAIN_SEEN, 0);
		x->chunk = (tok_bytes){p, size};
		x->set = NULL;
		seek(s, x);
		at += size;
	}
	return at;
}

/* Chunks from `at` on, up to where a word of ASCII may begin. Blanks that stay
 * together do not go with the one before a word, whatever pieces there are. */
static size_t find_chunks(const struct stretch *s, bool words, tok_bytes text,
			  size_t at, struct sought *sought, size_t *n)
{
	bool blank = words && tk_split_is_blank(text.p[at]);
	size_t most = words && text.p[at] < 0x80 ? 1 : BATCH - *n;
	size_t end[BATCH], blanks = blank ? tk_split_blanks(text, at) : at;

	if (blanks > at)
		text.n = blanks;
	size_t n_found = tk_cuts_list(s->c->model, text, at, most, end);

	for (size_t i = 0; i < n_found; i++) {
		seek_chunk(s, text, at, end[i], &sought[(*n)++]);
		at = end[i];
		if (words && at < text.n && text.p[at] < 0x80)
			break;
	}
	return at;
}

TK_INLINE tok_status run(struct stretch *s, bool exact, bool words,
			 tok_bytes text)
{
	struct sought sought[BATCH];
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		size_t n = 0;

		while (n < BATCH && at < text.n) {
			size_t begin = at;

			if (words && text.p[at] < 0x80)
				at = find_words(s, text, at, sought, &n);
			if (at == begin)
				at = find_chunks(s, words, text, at, sought,
						 &n);
		}
		if (at == text.n && s->open)
			s->n_open = sought[--n].chunk.n;
		st = recall_all(s, exact, sought, n);
	}
	return st;
}

tok_status tk_chunks_run(struct stretch *s, tok_bytes text)
{
	s->n_open = 0;
	if (s->c->model->arithmetic != TK_INTEGER)
		return run(s, false, false, text);
	if (has_words(s->c->model))
		return run(s, true, true, text);
	return run(s, true, false, text);
}

/* Where nothing is kept, by the reference. */
static tok_status run_afresh(struct stretch *s, tok_bytes text)
{
	size_t end = s->open ? tk_cuts_last(s->c->model, text) : text.n;

	s->n_open = text.n - end;
	return tk_segment(s->c, (tok_bytes){text.p, end}, &s->sum, s->ids);
}

tok_status tk_chunks_sum(struct stretch *s, tok_bytes text)
{
	size_t before = s->ids->n;

	if (!s->sampler && !s->c->cache.entry)
		return run_afresh(s, text);
	tk_recall_begin(s);
	tok_status st = tk_chunks_run(s, text);
	if (st) {
		s->ids->n = before;
		return st;
	}
	if (!s->sampler)
		tk_recall_add_up(s);
	return TOK_OK;
}

tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids)
{
	struct stretch s = {.c = c, .ids = ids, .sum = *sum};
	tok_status st = tk_chunks_sum(&s, text);

	*sum = s.sum;
	return st;
}
