/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers documents into a batch. In: a source. Out: spans over a copy of
 * their bytes. Where batches end decides nothing but speed and latency: a
 * batch that would have to wait for a pipe ends before it waits, so a line
 * that goes into a pipe comes out before the next one is written. Files do not
 * wait: while a batch is worked on, a thread of the pool gathers the next one,
 * and what fails there fails when it is asked for.
 */
#include "feed.h"

#include <stdlib.h>
#include <string.h>

#include "operands.h"

#define MAX_DOCS ((size_t)1 << 16)

enum {
	/* What a processor keeps near it, with the ids. */
	ALONE = 1 << 18,
	EACH = 1 << 20,
	MOST = 1 << 22
};

size_t feed_size(unsigned n_threads)
{
	if (n_threads < 2)
		return ALONE;
	return n_threads < MOST / EACH ? n_threads * (size_t)EACH : MOST;
}

void feed_open(struct feed *f, tok_source *source, tok_pool *pool)
{
	unsigned n_threads = tok_pool_n_threads(pool);
	uint64_t done, total;

	*f = (struct feed){.source = source, .pool = pool};
	f->most = feed_size(n_threads);
	/* Whoever waits for a pipe may be the one that is waited for. */
	tok_source_progress(source, &done, &total);
	f->ahead = n_threads > 1 && total;
}

void feed_release(struct feed *f)
{
	tok_pool_wait(f->pool, &f->job);
	for (size_t i = 0; i < 2; i++) {
		free(f->half[i].docs);
		free(f->half[i].places);
		free(f->half[i].end);
		free(f->half[i].text);
	}
	*f = (struct feed){0};
}

static bool grow(void *array, size_t n, size_t size)
{
	void *moved = realloc(*(void **)array, n * size);

	if (moved)
		*(void **)array = moved;
	return moved != NULL;
}

static bool room(struct gathered *g, size_t n_bytes)
{
	if (g->n == g->cap_docs) {
		size_t cap = g->cap_docs ? 2 * g->cap_docs : 256;

		if (!grow(&g->docs, cap, sizeof(*g->docs)) ||
		    !grow(&g->places, cap, sizeof(*g->places)) ||
		    !grow(&g->end, cap, sizeof(*g->end)))
			return false;
		g->cap_docs = cap;
	}
	if (n_bytes > g->cap_text - g->n_text) {
		size_t cap = g->cap_text + g->cap_text / 2;

		if (n_bytes > SIZE_MAX / 2 - g->n_text)
			return false;
		if (cap < g->n_text + n_bytes)
			cap = g->n_text + n_bytes;
		if (!grow(&g->text, cap, 1))
			return false;
		g->cap_text = cap;
	}
	return true;
}

static bool append(struct gathered *g, const tok_doc *doc)
{
	if (!room(g, doc->text.n))
		return false;
	if (!g->n) {
		g->first = doc->index;
		g->continues = doc->offset > 0;
		g->goes_on = doc->goes_on;
	}
	if (doc->text.n)
		memcpy(g->text + g->n_text, doc->text.p, doc->text.n);
	g->n_text += doc->text.n;
	g->places[g->n] = (struct feed_place){doc->path, doc->line};
	g->end[g->n++] = g->n_text;
	return true;
}

/* The text may have moved while it grew: spans are made at the end. */
static void finish(struct gathered *g)
{
	size_t begin = 0;

	for (size_t i = 0; i < g->n; i++) {
		g->docs[i] = (tok_bytes){g->text + begin, g->end[i] - begin};
		begin = g->end[i];
	}
}

static bool is_part(const tok_doc *doc)
{
	return doc->offset || doc->goes_on;
}

static tok_status gather_docs(struct feed *f, struct gathered *g)
{
	tok_status st = TOK_OK;
	bool more = true;

	while (more) {
		if (!f->held)
			st = tok_source_next(f->source, &f->next, &g->err);
		f->held = false;
		if (st)
			break;
		/* Documents of a batch are numbered without gaps; a part of
		 * one is a batch of its own. */
		if (g->n && (f->next.index != g->first + g->n ||
			     is_part(&f->next))) {
			f->held = true;
			break;
		}
		if (!append(g, &f->next))
			return fail(&g->err, TOK_E_MEMORY,
				    "%s: line %llu: out of memory",
				    f->next.path,
				    (unsigned long long)f->next.line);
		more = !is_part(&f->next) && g->n < MAX_DOCS &&
		       g->n_text < f->most &&
		       !operands_would_wait(f->next.path);
	}
	return st == TOK_END && g->n ? TOK_OK : st;
}

/* The job: the next batch. */
static void gather(void *feed)
{
	struct feed *f = feed;
	struct gathered *g = &f->half[f->turn];

	g->n = g->n_text = 0;
	g->status = gather_docs(f, g);
	if (!g->status)
		finish(g);
	tok_source_ledger(f->source, &g->read);
	tok_source_progress(f->source, &g->done, &g->total);
}

static void show(struct feed *f, const struct gathered *g)
{
	f->doc = g->docs;
	f->place = g->places;
	f->n = g->n;
	f->first = g->first;
	f->continues = g->continues;
	f->goes_on = g->goes_on;
	f->read = g->read;
	f->done = g->done;
	f->total = g->total;
}

tok_status feed_read(struct feed *f, tok_error *err)
{
	const struct gathered *g = &f->half[f->turn];

	if (f->begun)
		tok_pool_wait(f->pool, &f->job);
	else
		gather(f);
	f->begun = false;
	show(f, g);
	if (g->status) {
		*err = g->err;
		return g->status;
	}
	f->turn ^= 1;
	if (f->ahead) {
		f->begun = true;
		f->job.run = gather;
		f->job.ctx = f;
		tok_pool_start(f->pool, &f->job);
	}
	return TOK_OK;
}
