/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast path: raw text to ids with clean, split and segment fused, for
 * SentencePiece's models. In: a document. Out: its ids, as
 * tk_sp_normalize, the model's kernel and tk_unknown give them one after the
 * other.
 *
 * A plain word (see plain.h) between two spaces becomes itself behind one
 * U+2581, and where no piece goes on from its last byte to that, it is a chunk
 * between two cuts: its key is made of raw bytes. Whatever else there is goes
 * the long way, up to a place where a plain word that ends in a cut is
 * followed by space and a plain byte; as nothing that the normalizer looks at
 * reaches across such a place, the parts' clean forms make up the whole.
 */
#include "segment/words.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "segment/recall.h"

/* What a space becomes. */
#define SPACE "\xE2\x96\x81"

/* Bytes before the end in which the last place is looked for. */
enum { NEAR = 1 << 16 };

/* Bytes of a word that makes a chunk with the space before it. */
enum { MOST = TK_CHUNK_SIZE - TK_SPACE_SIZE };

/* A document on its way. */
struct words {
	struct stretch s;
	const tok_model *m;
	tok_bytes raw;
	size_t at;
	bool is_first, is_last;
	/* Is a space due before what comes next? TK_KEY_SPACED or 0. */
	unsigned space;
	tok_buf *clean;
	/* Chunks that are looked for, of a batch; some may lie in clean. */
	struct sought *sought;
	size_t n_sought;
};

bool tk_words_suits(const tok_model *m)
{
	return m->form == TOK_NORMALIZE_SENTENCEPIECE && m->plain.works &&
	       m->sp_form.escape_whitespaces;
}

static tok_status flush(struct words *w)
{
	size_t n = w->n_sought;

	w->n_sought = 0;
	return recall_all(&w->s, false, w->sought, n);
}

/*
 * Is there a place at k, behind a byte that ends a word, where the document
 * may be parted? *next is then where the next word begins, or the end of the
 * text.
 */
TK_INLINE bool parts_at(const tok_model *m, tok_bytes raw, size_t k,
			size_t *next)
{
	const uint8_t *class = m->plain.class;
	size_t i = k;

	while (i < raw.n && class[raw.p[i]] & TK_PLAIN_SPACE)
		i++;
	*next = i;
	/* All of a run of spaces is one, or goes; or each is one. */
	if (!m->sp_form.remove_extra_whitespaces && i - k > (i < raw.n))
		return false;
	if (i == raw.n)
		return true;
	return i > k && class[raw.p[i]] & TK_PLAIN_STAYS;
}

/* All of clean, the chunks of which are found there. */
static tok_status find_clean(struct words *w)
{
	const tok_bytes text = {w->clean->p, w->clean->n};
	size_t end[BATCH];
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		size_t n = tk_cuts_list(w->m, text, at, BATCH - w->n_sought,
					end);

		for (size_t i = 0; i < n; at = end[i++])
			seek_chunk(&w->s, text, at, end[i],
				   &w->sought[w->n_sought++]);
		if (w->n_sought == BATCH)
			st = flush(w);
	}
	return st;
}

/* Where raw may be parted next, behind `at`; *next is where it goes on. The
 * end of raw if nowhere. */
static size_t find_end(const tok_model *m, tok_bytes raw, size_t at,
		       size_t *next)
{
	const struct tk_plain *plain = &m->plain;

	for (size_t end = at + 1; end < raw.n; end++) {
		if (plain->low)
			end = tk_plain_low(raw, end);
		if (plain->class[raw.p[end - 1]] & TK_PLAIN_ENDS &&
		    parts_at(m, raw, end, next))
			return *next < raw.n ? end : raw.n;
	}
	*next = raw.n;
	return raw.n;
}

bool tk_words_first_place(const tok_model *m, tok_bytes raw, size_t *end,
			  size_t *next)
{
	if (!raw.n)
		return false;
	*end = find_end(m, raw, 0, next);
	return *end < raw.n;
}

bool tk_words_last_place(const tok_model *m, tok_bytes raw, size_t *end,
			 size_t *next)
{
	const uint8_t *class = m->plain.class;
	size_t far = raw.n > NEAR ? raw.n - NEAR : 0;

	for (size_t k = raw.n; k-- > far + 1;)
		if (class[raw.p[k]] & TK_PLAIN_SPACE &&
		    class[raw.p[k - 1]] & TK_PLAIN_ENDS &&
		    parts_at(m, raw, k, next) && *next < raw.n) {
			*end = k;
			return true;
		}
	return false;
}

/* What is not a plain word of a key's size, up to where it may be parted. */
static tok_status go_the_long_way(struct words *w)
{
	size_t next, end = find_end(w->m, w->raw, w->at, &next);

	/* Those that are looked for may lie where this will lie. */
	tok_status st = flush(w);
	w->clean->n = 0;
	if (!st)
		st = tk_sp_normalize_part(
			&w->m->sp_form,
			(tok_bytes){w->raw.p + w->at, end - w->at},
			w->is_first && !w->at,
			w->is_last && end == w->raw.n, w->clean);
	if (!st)
		st = find_clean(w);
	w->at = next;
	w->space = TK_KEY_SPACED;
	return st;
}

/* What is next, of size bytes and the space that is due, is looked for. */
TK_INLINE tok_status add_key(struct words *w, size_t size)
{
	struct sought *x = &w->sought[w->n_sought++];

	x->key = tk_key_of(w->raw.p + w->at, size, w->raw.n - w->at, w->space);
	seek(&w->s, x);
	w->at += size;
	w->space = 0;
	return w->n_sought == BATCH ? flush(w) : TOK_OK;
}

/* The same where that is one chunk, and longer than a key. */
static tok_status add_chunk(struct words *w, size_t size)
{
	tok_bytes chunk = {w->raw.p + w->at, size};
	tok_status st = TOK_OK;

	if (w->space) {
		/* Those that are looked for may lie where this will lie. */
		st = flush(w);
		w->clean->n = 0;
		if (!st)
			st = tk_buf_append(w->clean, SPACE, TK_SPACE_SIZE);
		if (!st)
			st = tk_buf_append(w->clean, chunk.p, chunk.n);
		chunk = (tok_bytes){w->clean->p, w->clean->n};
	}
	w->sought[w->n_sought++] = (struct sought){.chunk = chunk};
	w->at += size;
	w->space = 0;
	return !st && w->n_sought == BATCH ? flush(w) : st;
}

/* Bytes of the plain word from w->at on, up to the last cut that leaves no
 * more than `most`, or to the first one. */
static size_t next_group(const struct words *w, size_t end, size_t most)
{
	const uint8_t *p = w->raw.p + w->at;
	size_t n = end - w->at, size = most;

	if (n <= most)
		return n;
	while (size && !tk_model_cuts(w->m, p[size - 1], p[size]))
		size--;
	if (size)
		return size;
	size = most + 1;
	while (size < n && !tk_model_cuts(w->m, p[size - 1], p[size]))
		size++;
	return size;
}

/* A plain word that is longer than a key: it stays as it is, so its chunks lie
 * in raw text. */
static tok_status add_long_word(struct words *w, size_t end)
{
	tok_status st = TOK_OK;

	while (!st && w->at < end) {
		size_t most = w->space ? MOST : TK_KEY_SIZE;
		size_t size = next_group(w, end, most);

		st = size <= most ? add_key(w, size) : add_chunk(w, size);
	}
	return st;
}

/* Plain words that are chunks are looked for from w->at on, up to one that is
 * not, or that is near the end, or until a batch is full. */
static void seek_words(struct words *w)
{
	const struct tk_plain *plain = &w->m->plain;
	const tok_bytes raw = w->raw;
	size_t at = w->at, n = w->n_sought, next;
	unsigned space = w->space;

	while (n < BATCH && raw.n - at >= TK_PLAIN_SEEN) {
		size_t size = tk_plain_seen(raw.p + at), end = at + size;

		if (size - 1 >= MOST ||
		    !(plain->class[raw.p[end - 1]] & TK_PLAIN_ENDS) ||
		    !parts_at(w->m, raw, end, &next))
			break;
		struct sought *x = &w->sought[n++];
		x->key = tk_key_of(raw.p + at, size, TK_PLAIN_SEEN, space);
		seek(&w->s, x);
		at = next;
		space = TK_KEY_SPACED;
	}
	w->at = at;
	w->n_sought = n;
	w->space = space;
}

/* Spaces before the first plain word go; are there any? */
static bool skip_spaces(struct words *w)
{
	const uint8_t *class = w->m->plain.class;
	size_t i = 0;

	if (!w->is_first || w->at ||
	    !w->m->sp_form.remove_extra_whitespaces)
		return false;
	while (i < w->raw.n && class[w->raw.p[i]] & TK_PLAIN_SPACE)
		i++;
	if (!i || (i < w->raw.n && !(class[w->raw.p[i]] & TK_PLAIN_STAYS)))
		return false;
	w->raw.p += i;
	w->raw.n -= i;
	return true;
}

/* The same of whatever comes next. */
static tok_status seek_next(struct words *w)
{
	const struct tk_plain *plain = &w->m->plain;
	size_t size = tk_plain_run(plain, w->raw, w->at);
	size_t end = w->at + size, next;

	if (!size && skip_spaces(w))
		return TOK_OK;
	if (!size || !(plain->class[w->raw.p[end - 1]] & TK_PLAIN_ENDS) ||
	    !parts_at(w->m, w->raw, end, &next))
		return go_the_long_way(w);
	tok_status st = size <= MOST ? add_key(w, size)
				     : add_long_word(w, end);
	w->at = next;
	w->space = TK_KEY_SPACED;
	return st;
}

static tok_status run(struct words *w)
{
	tok_status st = TOK_OK;

	while (!st && w->at < w->raw.n) {
		if (w->m->plain.printable)
			seek_words(w);
		if (w->n_sought == BATCH)
			st = flush(w);
		else if (w->at < w->raw.n)
			st = seek_next(w);
	}
	return st ? st : flush(w);
}

/* All of a part, once what its stretch needs is set. */
static tok_status run_part(struct stretch *s, const struct tk_words_part *part,
			   tok_buf *clean)
{
	const tok_model *m = s->c->model;
	struct sought sought[BATCH]; /* not in w: lines are short to zero it */
	struct words w = {
		.s = *s,
		.m = m,
		.raw = part->raw,
		.is_first = part->is_first,
		.is_last = part->is_last,
		.space = TK_KEY_SPACED,
		.clean = clean,
		.sought = sought,
	};
	size_t before = s->ids->n;

	if (part->is_first && !m->sp_form.add_dummy_prefix)
		w.space = 0;
	tk_recall_begin(&w.s);
	tok_status st = run(&w);
	if (st)
		s->ids->n = before;
	*s = w.s;
	return st;
}

tok_status tk_words_draft(struct tk_chunker *c,
			  const struct tk_words_part *part, tok_buf *clean,
			  struct tk_draft *draft)
{
	struct stretch s = {.c = c, .ids = &draft->ids, .draft = draft};

	tk_draft_clear(draft);
	return run_part(&s, part, clean);
}

tok_status tk_words(struct tk_chunker *c, struct tk_sampler *sampler,
		    const struct tk_words_part *part, struct tk_so_far *so_far,
		    tok_buf *clean, tok_ids *ids)
{
	struct stretch s = {
		.c = c,
		.ids = ids,
		.sum = so_far->sum,
		.at = so_far->at,
		.resolves = true,
		.after_unknown = so_far->after_unknown,
		.unknown_end = ids->n,
		.sampler = sampler,
	};
	tok_status st = run_part(&s, part, clean);

	if (st)
		return st;
	if (!sampler)
		s.after_unknown &= s.unknown_end == ids->n;
	if (!sampler && !part->is_last)
		tk_recall_add_up(&s);
	*so_far = (struct tk_so_far){s.at, s.sum, s.after_unknown};
	return TOK_OK;
}
