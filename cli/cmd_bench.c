/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok bench: how fast a model is on a text. In: documents, held in memory. Out:
 * times of loading, of passes over all documents and of a short call. A first
 * pass has an encoder that is new, a repeated one the encoder that has seen
 * the text; what is told is the median of all repeats, as others may share the
 * machine. No time decides what is written beside the times.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "commands.h"
#include "held_text.h"
#include "operands.h"
#include "pipeline.h"
#include "put_json.h"
#include "report.h"

enum {
	MAX_REPEATS = 1000,
	MAX_PASSES = 4, /* on one thread and on all, and each drawn */
	CALL_SIZE = 40, /* bytes of the short call */
	CALLS = 1000    /* measured together: a clock is not that fine */
};

static const struct option_row rows[] = {
	OPTION_MODEL,
	COUNT("repeats", 0, repeats, 1, MAX_REPEATS,
	      "how often all is measured; the medians are written (default: "
	      "5)"),
	SWITCH("json", 0, json, "write one JSON object"),
	OPTION_BOS,
	OPTION_ADD_SPECIAL,
	OPTION_EOS,
	OPTION_SAMPLE("", ". bench measures this beside the best"),
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	COUNT("threads", 't', threads, 0, 1024,
	      "worker threads of the second row (default: one a processor)"),
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads documents as encode does, holds them in memory and measures "
	"there, disk and output left out: how long the model takes to load; "
	"how many MB (10^6 bytes) of text become ids in a second, on one "
	"thread and on all, the first time that an encoder sees them and "
	"again, once its cache knows their words; how long a call for the "
	"first 40 bytes of the text takes, again and again; and the most "
	"memory that all of this took, the text and its ids among it.\n"
	"--json: {\"model\", \"n_ids\", \"load_ms\", \"documents\", "
	"\"bytes\", \"tokens\", \"bytes_per_token\", \"repeats\", "
	"\"passes\": [{\"threads\", \"alpha\", \"first_mb_s\", "
	"\"repeated_mb_s\"}], \"call_bytes\", \"call_us\", "
	"\"peak_bytes\", \"ledger\"}; alpha is null for the best "
	"segmentation (\"inf\" where that was asked for), tokens are those "
	"that count counts.\n"
	"Compare runs on one machine, side by side, on several MB of text.";

struct pass {
	unsigned threads;
	bool drawn;
	uint64_t n_ids;         /* of all documents */
	double first, repeated; /* seconds */
};

struct bench {
	const struct settings *s;
	tok_model *model;
	tok_pool *pool;
	struct held_text text;
	tok_ledger ledger;
	tok_flat flat;
	double load, call; /* seconds */
	tok_bytes head;    /* what is called for */
	struct pass pass[MAX_PASSES];
	size_t n_passes;
	double time[MAX_REPEATS], again[MAX_REPEATS];
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

static tok_status measure_load(struct bench *b, tok_error *err)
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
			     const struct pass *p, uint64_t *n, double *seconds,
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

static tok_status first_and_again(struct bench *b, struct pass *p, size_t i,
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
	struct pass *p = &b->pass[b->n_passes++];
	tok_status st = TOK_OK;

	*p = (struct pass){.threads = threads, .drawn = drawn};
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

static tok_status read_text(struct bench *b, tok_source *source,
			    tok_error *err)
{
	tok_doc doc = {.path = "-"};
	tok_status st;

	while (!(st = tok_source_next(source, &doc, err)))
		if (!held_add(&b->text, doc.text, doc.offset > 0))
			return fail(err, TOK_E_MEMORY, "%s: line %" PRIu64
				    ": the text does not fit in memory",
				    doc.path, doc.line);
	if (st != TOK_END)
		return st;
	held_finish(&b->text);
	tok_source_ledger(source, &b->ledger);
	if (!b->text.n_text)
		return fail(err, TOK_E_ARGUMENT, "there is no text in the "
			    "inputs, so nothing to measure");
	return TOK_OK;
}

static void keep_books(struct bench *b, uint64_t n_added)
{
	tok_ledger *l = &b->ledger;

	l->tokens_control = n_added * b->text.n;
	l->tokens_text = b->pass[0].n_ids - l->tokens_control;
	l->tokens_stored = b->pass[0].n_ids;
}

static tok_status measure(struct bench *b, tok_error *err)
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

static uint64_t peak_bytes(void)
{
	struct rusage used = {0};

	(void)getrusage(RUSAGE_SELF, &used);
	return (uint64_t)used.ru_maxrss * 1024;
}

static double mb_s(const struct bench *b, double seconds)
{
	/* A clock may not have moved. */
	return (double)b->text.n_text / (seconds > 1e-9 ? seconds : 1e-9) / 1e6;
}

static double bytes_an_id(const struct bench *b)
{
	uint64_t n = b->pass[0].n_ids;

	return n ? (double)b->text.n_text / (double)n : 0;
}

static void put_table(struct output *out, const struct bench *b)
{
	const char *path = b->s->model ? b->s->model : "model.tok";

	put_format(out, "model     %" PRId32 " ids, loaded in %.2f ms: ",
		   tok_model_n_ids(b->model), b->load * 1e3);
	put_text(out, path);
	put_format(out, "\ntext      %zu documents, %zu bytes, %" PRIu64
			" ids, %.3f bytes an id\n\n"
			"threads  first MB/s  again MB/s\n",
		   b->text.n, b->text.n_text, b->pass[0].n_ids,
		   bytes_an_id(b));
	for (size_t i = 0; i < b->n_passes; i++) {
		const struct pass *p = &b->pass[i];

		put_format(out, "%7u %11.1f %11.1f", p->threads,
			   mb_s(b, p->first), mb_s(b, p->repeated));
		if (p->drawn)
			put_format(out, "  drawn, alpha %g",
				   b->s->sample.alpha);
		put_text(out, "\n");
	}
	put_format(out, "\na call    %.3f us for the first %zu bytes\n"
			"memory    %.1f MB at most, the text among it\n",
		   b->call * 1e6, b->head.n, (double)peak_bytes() / 1e6);
}

static void put_pass(struct output *out, const struct bench *b,
		     const struct pass *p)
{
	put_format(out, "{\"threads\":%u", p->threads);
	put_key(out, "alpha");
	/* Infinity is no number of JSON. */
	if (!p->drawn)
		put_text(out, "null");
	else if (b->s->sample.alpha > 1e300)
		put_text(out, "\"inf\"");
	else
		put_real(out, b->s->sample.alpha);
	put_key(out, "first_mb_s");
	put_real(out, mb_s(b, p->first));
	put_key(out, "repeated_mb_s");
	put_real(out, mb_s(b, p->repeated));
	put_text(out, "}");
}

static void put_object(struct output *out, const struct bench *b)
{
	const char *path = b->s->model ? b->s->model : "model.tok";

	put_text(out, "{\"model\":");
	put_json(out, tok_bytes_of(path));
	put_pair(out, "n_ids", (uint64_t)tok_model_n_ids(b->model));
	put_key(out, "load_ms");
	put_real(out, b->load * 1e3);
	put_pair(out, "documents", b->text.n);
	put_pair(out, "bytes", b->text.n_text);
	put_pair(out, "tokens", b->pass[0].n_ids);
	put_key(out, "bytes_per_token");
	put_real(out, bytes_an_id(b));
	put_pair(out, "repeats", b->s->repeats);
	put_key(out, "passes");
	for (size_t i = 0; i < b->n_passes; i++) {
		put_text(out, i ? "," : "[");
		put_pass(out, b, &b->pass[i]);
	}
	put_text(out, "]");
	put_pair(out, "call_bytes", b->head.n);
	put_key(out, "call_us");
	put_real(out, b->call * 1e6);
	put_pair(out, "peak_bytes", peak_bytes());
	put_key(out, "ledger");
	put_ledger(out, &b->ledger);
	put_text(out, "}\n");
}

static int bench_all(struct bench *b)
{
	const struct settings *s = b->s;
	tok_error err = {TOK_OK, 0, ""};
	tok_source *source = NULL;
	struct output out;
	tok_status st = tok_pool_new((unsigned)s->threads, NULL, &b->pool);

	if (st)
		st = fail(&err, st, "the threads: %s", tok_status_text(st));
	if (!st)
		st = measure_load(b, &err);
	if (!st)
		st = operands_open(s, NULL, feed_size(1), &source, &err);
	if (!st)
		st = read_text(b, source, &err);
	if (!st)
		st = measure(b, &err);
	if (!st)
		st = output_open(&out, NULL, false, &err);
	if (!st) {
		(s->json ? put_object : put_table)(&out, b);
		st = output_end(&out, st, &err);
	}
	if (!st)
		report_books(s, "bench", source, &b->ledger);
	int code = st ? say_failed(st, &err)
		      : report_strict(s, &b->ledger);
	tok_source_close(source);
	return code;
}

static int run(const struct settings *s)
{
	struct bench b = {.s = s};

	if (s->sample.wor)
		return say_misused("bench: wor= makes several segmentations of "
				   "a document; only encode writes those");
	tok_flat_init(&b.flat, NULL);
	int code = bench_all(&b);
	held_release(&b.text);
	tok_flat_release(&b.flat);
	tok_pool_free(b.pool);
	tok_model_free(b.model);
	return code;
}

const struct command cmd_bench = {
	.name = "bench",
	.operands = "[INPUT...]",
	.summary = "how fast a model is on text",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = SIZE_MAX,
	.run = run,
};
