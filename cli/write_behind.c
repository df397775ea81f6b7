/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In: batches of ids. Out: what --format makes of them, in order, and how many
 * were put and cut off. A thread of the pool, if it has one to spare, writes a
 * batch while the next one is encoded; what goes wrong with a batch is said
 * before anything that goes wrong with the next.
 */
#include "write_behind.h"

#include "ids_text.h"

/* Of a batch, what writing takes. */
struct batch {
	const tok_id *id;
	const tok_span *span;
	const uint64_t *end;
	size_t n;
	bool continues, goes_on;
};

struct writing {
	const struct settings *s;
	const tok_model *model;
	struct output *out;
	struct batch batch;
	uint64_t n_put, n_cut; /* of a document that goes on */
	tok_ledger books;
	tok_status status;
	tok_error err;
	tok_job job;
};

/* The books of one more part, or of all, of a document. */
static void keep_books(struct writing *w, uint64_t n_put, uint64_t n_cut)
{
	w->books.tokens_stored += n_put;
	w->books.tokens_truncated += n_cut;
	w->n_put += n_put;
	w->n_cut += n_cut;
	if (w->batch.goes_on)
		return;
	w->books.documents_truncated += w->n_cut > 0;
	w->n_put = w->n_cut = 0;
}

/* Where nothing is written between documents, all of them are as one. */
static bool is_one(const struct settings *s)
{
	return !s->max_tokens &&
	       (s->format == FORMAT_U16 || s->format == FORMAT_U32);
}

static void write_batch(void *writing)
{
	struct writing *w = writing;
	const struct settings *s = w->s;
	const struct batch *b = &w->batch;
	uint64_t most = s->max_tokens ? s->max_tokens : UINT64_MAX;
	uint64_t begin = 0;

	for (size_t i = is_one(s) ? b->n - 1 : 0; i < b->n; i++) {
		uint64_t n = b->end[i] - begin, room = most - w->n_put;
		const struct tokens tokens = {
			.id = b->id + begin,
			.span = b->span ? b->span + begin : NULL,
			.offsets = s->offsets,
			.n = (size_t)(n < room ? n : room),
			.continues = b->continues,
			.goes_on = b->goes_on,
			.n_before = w->n_put,
		};

		put_tokens(w->out, (enum id_format)s->format, w->model,
			   &tokens);
		keep_books(w, tokens.n, n - tokens.n);
		begin = b->end[i];
	}
	w->status = output_flush(w->out, &w->err);
}

/* Once the batch before it is written. */
static tok_status begin_batch(struct writing *w, const struct pipeline *p)
{
	tok_pool_wait(p->pool, &w->job);
	if (w->status)
		return w->status;
	w->batch = (struct batch){
		p->id, p->span, p->end, p->feed.n, p->feed.continues,
		p->feed.goes_on};
	tok_pool_start(p->pool, &w->job);
	return TOK_OK;
}

tok_status write_behind(const struct settings *s, struct pipeline *p,
			struct output *out, tok_error *err)
{
	struct writing w = {.s = s, .model = p->model, .out = out,
			    .job = {.run = write_batch, .ctx = &w}};
	tok_status st;

	while (!(st = pipeline_next(p, err)) && !(st = begin_batch(&w, p)))
		;
	tok_pool_wait(p->pool, &w.job);
	tok_ledger_add(&p->ledger, &w.books);
	if (w.status) {
		*err = w.err;
		return w.status;
	}
	return st == TOK_END ? TOK_OK : st;
}
