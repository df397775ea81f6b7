/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many documents at once. In: documents. Out: their ids, in order, the same
 * for any number of threads: neighbouring documents form tasks of about
 * TASK_SIZE bytes, each task has its own result, and the results are joined
 * in order.
 */
#include <string.h>

#include "base/buf.h"
#include "base/pool.h"
#include "segment/batch.h"
#include "segment/key.h"
#include "tok/alternatives.h"

enum { TASK_SIZE = 1 << 15 };

struct task {
	size_t begin, end; /* documents */
	tok_status status;
};

struct batch {
	tok_encoder *encoder;
	const tok_bytes *text;
	const tok_draw *draw; /* or NULL */
	struct task *task;
};

void tok_flat_init(tok_flat *flat, const tok_alloc *alloc)
{
	*flat = (tok_flat){.ids.alloc = alloc};
}

void tok_flat_release(tok_flat *flat)
{
	if (!flat)
		return;
	tk_free(flat->ids.alloc, flat->end, flat->cap, sizeof(*flat->end));
	tok_ids_release(&flat->ids);
	tok_flat_init(flat, flat->ids.alloc);
}

static tok_status draw_document(tok_encoder *e, const struct batch *b,
				size_t i, tok_ids *ids)
{
	struct tk_choice choice = {.alpha = b->draw->alpha};

	choice.draw = tk_key_choose(b->draw, b->text[i], i, &choice.key);
	if (choice.draw && b->draw->nbest)
		return tok_sample_nbest(e, b->text[i], b->draw->nbest,
					choice.alpha, choice.key, ids);
	return tk_encode(e, b->text[i], &choice, ids);
}

/* A short call has no time to look for room for each. */
static tok_status add_documents(tok_encoder *e, const struct batch *b,
				size_t begin, size_t end, tok_flat *flat)
{
	tok_status st = TOK_OK;

	if (!tk_grow(flat->ids.alloc, (void **)&flat->end, &flat->cap,
		     flat->n + end - begin, sizeof(*flat->end)))
		return TOK_E_MEMORY;
	for (size_t i = begin; !st && i < end; i++) {
		st = b->draw ? draw_document(e, b, i, &flat->ids)
			     : tok_encode(e, b->text[i], &flat->ids);
		if (!st)
			flat->end[flat->n++] = flat->ids.n;
	}
	return st;
}

static void run_task(void *ctx, size_t index, unsigned worker)
{
	struct batch *b = ctx;
	struct task *task = &b->task[index];
	tok_encoder *e = tk_batch_worker(b->encoder, worker);
	tok_flat *part = &b->encoder->part[index];

	part->n = part->ids.n = 0;
	task->status = add_documents(e, b, task->begin, task->end, part);
}

static tok_status reserve_siblings(tok_encoder *e, size_t n)
{
	if (!tk_grow(e->alloc, (void **)&e->sibling, &e->cap_siblings, n,
		     sizeof(*e->sibling)))
		return TOK_E_MEMORY;
	while (e->n_siblings < n) {
		tok_encoder_options o;
		tok_encoder **to = &e->sibling[e->n_siblings];

		tok_encoder_options_defaults(&o, sizeof(o));
		o.spans = e->spans;
		o.unit = e->unit;
		o.cache_size = e->cache_size;
		o.alloc = e->alloc;
		tok_status st = tok_encoder_new(e->model, &o, to);
		if (st)
			return st;
		(*to)->lender = e;
		(*to)->chunker.pull.tables = &e->tables;
		(*to)->bos = e->bos;
		(*to)->eos = e->eos;
		(*to)->frames = e->frames;
		e->n_siblings++;
	}
	return TOK_OK;
}

static tok_status reserve_parts(tok_encoder *e, size_t n)
{
	if (!tk_grow(e->alloc, (void **)&e->part, &e->cap_parts, n,
		     sizeof(*e->part)))
		return TOK_E_MEMORY;
	while (e->n_parts < n)
		tok_flat_init(&e->part[e->n_parts++], e->alloc);
	return TOK_OK;
}

tok_status tk_batch_reserve(tok_encoder *e, unsigned n_workers, size_t n_parts)
{
	tok_status st = reserve_siblings(e, n_workers - 1);

	return st ? st : reserve_parts(e, n_parts);
}

void tk_batch_release(tok_encoder *e)
{
	for (size_t i = 0; i < e->n_siblings; i++)
		tok_encoder_free(e->sibling[i]);
	for (size_t i = 0; i < e->n_parts; i++)
		tok_flat_release(&e->part[i]);
	tk_free(e->alloc, e->sibling, e->cap_siblings, sizeof(*e->sibling));
	tk_free(e->alloc, e->part, e->cap_parts, sizeof(*e->part));
}

/* Are there several tasks for other threads? Of a few short documents not. */
static bool divides(const tok_bytes *text, size_t n)
{
	size_t size = 0;

	for (size_t i = 0; i + 1 < n && size < TASK_SIZE; i++)
		size += text[i].n + 1;
	return size >= TASK_SIZE;
}

/* Cuts the documents into tasks, at most one each; how many there are. */
static size_t plan(const tok_bytes *text, size_t n, struct task *task)
{
	size_t n_tasks = 0, size = 0, begin = 0;

	for (size_t i = 0; i < n; i++) {
		size += text[i].n + 1;
		if (size < TASK_SIZE && i + 1 < n)
			continue;
		task[n_tasks++] = (struct task){.begin = begin, .end = i + 1};
		begin = i + 1;
		size = 0;
	}
	return n_tasks;
}

static tok_status join(const tok_encoder *e, size_t n_tasks, tok_flat *flat)
{
	size_t n_ids = 0, n_docs = 0;

	for (size_t i = 0; i < n_tasks; i++) {
		n_ids += e->part[i].ids.n;
		n_docs += e->part[i].n;
	}
	if (tk_ids_reserve(&flat->ids, n_ids, e->spans) ||
	    !tk_grow(flat->ids.alloc, (void **)&flat->end, &flat->cap, n_docs,
		     sizeof(*flat->end)))
		return TOK_E_MEMORY;
	for (size_t i = 0; i < n_tasks; i++) {
		const tok_flat *part = &e->part[i];
		size_t n = part->ids.n, at = flat->ids.n;

		if (n)
			memcpy(flat->ids.id + at, part->ids.id,
			       n * sizeof(*part->ids.id));
		if (n && e->spans)
			memcpy(flat->ids.span + at, part->ids.span,
			       n * sizeof(*part->ids.span));
		flat->ids.n += n;
		for (size_t k = 0; k < part->n; k++)
			flat->end[flat->n++] = at + part->end[k];
	}
	return TOK_OK;
}

static tok_status encode_tasks(struct batch *b, tok_pool *pool, size_t n,
			       tok_flat *flat)
{
	tok_encoder *e = b->encoder;
	tok_status st = TOK_OK;

	b->task = tk_new(e->alloc, n, sizeof(*b->task));
	if (!b->task)
		return TOK_E_MEMORY;
	size_t n_tasks = plan(b->text, n, b->task);
	if (b->draw)
		st = b->draw->nbest ? tk_prepare_several(e)
				    : tk_prepare_draws(e, b->draw->alpha);
	if (!st)
		st = tk_batch_reserve(e, tk_pool_width(pool), n_tasks);
	if (!st)
		tk_pool_run(pool, n_tasks, run_task, b);
	for (size_t i = 0; !st && i < n_tasks; i++)
		st = b->task[i].status;
	if (!st)
		st = join(e, n_tasks, flat);
	tk_free(e->alloc, b->task, n, sizeof(*b->task));
	return st;
}

tok_status tok_encode_batch(tok_encoder *e, tok_pool *pool,
			    const tok_bytes *text, size_t n,
			    const tok_draw *draw, tok_flat *flat)
{
	tok_draw how;
	struct batch b = {.encoder = e, .text = text,
			  .draw = draw ? &how : NULL};
	tok_status st;

	flat->n = flat->ids.n = 0;
	if (draw && tk_key_take(&how, draw))
		return TOK_E_ARGUMENT;
	/* Alone, documents go straight to where they belong. */
	if (tk_pool_width(pool) > 1 && divides(text, n))
		st = encode_tasks(&b, pool, n, flat);
	else
		st = add_documents(e, &b, 0, n, flat);
	if (st)
		flat->n = flat->ids.n = 0;
	return st;
}
