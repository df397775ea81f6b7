/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measuring a model on a text. In: documents in memory. Out: times of loading,
 * of passes over all documents and of a short call. A first pass has an encoder
 * that is new, a repeated one the encoder that has seen the text; what is told
 * is the median of all repeats, as others may share the machine.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "bench.h"
#include "operands.h"
#include "pipeline.h"
#include "say.h"

enum {
	CALL_SIZE = 40, /* bytes of the short call */
	CALLS = 1000    /* measured together: a clock is not that fine */
};

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), rising);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

tok_status bench_load(struct bench *b, tok_error *err)
{
	for (size_t i = 0; i < b->s->repeats; i++) {
		tok_model_free(b->model);
		b->time[i] = now();
		tok_status st = operands_model(b->s, &b->model, err);
		if (st)
			return st;
		b->time[i] = now() - b->time[i];
	}
	b->load = median(b->time, b->s->repeats);
	return TOK_OK;
}

/* All documents once; *n is how many ids they have. */
static tok_status go_through(struct bench *b, tok_encoder *e,
			     const struct bench_pass *p, uint64_t *n, double *seconds,
			     tok_error *err)
{
	tok_draw room;
	const tok_draw *draw = pipeline_draw(b->s, 0, &room);
	double begin = now();
	tok_status st = tok_encode_batch(e, p->threads > 1 ? b->pool : NULL,
					 b->text.doc, b->text.n,
					 p->drawn ? draw : NULL, &b->flat);

	*seconds = now() - begin;
	*n = b->flat.ids.n;
	return st ? fail(err, st, "the text: %s", pipeline_why_not(st))
		  : TOK_OK;
}

static tok_status first_and_again(struct bench *b, struct bench_pass *p, size_t i,
				  tok_error *err)
{
	tok_encoder *e;
	uint64_t n;
	tok_status st = pipeline_encoder(b->s, b->model, &e, err);

	if (st)
		return st;
	st = go_through(b, e, p, &p->n_ids, &b->time[i], err);
	if (!st)
		st = go_through(b, e, p, &n, &b->again[i], err);
	tok_encoder_free(e);
	if (!st && n != p->n_ids)
		return fail(err, TOK_E_MISMATCH, "two passes made %" PRIu64
			    " and %" PRIu64 " ids of one text: this is a bug "
			    "of tok, please report it", p->n_ids, n);
	return st;
}

static tok_status measure_pass(struct bench *b, unsigned threads, bool drawn,
			       tok_error *err)
{
	struct bench_pass *p = &b->pass[b->n_passes++];
	tok_status st = TOK_OK;

	*p = (struct bench_pass){.threads = threads, .drawn = drawn};
	/* Once more: at first the ids grow into new memory. */
	for (size_t i = 0; !st && i < b->s->repeats + 1; i++)
		st = first_and_again(b, p, i ? i - 1 : 0, err);
	p->first = median(b->time, b->s->repeats);
	p->repeated = median(b->again, b->s->repeats);
	return st;
}

static tok_status measure_passes(struct bench *b, tok_error *err)
{
	unsigned all = tok_pool_n_threads(b->pool);
	tok_status st = TOK_OK;

	for (int drawn = 0; !st && drawn <= b->s->sample.on; drawn++) {
		st = measure_pass(b, 1, drawn, err);
		if (!st && all > 1)
			st = measure_pass(b, all, drawn, err);
	}
	return st;
}

/* The first bytes of the text, in whole characters if it is UTF-8. */
static tok_bytes head_of(const struct held_text *g)
{
	size_t n = g->n_text < CALL_SIZE ? g->n_text : CALL_SIZE;

	for (size_t k = n; k && n - k < 4; k--)
		if (k == g->n_text || (g->text[k] & 0xC0) != 0x80)
			return (tok_bytes){g->text, k};
	return (tok_bytes){g->text, n};
}

static tok_status measure_call(struct bench *b, tok_error *err)
{
	tok_ids *ids = &b->flat.ids;
	tok_encoder *e;
	tok_status st = pipeline_encoder(b->s, b->model, &e, err);

	if (st)
		return st;
	b->head = head_of(&b->text);
	for (size_t i = 0; !st && i < b->s->repeats + 1; i++) {
		double begin = now();

		for (int k = 0; !st && k < CALLS; k++) {
			ids->n = 0;
			st = tok_encode(e, b->head, ids);
		}
		b->time[i ? i - 1 : 0] = (now() - begin) / CALLS;
	}
	b->call = median(b->time, b->s->repeats);
	tok_encoder_free(e);
	return st ? fail(err, st, "the first bytes: %s", pipeline_why_not(st))
		  : TOK_OK;
}

static void keep_books(struct bench *b, uint64_t n_added)
{
	tok_ledger *l = &b->ledger;

	l->tokens_control = n_added * b->text.n;
	l->tokens_text = b->pass[0].n_ids - l->tokens_control;
	l->tokens_stored = b->pass[0].n_ids;
}

tok_status bench_measure(struct bench *b, tok_error *err)
{
	tok_encoder *e;
	tok_status st = pipeline_encoder(b->s, b->model, &e, err);

	if (st)
		return st;
	uint64_t n_added = tok_encoder_n_added(e);
	tok_encoder_free(e);
	st = measure_passes(b, err);
	if (!st)
		st = measure_call(b, err);
	if (!st)
		keep_books(b, n_added);
	return st;
}
