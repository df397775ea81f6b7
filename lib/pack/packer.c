/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to rows: the policy for over-long ones, the books, and the queue
 * of rows that are ready. In: ids of documents. Out: rows; every token that
 * came in is in one row once, or counted as truncated or dropped. Memory is
 * bounded by the open rows, the rows not yet asked for, and a few spare ones.
 *
 * A document in parts gives the rows that it gives at once: its full rows
 * leave early, as they push nothing out that the whole one would not; what
 * fills none waits in a row of its own until the last part tells where it
 * goes. Wrapping needs to know no end, and waits for none.
 */
#include "base/memory.h"
#include "base/options.h"
#include "pack/method.h"

/* The document that goes on; zero if none does. */
struct current {
	bool goes_on;
	uint64_t document;
	uint64_t n; /* tokens up to now, whether stored or not */
	bool split; /* TOK_METHOD_WRAP: it is in two rows or more */
};

struct tok_packer {
	tok_pack_options options;
	struct current current;
	struct tk_rows rows;
	struct tk_best_fit best_fit;
	struct tk_row *open; /* next fit and wrap */
	struct tk_row *lent; /* what tok_packer_next handed out last */
	tok_ledger ledger;
};

static const char *const method_name[] = {
	[TOK_METHOD_BEST_FIT] = "best-fit",
	[TOK_METHOD_NEXT_FIT] = "next-fit",
	[TOK_METHOD_WRAP] = "wrap",
};

static const char *const over_long_name[] = {
	[TOK_OVER_LONG_SPLIT] = "split",
	[TOK_OVER_LONG_TRUNCATE] = "truncate",
	[TOK_OVER_LONG_DROP] = "drop",
	[TOK_OVER_LONG_ERROR] = "error",
};

enum {
	N_METHODS = sizeof(method_name) / sizeof(method_name[0]),
	N_OVER_LONG = sizeof(over_long_name) / sizeof(over_long_name[0])
};

const char *tok_method_name(tok_method method)
{
	return (unsigned)method < N_METHODS ? method_name[method] : NULL;
}

const char *tok_over_long_name(tok_over_long policy)
{
	return (unsigned)policy < N_OVER_LONG ? over_long_name[policy] : NULL;
}

void tok_pack_options_defaults(tok_pack_options *options, size_t size)
{
	const tok_pack_options o = {
		.size = sizeof(o),
		.row_len = 2048,
		.method = TOK_METHOD_BEST_FIT,
		.over_long = TOK_OVER_LONG_SPLIT,
		.open_rows = 64,
	};

	tk_options_give(options, size, &o, sizeof(o));
}

static bool usable(const tok_pack_options *o)
{
	return o->row_len && o->row_len <= INT32_MAX &&
	       (unsigned)o->method < N_METHODS &&
	       (unsigned)o->over_long < N_OVER_LONG && o->open_rows &&
	       o->open_rows <= TK_MAX_OPEN_ROWS;
}

tok_status tok_packer_new(const tok_pack_options *options, tok_packer **out)
{
	tok_pack_options o;

	*out = NULL;
	tok_pack_options_defaults(&o, sizeof(o));
	if (!tk_options_take(&o, options, sizeof(o)) || !usable(&o))
		return TOK_E_ARGUMENT;

	tok_packer *p = tk_new_zeroed(o.alloc, 1, sizeof(*p));
	if (!p)
		return TOK_E_MEMORY;
	p->options = o;
	p->rows.alloc = o.alloc;
	p->rows.row_len = o.row_len;
	p->rows.n_keep = 4;
	if (o.method == TOK_METHOD_BEST_FIT &&
	    tk_best_fit_init(&p->best_fit, o.alloc, o.open_rows)) {
		tok_packer_free(p);
		return TOK_E_MEMORY;
	}
	*out = p;
	return TOK_OK;
}

void tok_packer_free(tok_packer *p)
{
	if (!p)
		return;
	tk_best_fit_release(&p->best_fit, &p->rows);
	tk_rows_free(&p->rows, p->open);
	tk_rows_free(&p->rows, p->lent);
	tk_rows_release(&p->rows);
	tk_free(p->options.alloc, p, 1, sizeof(*p));
}

static void take_back(tok_packer *p)
{
	tk_rows_recycle(&p->rows, p->lent);
	p->lent = NULL;
}

/* The document ends with this part: its tokens go where the method says. */
static tok_status place(tok_packer *p, struct tk_part part)
{
	if (!tk_rows_pending(&p->rows, &part))
		return TOK_OK;
	switch (p->options.method) {
	case TOK_METHOD_NEXT_FIT:
		return tk_next_fit_add(&p->open, &p->rows, part);
	case TOK_METHOD_WRAP:
		return tk_wrap_add(&p->open, &p->rows, part);
	default:
		return tk_best_fit_add(&p->best_fit, &p->rows, part);
	}
}

/* The document goes on: what fills rows leaves, the rest waits. */
static tok_status hold(tok_packer *p, struct tk_part part)
{
	tok_over_long policy = p->options.over_long;
	size_t n = tk_rows_pending(&p->rows, &part), n_full = 0;

	if (p->options.method == TOK_METHOD_WRAP)
		return place(p, part);
	/* Otherwise a longer document may yet be in no row at all. */
	if (policy == TOK_OVER_LONG_SPLIT || policy == TOK_OVER_LONG_TRUNCATE)
		n_full = n / p->options.row_len;
	if (tk_rows_reserve(&p->rows, n_full, n - n_full * p->options.row_len))
		return TOK_E_MEMORY;
	/* Next fit: it does not fit into the open row. */
	if (n_full && p->open) {
		tk_rows_push(&p->rows, p->open);
		p->open = NULL;
	}
	tk_rows_fill(&p->rows, n_full, &part);
	tk_rows_hold(&p->rows, part);
	return TOK_OK;
}

/* How many of a document's first n tokens are stored if it has no more. */
static uint64_t n_stored(const tok_pack_options *o, uint64_t n)
{
	if (o->method == TOK_METHOD_WRAP || n <= o->row_len ||
	    o->over_long == TOK_OVER_LONG_SPLIT)
		return n;
	return o->over_long == TOK_OVER_LONG_TRUNCATE ? o->row_len : 0;
}

/* Wrapping cuts a document wherever a row ends. */
static bool will_wrap(const tok_packer *p, const struct tk_part *part)
{
	if (p->open)
		return part->n > p->options.row_len - p->open->n_ids;
	return part->n > (part->begin ? 0 : p->options.row_len);
}

static void enter_books(tok_packer *p, uint64_t n, uint64_t stored, bool split)
{
	tok_ledger *l = &p->ledger;

	l->tokens_stored += stored;
	l->documents_split += split;
	if (stored == n)
		return;
	if (stored) {
		l->tokens_truncated += n - stored;
		l->documents_truncated++;
	} else {
		l->tokens_dropped += n;
		l->documents_dropped++;
	}
}

tok_status tok_packer_add_part(tok_packer *p, const tok_id *id, size_t n,
			       uint64_t document, int goes_on)
{
	struct current *now = &p->current;
	struct tk_part part = {id, document, now->n, n};
	uint64_t total = now->n + n, stored = n_stored(&p->options, total);

	take_back(p);
	if (now->goes_on && now->document != document)
		return TOK_E_ARGUMENT;
	if (stored < total && !stored) {
		/* Over-long and to be left out, its earlier parts too. */
		tk_rows_forget(&p->rows);
		if (p->options.over_long == TOK_OVER_LONG_ERROR) {
			*now = (struct current){0};
			return TOK_E_LIMIT;
		}
	}
	part.n = stored > part.begin ? (size_t)(stored - part.begin) : 0;
	bool split = p->options.method == TOK_METHOD_WRAP
			     ? now->split || will_wrap(p, &part)
			     : stored > p->options.row_len;
	tok_status st = goes_on ? hold(p, part) : place(p, part);
	if (st)
		return st;
	if (goes_on) {
		*now = (struct current){true, document, total, split};
		return TOK_OK;
	}
	*now = (struct current){0};
	enter_books(p, total, stored, split);
	return TOK_OK;
}

tok_status tok_packer_add(tok_packer *p, const tok_id *id, size_t n,
			  uint64_t document)
{
	return tok_packer_add_part(p, id, n, document, 0);
}

tok_status tok_packer_finish(tok_packer *p)
{
	take_back(p);
	if (p->current.goes_on)
		return TOK_E_ARGUMENT;
	tk_best_fit_finish(&p->best_fit, &p->rows);
	if (p->open)
		tk_rows_push(&p->rows, p->open);
	p->open = NULL;
	return TOK_OK;
}

tok_status tok_packer_next(tok_packer *p, tok_row *row)
{
	take_back(p);
	p->lent = tk_rows_shift(&p->rows);
	if (!p->lent)
		return TOK_END;
	*row = (tok_row){
		.input_ids = p->lent->id,
		.n_ids = p->lent->n_ids,
		.seq_lengths = p->lent->length,
		.origin = p->lent->origin,
		.n_seqs = p->lent->n_seqs,
	};
	return TOK_OK;
}

void tok_packer_ledger(const tok_packer *p, tok_ledger *ledger)
{
	*ledger = p->ledger;
}
