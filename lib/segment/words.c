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

#include "base/bytes.h"
#include "segment/recall.h"

/* A document on its way. */
struct words {
	struct stretch s;
	const tok_model *m;
	tok_bytes raw;
	size_t at;
	bool space; /* is a space due before what comes next? */
	/* As it is written, and its bytes as a number. */
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
TK_INLINE bool parts_at(const struct words *w, size_t k, size_t *next)
{
	const uint8_t *class = w->m->plain.class;
	tok_bytes raw = w->raw;
	size_t i = k;

	while (i < raw.n && class[raw.p[i]] & TK_PLAIN_SPACE)
		i++;
	*next = i;
	/* All of a run of spaces is one, or goes; or each is one. */
	if (!w->m->sp_form.remove_extra_whitespaces && i - k > (i < raw.n))
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

/* The key of a word of up to 13 bytes, behind its space. */
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

/* Where the document may be parted next, behind w->at; *next is where it goes
 * on. The end of the text if nowhere. */
static size_t find_end(const struct words *w, size_t *next)
{
	const struct tk_plain *plain = &w->m->plain;

	for (size_t end = w->at + 1; end < w->raw.n; end++) {
		if (plain->low)
			end = tk_plain_low(w->raw, end);
		if (plain->class[w->raw.p[end - 1]] & TK_PLAIN_ENDS &&
		    parts_at(w, end, next))
			return *next < w->raw.n ? end : w->raw.n;
	}
	*next = w->raw.n;
	return w->raw.n;
}

/* What is not a plain word of a key's size, up to where it may be parted. */
static tok_status go_the_long_way(struct words *w)
{
	size_t next, end = find_end(w, &next);

	/* Those that are looked for may lie where this will lie. */
	tok_status st = flush(w);
	w->clean->n = 0;
	if (!st)
		st = tk_sp_normalize_part(
			&w->m->sp_form,
			(tok_bytes){w->raw.p + w->at, end - w->at},
			!w->at, end == w->raw.n, w->clean);
	if (!st)
		st = find_clean(w);
	w->at = next;
	w->space = true;
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

		if (!size || size > most ||
		    !(plain->class[w->raw.p[end - 1]] & TK_PLAIN_ENDS) ||
		    !parts_at(w, end, &next)) {
			st = go_the_long_way(w);
			continue;
		}
		struct sought *x = &w->sought[w->n_sought++];
		set_key(w, size, &x->key);
		x->chunk.n = size + (w->space ? w->space_size : 0);
		seek(&w->s, x);
		w->at = next;
		w->space = true;
		if (w->n_sought == BATCH)
			st = flush(w);
	}
	return st ? st : flush(w);
}

tok_status tk_words(struct tk_chunker *c, struct tk_sampler *sampler,
		    tok_bytes raw, tok_buf *clean, tok_ids *ids)
{
	const struct tk_sp_form *form = &c->model->sp_form;
	struct words w = {
		.s = {.c = c, .ids = ids, .resolves = true,
		      .sampler = sampler},
		.m = c->model,
		.raw = raw,
		.space = form->add_dummy_prefix,
		.space_bits = form->escape_whitespaces ? 0x8196E2 : ' ',
		.space_size = form->escape_whitespaces ? 3 : 1,
		.clean = clean,
	};
	size_t before = ids->n;

	tk_recall_begin(&w.s);
	tok_status st = run(&w);
	if (st)
		ids->n = before;
	return st;
}
