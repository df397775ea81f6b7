/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records out of a stream.
 *
 * In: bytes in pieces of any size. Out: the bytes between separators, the
 * first one that can be found counting. Independent of the pieces; a record
 * is delivered as soon as its separator has arrived, and a part of a longer
 * one as soon as it is certain that the record goes on behind it. Every byte
 * is searched and moved a bounded number of times on average: the buffer
 * grows by half, and what is left of it moves to the front only when it is
 * read full. What moved is delivered, whole or as a part, before anything
 * moves again: where parts are wanted, a buffer of a part and a read will do.
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
	r->at = r->offset = r->line = 0;
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

	if (!sep.n) {
		r->searched = r->end;
		return false;
	}
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

/* Whether the buffer holds whatever can be unknown of a part (its bytes and
 * all but one of a separator) and a read behind it. */
static bool is_enough(const struct tk_records *r)
{
	size_t beside = r->separator.n + LEAST_READ;

	return r->max_part && r->cap > beside && r->cap - beside >= r->max_part;
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
	if (r->cap && (n <= r->cap / 2 || is_enough(r)))
		return TOK_OK;
	size_t need = r->cap ? r->cap + 1 : FIRST_SIZE;
	if (!tk_grow(r->alloc, (void **)&r->p, &r->cap, need, 1))
		return tk_fail(err, TOK_E_MEMORY, r->at,
			       "%s: no memory for the record at byte %llu, "
			       "longer than %llu bytes",
			       r->path, (unsigned long long)r->at,
			       (unsigned long long)(r->offset + n));
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

/* The next n bytes, and the separator behind them; goes_on: a part. */
static void deliver(struct tk_records *r, size_t n, size_t sep_size,
		    bool goes_on, struct tk_record *record)
{
	*record = (struct tk_record){
		.text = {r->p + r->begin, n},
		.separator_size = sep_size,
		.at = r->at,
		.line = r->line + 1,
		.offset = r->offset,
		.goes_on = goes_on,
	};
	r->begin += n + sep_size;
	r->offset += n;
	if (goes_on)
		return;
	r->at += r->offset + sep_size;
	r->offset = 0;
	r->line++;
	r->searched = r->begin;
}

/* More bytes behind r->end, or the end. */
static tok_status read_more(struct tk_records *r, struct tk_unpack *from,
			    tok_error *err)
{
	size_t more;
	tok_status st = make_room(r, err);

	if (!st)
		st = tk_unpack_read(from, r->p + r->end, r->cap - r->end,
				    &more, err);
	if (!st)
		r->end += more;
	if (st != TOK_END)
		return st;
	/* A separator that is not whole is none. */
	r->ended = true;
	r->searched = r->end;
	return TOK_OK;
}

tok_status tk_records_next(struct tk_records *r, struct tk_unpack *from,
			   struct tk_record *record, tok_error *err)
{
	size_t max = r->max_part ? r->max_part : SIZE_MAX;

	for (;;) {
		bool found = find_separator(r);
		size_t known = r->searched - r->begin; /* to be the record's */
		bool goes_on = known > max;
		size_t n = goes_on ? max : known;

		/* Of the part alone: what lies behind it depends on reads. */
		if (n > r->max_record - r->offset)
			return fail_limit(r, err);
		if (found || goes_on ||
		    (r->ended && (n || (!r->separator.n && !r->line)))) {
			deliver(r, n, found && !goes_on ? r->separator.n : 0,
				goes_on, record);
			return TOK_OK;
		}
		if (r->ended)
			return TOK_END;
		tok_status st = read_more(r, from, err);
		if (st)
			return st;
	}
}
