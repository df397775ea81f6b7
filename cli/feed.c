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
		held_release(&f->half[i].held);
		free(f->half[i].places);
	}
	*f = (struct feed){0};
}

static bool room_for_place(struct gathered *g)
{
	size_t cap = g->cap_places ? 2 * g->cap_places : 256;

	if (g->held.n < g->cap_places)
		return true;
	void *moved = realloc(g->places, cap * sizeof(*g->places));
	if (!moved)
		return false;
	g->places = moved;
	g->cap_places = cap;
	return true;
}

static bool append(struct gathered *g, const tok_doc *doc)
{
	size_t i = g->held.n;

	if (!room_for_place(g) || !held_add(&g->held, doc->text, false))
		return false;
	g->places[i] = (struct feed_place){doc->path, doc->line};
	if (i)
		return true;
	g->first = doc->index;
	g->continues = doc->offset > 0;
	g->goes_on = doc->goes_on;
	return true;
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
		if (g->held.n && (f->next.index != g->first + g->held.n ||
				  is_part(&f->next))) {
			f->held = true;
			break;
		}
		if (!append(g, &f->next))
			return fail(&g->err, TOK_E_MEMORY,
				    "%s: line %llu: out of memory",
				    f->next.path,
				    (unsigned long long)f->next.line);
		more = !is_part(&f->next) && g->held.n < MAX_DOCS &&
		       g->held.n_text < f->most &&
		       !operands_would_wait(f->next.path);
	}
	return st == TOK_END && g->held.n ? TOK_OK : st;
}

/* The job: the next batch. */
static void gather(void *feed)
{
	struct feed *f = feed;
	struct gathered *g = &f->half[f->turn];

	held_clear(&g->held);
	g->status = gather_docs(f, g);
	if (!g->status)
		held_finish(&g->held);
	tok_source_ledger(f->source, &g->read);
	tok_source_progress(f->source, &g->done, &g->total);
}

static void show(struct feed *f, const struct gathered *g)
{
	f->doc = g->held.doc;
	f->place = g->places;
	f->n = g->held.n;
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
