/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to rows: the policy for over-long ones, the books, and the queue
 * of rows that are ready. In: ids of documents. Out: rows; every token that
 * came in is in one row once, or counted as truncated or dropped. Memory is
 * bounded by the open rows, the rows not yet asked for, and a few spare ones.
 */
#include "base/memory.h"
#include "base/options.h"
#include "pack/method.h"

struct tok_packer {
	tok_pack_options options;
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

static tok_status place(tok_packer *p, struct tk_part part)
{
	switch (p->options.method) {
	case TOK_METHOD_NEXT_FIT:
		return tk_next_fit_add(&p->open, &p->rows, part);
	case TOK_METHOD_WRAP:
		return tk_wrap_add(&p->open, &p->rows, part);
	default:
		return tk_best_fit_add(&p->best_fit, &p->rows, part);
	}
}

/* Wrapping cuts a document wherever a row ends, the other methods only what
 * is longer than a row. */
static bool will_split(const tok_packer *p, size_t n)
{
	size_t room = p->options.row_len;

	if (p->options.method == TOK_METHOD_WRAP && p->open)
		room -= p->open->n_ids;
	return n > room;
}

tok_status tok_packer_add(tok_packer *p, const tok_id *id, size_t n,
			  uint64_t document)
{
	struct tk_part part = {id, document, 0, n};
	size_t cut = 0;

	take_back(p);
	if (n > p->options.row_len && p->options.method != TOK_METHOD_WRAP) {
		if (p->options.over_long == TOK_OVER_LONG_ERROR)
			return TOK_E_LIMIT;
		if (p->options.over_long == TOK_OVER_LONG_DROP)
			part.n = 0;
		if (p->options.over_long == TOK_OVER_LONG_TRUNCATE)
			part.n = p->options.row_len;
		cut = n - part.n;
	}
	bool split = will_split(p, part.n);
	tok_status st = part.n ? place(p, part) : TOK_OK;
	if (st)
		return st;

	p->ledger.tokens_stored += part.n;
	p->ledger.documents_split += split;
	if (cut && part.n) {
		p->ledger.tokens_truncated += cut;
		p->ledger.documents_truncated++;
	} else if (cut) {
		p->ledger.tokens_dropped += cut;
		p->ledger.documents_dropped++;
	}
	return TOK_OK;
}

tok_status tok_packer_finish(tok_packer *p)
{
	take_back(p);
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
