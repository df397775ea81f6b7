/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gathers documents into a batch. In: a source. Out: spans over a copy of
 * their bytes. Where batches end decides nothing but speed and latency: a
 * batch that would have to wait for a pipe ends before it waits, so a line
 * that goes into a pipe comes out before the next one is written.
 */
#include "feed.h"

#include <stdlib.h>
#include <string.h>

#include "operands.h"

#define MAX_TEXT ((size_t)FEED_PART)
#define MAX_DOCS ((size_t)1 << 16)

void feed_release(struct feed *f)
{
	free(f->docs);
	free(f->places);
	free(f->end);
	free(f->text);
	*f = (struct feed){0};
}

static bool grow(void *array, size_t n, size_t size)
{
	void *moved = realloc(*(void **)array, n * size);

	if (moved)
		*(void **)array = moved;
	return moved != NULL;
}

static bool room(struct feed *f, size_t n_bytes)
{
	if (f->n == f->cap_docs) {
		size_t cap = f->cap_docs ? 2 * f->cap_docs : 256;

		if (!grow(&f->docs, cap, sizeof(*f->docs)) ||
		    !grow(&f->places, cap, sizeof(*f->places)) ||
		    !grow(&f->end, cap, sizeof(*f->end)))
			return false;
		f->cap_docs = cap;
	}
	if (n_bytes > f->cap_text - f->n_text) {
		size_t cap = f->cap_text + f->cap_text / 2;

		if (n_bytes > SIZE_MAX / 2 - f->n_text)
			return false;
		if (cap < f->n_text + n_bytes)
			cap = f->n_text + n_bytes;
		if (!grow(&f->text, cap, 1))
			return false;
		f->cap_text = cap;
	}
	return true;
}

static bool append(struct feed *f, const tok_doc *doc)
{
	if (!room(f, doc->text.n))
		return false;
	if (!f->n) {
		f->first = doc->index;
		f->continues = doc->offset > 0;
		f->goes_on = doc->goes_on;
	}
	if (doc->text.n)
		memcpy(f->text + f->n_text, doc->text.p, doc->text.n);
	f->n_text += doc->text.n;
	f->places[f->n] = (struct feed_place){doc->path, doc->line};
	f->end[f->n++] = f->n_text;
	return true;
}

/* The text may have moved while it grew: spans are made at the end. */
static void finish(struct feed *f)
{
	size_t begin = 0;

	for (size_t i = 0; i < f->n; i++) {
		f->docs[i] = (tok_bytes){f->text + begin, f->end[i] - begin};
		begin = f->end[i];
	}
	f->doc = f->docs;
	f->place = f->places;
}

static bool is_part(const tok_doc *doc)
{
	return doc->offset || doc->goes_on;
}

tok_status feed_read(struct feed *f, tok_source *source, tok_error *err)
{
	tok_status st = TOK_OK;
	bool more = true;

	f->n = f->n_text = 0;
	while (more) {
		if (!f->held)
			st = tok_source_next(source, &f->next, err);
		f->held = false;
		if (st)
			break;
		/* Documents of a batch are numbered without gaps; a part of
		 * one is a batch of its own. */
		if (f->n && (f->next.index != f->first + f->n ||
			     is_part(&f->next))) {
			f->held = true;
			break;
		}
		if (!append(f, &f->next))
			return fail(err, TOK_E_MEMORY,
				    "%s: line %llu: out of memory",
				    f->next.path,
				    (unsigned long long)f->next.line);
		more = !is_part(&f->next) && f->n < MAX_DOCS && f->n_text < MAX_TEXT &&
		       !operands_would_wait(f->next.path);
	}
	if (st && (st != TOK_END || !f->n))
		return st;
	finish(f);
	return TOK_OK;
}
