/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records out of a stream.
 *
 * In: bytes in pieces of any size. Out: the bytes between separators, the
 * first one that can be found counting. Independent of the pieces; a record
 * is delivered as soon as its separator has arrived. Every byte is searched
 * and moved a bounded number of times on average: the buffer grows by half,
 * and what is left of it moves to the front only when it is read full.
 */
#include "text/records.h"

#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/memory.h"

enum {
	FIRST_SIZE = 1 << 18,
	LEAST_READ = 1 << 14
};

void tk_records_start(struct tk_records *r, const char *path)
{
	r->path = path;
	r->begin = r->end = r->searched = 0;
	r->at = r->line = 0;
	r->ended = false;
}

void tk_records_release(struct tk_records *r)
{
	tk_free(r->alloc, r->p, r->cap, 1);
	*r = (struct tk_records){.alloc = r->alloc};
}

/* Moves r->searched to the separator and returns true, or as far as none can
 * begin. */
static bool find_separator(struct tk_records *r)
{
	tok_bytes sep = r->separator;

	while (r->end - r->searched >= sep.n) {
		const uint8_t *from = r->p + r->searched;
		const uint8_t *hit = memchr(from, sep.p[0],
					    r->end - r->searched - sep.n + 1);

		if (!hit) {
			r->searched = r->end - sep.n + 1;
			return false;
		}
		r->searched = (size_t)(hit - r->p);
		if (!memcmp(hit, sep.p, sep.n))
			return true;
		r->searched++;
	}
	return false;
}

/* Room behind r->end for a read that is worth its while. */
static tok_status make_room(struct tk_records *r, tok_error *err)
{
	size_t n = r->end - r->begin;

	if (r->cap - r->end >= LEAST_READ)
		return TOK_OK;
	if (r->begin) {
		memmove(r->p, r->p + r->begin, n);
		r->searched -= r->begin;
		r->begin = 0;
		r->end = n;
	}
	if (r->cap && n <= r->cap / 2)
		return TOK_OK;
	size_t need = r->cap ? r->cap + 1 : FIRST_SIZE;
	if (!tk_grow(r->alloc, (void **)&r->p, &r->cap, need, 1))
		return tk_fail(err, TOK_E_MEMORY, r->at,
			       "%s: no memory for the record at byte %llu, "
			       "longer than %llu bytes",
			       r->path, (unsigned long long)r->at,
			       (unsigned long long)n);
	return TOK_OK;
}

static tok_status fail_limit(const struct tk_records *r, tok_error *err)
{
	return tk_fail(err, TOK_E_LIMIT, r->at,
		       "%s: record %llu, at byte %llu, is longer than the "
		       "limit of %llu bytes; is the separator right?",
		       r->path, (unsigned long long)r->line + 1,
		       (unsigned long long)r->at,
		       (unsigned long long)r->max_record);
}

static tok_status deliver(struct tk_records *r, size_t n, size_t sep_size,
			  struct tk_record *record, tok_error *err)
{
	if (n > r->max_record)
		return fail_limit(r, err);
	*record = (struct tk_record){{r->p + r->begin, n}, sep_size, r->at,
				     ++r->line};
	r->begin += n + sep_size;
	r->at += n + sep_size;
	r->searched = r->begin;
	return TOK_OK;
}

tok_status tk_records_next(struct tk_records *r, struct tk_unpack *from,
			   struct tk_record *record, tok_error *err)
{
	size_t sep_size = r->separator.n;

	for (;;) {
		if (sep_size && find_separator(r))
			return deliver(r, r->searched - r->begin, sep_size,
				       record, err);
		size_t n = r->end - r->begin, more;
		if (n >= sep_size && n - sep_size >= r->max_record &&
		    n > r->max_record)
			return fail_limit(r, err);
		if (r->ended && (n || (!sep_size && !r->line)))
			return deliver(r, n, 0, record, err);
		if (r->ended)
			return TOK_END;
		tok_status st = make_room(r, err);
		if (!st)
			st = tk_unpack_read(from, r->p + r->end,
					    r->cap - r->end, &more, err);
		if (st == TOK_END)
			r->ended = true;
		else if (st)
			return st;
		else
			r->end += more;
	}
}
