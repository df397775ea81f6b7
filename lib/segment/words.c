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

/* Bytes before the end in which the last place is looked for. */
enum { NEAR = 1 << 16 };

/* A document on its way. */
struct words {
	struct stretch s;
	const tok_model *m;
	tok_bytes raw;
	size_t at;
	bool is_first, is_last;
	bool space; /* is a space due before what comes next? */
	/* As it is written, and its bytes as a number. */
	const char *spelling;
	uint64_t space_bits;
	unsigned space_size;
	tok_buf *clean;
	/* Chunks that are looked for; some may lie in clean. */
	struct sought sought[BATCH];
	size_t n_sought;
};

bool tk_words_suits(const tok_model *m)
{
	return m->form == TOK_NORMALIZE_SENTENCEPIECE && m->plain.works;
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

/* The number whose bytes in memory are those of v, the lowest first. */
TK_INLINE uint64_t in_memory(uint64_t v)
{
	uint8_t bytes[8];

	tk_put64(bytes, v);
	memcpy(&v, bytes, sizeof(v));
	return v;
}

/* The key of size < TK_KEY_SIZE bytes, behind the space that is due. */
TK_INLINE void set_key(const struct words *w, size_t size, struct tk_key *key)
{
	const uint8_t *p = w->raw.p + w->at;
	uint8_t padded[16] = {0};

	if (TK_UNLIKELY(w->raw.n - w->at < sizeof(padded))) {
		memcpy(padded, p, size);
		p = padded;
	}
	uint64_t low = tk_get64(p), high = 0;
	if (size < 8)
		low &= (UINT64_C(1) << 8 * size) - 1;
	else
		high = tk_get64(p + 8) & ((UINT64_C(1) << 8 * (size - 8)) - 1);
	if (w->space) {
		high = high << 8 * w->space_size |
		       low >> (64 - 8 * w->space_size);
		low = low << 8 * w->space_size | w->space_bits;
	}
	key->word[0] = in_memory(low);
	key->word[1] = in_memory(high);
}

/* All of clean, the chunks of which are found there. */
static tok_status find_clean(struct words *w)
{
	const tok_bytes text = {w->clean->p, w->clean->n};
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		at = find_chunk(&w->s, text, at, &w->sought[w->n_sought++]);
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
	w->space = true;
	return st;
}

/* What is next, of size bytes and the space that is due, is looked for. */
TK_INLINE tok_status add_key(struct words *w, size_t size)
{
	struct sought *x = &w->sought[w->n_sought++];

	set_key(w, size, &x->key);
	x->chunk.n = size + (w->space ? w->space_size : 0);
	seek(&w->s, x);
	w->at += size;
	w->space = false;
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
			st = tk_buf_append(w->clean, w->spelling,
					   w->space_size);
		if (!st)
			st = tk_buf_append(w->clean, chunk.p, chunk.n);
		chunk = (tok_bytes){w->clean->p, w->clean->n};
	}
	w->sought[w->n_sought++] = (struct sought){.chunk = chunk};
	w->at += size;
	w->space = false;
	return !st && w->n_sought == BATCH ? flush(w) : st;
}

/* Bytes of the plain word from w->at on, up to the last cut that leaves no
 * more than `most`, or to the first one. */
static size_t next_group(const struct words *w, size_t end, size_t most)
{
	const uint8_t *p = w->raw.p;
	size_t size = 0;

	for (size_t i = w->at + 1; i <= end; i++) {
		if (i - w->at > most && size)
			break;
		if (i == end || tk_model_cuts(w->m, p[i - 1], p[i]))
			size = i - w->at;
		if (size > most)
			break;
	}
	return size;
}

/* A plain word that is longer than a key: it stays as it is, so its chunks lie
 * in raw text. */
static tok_status add_long_word(struct words *w, size_t end)
{
	tok_status st = TOK_OK;

	while (!st && w->at < end) {
		size_t most = w->space ? TK_KEY_SIZE - w->space_size
				       : TK_KEY_SIZE - 1;
		size_t size = next_group(w, end, most);

		st = size <= most ? add_key(w, size) : add_chunk(w, size);
	}
	return st;
}

static tok_status run(struct words *w)
{
	const struct tk_plain *plain = &w->m->plain;
	const size_t most = TK_KEY_SIZE - w->space_size;
	tok_status st = TOK_OK;
	size_t next;

	while (!st && w->at < w->raw.n) {
		size_t size = tk_plain_run(plain, w->raw, w->at);
		size_t end = w->at + size;

		if (!size ||
		    !(plain->class[w->raw.p[end - 1]] & TK_PLAIN_ENDS) ||
		    !parts_at(w->m, w->raw, end, &next)) {
			st = go_the_long_way(w);
			continue;
		}
		st = TK_LIKELY(size <= most) ? add_key(w, size)
					     : add_long_word(w, end);
		w->at = next;
		w->space = true;
	}
	return st ? st : flush(w);
}

tok_status tk_words(struct tk_chunker *c, struct tk_sampler *sampler,
		    const struct tk_words_part *part, struct tk_so_far *so_far,
		    tok_buf *clean, tok_ids *ids)
{
	const struct tk_sp_form *form = &c->model->sp_form;
	struct words w = {
		.s = {.c = c, .ids = ids, .resolves = true,
		      .sum = so_far->sum, .at = so_far->at,
		      .after_unknown = so_far->after_unknown,
		      .sampler = sampler},
		.m = c->model,
		.raw = part->raw,
		.is_first = part->is_first,
		.is_last = part->is_last,
		.space = !part->is_first || form->add_dummy_prefix,
		.spelling = form->escape_whitespaces ? "\xE2\x96\x81" : " ",
		.space_bits = form->escape_whitespaces ? 0x8196E2 : ' ',
		.space_size = form->escape_whitespaces ? 3 : 1,
		.clean = clean,
	};
	size_t before = ids->n;

	tk_recall_begin(&w.s);
	tok_status st = run(&w);
	if (st) {
		ids->n = before;
		return st;
	}
	if (!sampler && !part->is_last)
		tk_recall_add_up(&w.s);
	*so_far = (struct tk_so_far){w.s.at, w.s.sum, w.s.after_unknown};
	return TOK_OK;
}
