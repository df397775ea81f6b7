/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to counted pre-tokens. In: a source. Out: each distinct pre-token
 * with its exact count, or, where they are too many, those whose hash lies
 * below a threshold.
 *
 * The threshold is halved whenever the budget is passed. It ends at the
 * highest power of two whose pre-tokens, of the whole corpus, fit; that is
 * so in whatever order they come, and none of them was ever left out.
 */
#include "train/count.h"

#include <stdlib.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "base/error.h"

void tk_corpus_release(struct tk_corpus *c)
{
	tok_buf_release(&c->bytes);
	tk_free(c->alloc, c->pre, c->cap, sizeof(*c->pre));
	tk_free(c->alloc, c->slot, c->n_slots, sizeof(*c->slot));
	c->pre = NULL;
	c->slot = NULL;
	c->n = c->cap = c->n_slots = 0;
}

static uint64_t used(const struct tk_corpus *c)
{
	return c->bytes.n + c->n * sizeof(*c->pre) +
	       c->n_slots * sizeof(*c->slot);
}

static bool kept(const struct tk_corpus *c, uint64_t hash)
{
	return c->shift == 0 || (c->shift < 64 && hash >> (64 - c->shift) == 0);
}

/* Where a hash's search begins; low bits, since sampling uses the high. */
static size_t home(const struct tk_corpus *c, uint64_t hash)
{
	return (size_t)(hash * UINT64_C(0x9E3779B97F4A7C15) >> 20) &
	       (c->n_slots - 1);
}

static void fill_table(struct tk_corpus *c)
{
	memset(c->slot, 0, c->n_slots * sizeof(*c->slot));
	for (size_t i = 0; i < c->n; i++) {
		size_t at = home(c, c->pre[i].hash);

		while (c->slot[at])
			at = (at + 1) & (c->n_slots - 1);
		c->slot[at] = (uint32_t)i + 1;
	}
}

static tok_status grow_table(struct tk_corpus *c)
{
	size_t n_slots = c->n_slots ? 2 * c->n_slots : 4096;
	uint32_t *slot = tk_new(c->alloc, n_slots, sizeof(*slot));

	if (!slot)
		return TOK_E_MEMORY;
	tk_free(c->alloc, c->slot, c->n_slots, sizeof(*c->slot));
	c->slot = slot;
	c->n_slots = n_slots;
	fill_table(c);
	return TOK_OK;
}

/* Halves the threshold until what is left fits the budget. */
static tok_status shed(struct tk_corpus *c)
{
	while (used(c) > c->budget && c->shift < 63) {
		size_t n = 0;
		uint64_t size = 0;

		c->shift++;
		for (size_t i = 0; i < c->n; i++) {
			struct tk_pretoken p = c->pre[i];

			if (!kept(c, p.hash))
				continue;
			/* Pre-tokens lie in the order of pre: moving each
			 * down never overwrites a later one. */
			memmove(c->bytes.p + size, c->bytes.p + p.at, p.n);
			p.at = size;
			size += p.n;
			c->pre[n++] = p;
		}
		c->n = n;
		c->bytes.n = (size_t)size;
		fill_table(c);
		if (!n)
			break;
	}
	return c->n || used(c) <= c->budget ? TOK_OK : TOK_E_LIMIT;
}

static tok_status insert(struct tk_corpus *c, tok_bytes text, uint64_t hash,
			 size_t at)
{
	if (c->n >= UINT32_MAX - 1)
		return TOK_E_LIMIT;
	if (!tk_grow(c->alloc, (void **)&c->pre, &c->cap, c->n + 1,
		     sizeof(*c->pre)))
		return TOK_E_MEMORY;
	uint64_t where = c->bytes.n;
	tok_status st = tk_buf_append(&c->bytes, text.p, text.n);
	if (st)
		return st;
	c->pre[c->n++] = (struct tk_pretoken){
		.hash = hash,
		.at = where,
		.count = 1,
		.n = (uint32_t)text.n,
	};
	c->slot[at] = (uint32_t)c->n;
	return used(c) > c->budget ? shed(c) : TOK_OK;
}

tok_status tk_corpus_add(struct tk_corpus *c, tok_bytes text)
{
	uint64_t hash = tk_xxh3(text, c->seed);

	c->size += text.n;
	if (!kept(c, hash))
		return TOK_OK;
	if (c->n >= c->n_slots / 2) {
		tok_status st = grow_table(c);

		if (st)
			return st;
	}
	size_t at = home(c, hash);
	for (; c->slot[at]; at = (at + 1) & (c->n_slots - 1)) {
		struct tk_pretoken *p = &c->pre[c->slot[at] - 1];

		if (p->hash == hash && p->n == text.n &&
		    !memcmp(c->bytes.p + p->at, text.p, text.n)) {
			p->count++;
			return TOK_OK;
		}
	}
	return insert(c, text, hash, at);
}

/* qsort knows no context: hashes of 64 bits differ but for a few in a
 * billion, and those are put in order below. */
static int by_hash(const void *a, const void *b)
{
	const struct tk_pretoken *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->n < y->n ? -1 : x->n > y->n;
}

void tk_corpus_finish(struct tk_corpus *c)
{
	tk_free(c->alloc, c->slot, c->n_slots, sizeof(*c->slot));
	c->slot = NULL;
	c->n_slots = 0;
	c->size_kept = 0;
	if (!c->n)
		return;
	qsort(c->pre, c->n, sizeof(*c->pre), by_hash);
	for (size_t i = 1; i < c->n; i++) {
		/* Insertion among equals, by bytes. */
		for (size_t k = i; k && !by_hash(&c->pre[k - 1], &c->pre[k]) &&
		     tk_bytes_cmp(tk_corpus_bytes(c, k - 1),
				  tk_corpus_bytes(c, k)) > 0; k--) {
			struct tk_pretoken t = c->pre[k];

			c->pre[k] = c->pre[k - 1];
			c->pre[k - 1] = t;
		}
	}
	for (size_t i = 0; i < c->n; i++)
		c->size_kept += c->pre[i].count * c->pre[i].n;
}

/* Where a window of text may end: not inside a character. */
static size_t window_end(tok_bytes text)
{
	size_t n = text.n;

	if (n <= TK_WINDOW)
		return n;
	n = TK_WINDOW;
	for (int back = 0; back < 3 && (text.p[n] & 0xC0) == 0x80; back++)
		n--;
	return n;
}

static tok_status count_document(struct tk_corpus *c,
				 const struct tk_split *split, tok_bytes text)
{
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		size_t end = tk_split_next(split, text, at);

		while (!st && at < end) {
			tok_bytes rest = {text.p + at, end - at};

			rest.n = window_end(rest);
			st = tk_corpus_add(c, rest);
			at += rest.n;
		}
	}
	return st;
}

static bool stopped(const tok_progress *watch, const tok_source *source)
{
	uint64_t done, total;

	if (!watch || !watch->tick)
		return false;
	tok_source_progress(source, &done, &total);
	return watch->tick(watch->ctx, "count", done, total) != 0;
}

tok_status tk_count(tok_source *source,
		    const struct tk_normalizer *normalizer,
		    const struct tk_split *split, const tok_progress *watch,
		    struct tk_corpus *c, tok_error *err)
{
	tok_status st;
	tok_buf scratch;
	tok_doc doc;

	tok_buf_init(&scratch, c->alloc);
	while (!(st = tok_source_next(source, &doc, err))) {
		tok_bytes clean = doc.text;

		if (normalizer) {
			scratch.n = 0;
			st = tk_normalize(normalizer, doc.text, &scratch, NULL,
					  &clean);
		}
		if (!st)
			st = count_document(c, split, clean);
		if (st == TOK_E_LIMIT)
			tk_fail(err, st, 0,
				"the memory limit is too small to train "
				"within; raise it (--memory)");
		else if (st)
			tk_fail_status(err, st, "counting the corpus");
		if (!st && doc.index % 256 == 0 && stopped(watch, source))
			st = tk_fail(err, TOK_E_STOPPED, 0,
				     "stopped while counting");
		if (st)
			break;
	}
	tok_buf_release(&scratch);
	if (st != TOK_END)
		return st;
	tk_corpus_finish(c);
	return TOK_OK;
}
