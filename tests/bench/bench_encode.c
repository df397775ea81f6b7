/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a model encodes texts: from memory to memory, one thread, MB of
 * text a CPU second, each line a document and the file as one document. first
 * is a new encoder's first pass over a text, repeated the best of three more.
 * The hash is that of all ids, so that runs can be compared.
 *
 *     bench_encode [--rules 0.2.1] [--cache BYTES] [--sample ALPHA]
 *                  [--threads N] [--whole BYTES] [--repeats N]
 *                  [--format json] [--ids FILE] MODEL FILE...
 *
 * With --sample, each pass draws anew; begin is what an encoder's first draw
 * takes before it looks at text: the weights of the model at this alpha. With
 * --threads, all documents are one batch (0: a thread a processor), and times
 * are seconds on the wall. With --whole, documents are as many lines as have
 * so many bytes, not the file. In JSON, a line a run, times are seconds. --ids
 * writes the ids of lines and of documents, -1 behind each, as 32 bits in the
 * machine's order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tok.h>

#include "measure.h"

struct bench {
	const tok_model *model;
	tok_encoder_options options;
	tok_pool *pool; /* NULL: a call a document, without a batch */
	FILE *ids;
	double alpha; /* below 0: the best segmentation */
	size_t whole; /* bytes of a document of many lines */
	long repeats;
	int json;
};

struct result {
	double begin, first, best; /* seconds */
	size_t n_ids;
	uint64_t hash;
};

/* Cuts behind the first line that ends at least `whole` bytes further on. */
static size_t cut_whole(tok_bytes text, size_t whole, tok_bytes *document)
{
	size_t n = 0;

	while (text.n) {
		const uint8_t *end = NULL;
		size_t size = text.n;

		if (whole < size)
			end = memchr(text.p + whole, '\n', size - whole);
		if (end)
			size = (size_t)(end - text.p) + 1;
		document[n++] = (tok_bytes){text.p, size};
		text.p += size;
		text.n -= size;
	}
	return n;
}

static void encode_batch(const struct bench *b, tok_encoder *e,
			 const tok_bytes *doc, size_t n, uint64_t epoch,
			 tok_flat *flat)
{
	tok_draw draw;

	tok_draw_defaults(&draw, sizeof(draw));
	draw.alpha = b->alpha;
	draw.key = (tok_key){1, epoch, 0};
	measure_need(!tok_encode_batch(e, b->pool, doc, n,
				       b->alpha < 0 ? NULL : &draw, flat),
		     "no memory");
}

static void encode_each(const struct bench *b, tok_encoder *e,
			const tok_bytes *doc, size_t n, uint64_t epoch,
			tok_ids *ids)
{
	ids->n = 0;
	for (size_t i = 0; i < n; i++)
		measure_need(b->alpha < 0 ? !tok_encode(e, doc[i], ids)
				  : !tok_sample(e, doc[i], b->alpha,
						(tok_key){1, epoch, i}, ids),
		     "no memory");
}

static double pass(const struct bench *b, tok_encoder *e,
		   const tok_bytes *doc, size_t n, tok_flat *flat)
{
	static uint64_t epoch;
	double begin = b->pool ? measure_wall() : measure_now();

	epoch++;
	if (b->pool)
		encode_batch(b, e, doc, n, epoch, flat);
	else
		encode_each(b, e, doc, n, epoch, &flat->ids);
	return (b->pool ? measure_wall() : measure_now()) - begin;
}

static void write_ids(const struct bench *b, tok_encoder *e,
		      const tok_bytes *doc, size_t n)
{
	static const tok_id end = -1;
	tok_ids ids = {0};

	for (size_t i = 0; i < n; i++) {
		encode_each(b, e, doc + i, 1, 0, &ids);
		measure_need((!ids.n || fwrite(ids.id, sizeof(end) * ids.n, 1,
					       b->ids)) &&
			     fwrite(&end, sizeof(end), 1, b->ids),
			     "ids cannot be written");
	}
	tok_ids_release(&ids);
}

static struct result measure(const struct bench *b, const tok_bytes *doc,
			     size_t n)
{
	static const tok_bytes nothing = {(const uint8_t *)"", 0};
	struct result r = {.best = 1e9};
	tok_flat flat = {0};
	tok_encoder *e;

	/* The pages that results go to are not what is measured. */
	measure_need(!tok_encoder_new(b->model, &b->options, &e), "no encoder");
	(void)pass(b, e, doc, n, &flat);
	tok_encoder_free(e);
	measure_need(!tok_encoder_new(b->model, &b->options, &e), "no encoder");
	r.begin = pass(b, e, &nothing, 1, &flat);
	r.first = pass(b, e, doc, n, &flat);
	for (long i = 0; i < b->repeats; i++) {
		double seconds = pass(b, e, doc, n, &flat);

		r.best = seconds < r.best ? seconds : r.best;
	}
	tok_bytes all = {(const uint8_t *)flat.ids.id,
			 flat.ids.n * sizeof(*flat.ids.id)};
	r.n_ids = flat.ids.n;
	r.hash = tok_hash(all, 0);
	if (b->ids)
		write_ids(b, e, doc, n);
	tok_encoder_free(e);
	tok_flat_release(&flat);
	return r;
}

static void run(const struct bench *b, const char *what, size_t size,
		const tok_bytes *doc, size_t n)
{
	struct result r = measure(b, doc, n);
	double mb = 1e-6 * (double)size;

	if (b->json)
		printf("{\"documents\": \"%s\", \"n\": %zu, "
		       "\"bytes\": %zu, \"begin\": %.9f, \"first\": %.9f, "
		       "\"again\": %.9f, \"ids\": %zu, \"hash\": \"%016llx\"}\n",
		       what, n, size, r.begin, r.first, r.best, r.n_ids,
		       (unsigned long long)r.hash);
	else
		printf("  %-6s begin %5.1f ms  first %7.1f  repeated %7.1f MB/s"
		       "  %9zu ids  %016llx\n", what, 1e3 * r.begin,
		       mb / r.first, mb / r.best, r.n_ids,
		       (unsigned long long)r.hash);
}

static void run_file(const struct bench *b, const char *path)
{
	tok_bytes text = measure_read(path);
	tok_bytes *doc = malloc((text.n + 1) * sizeof(*doc));

	measure_need(doc != NULL, "no memory");
	if (!b->json)
		printf("%s\n", path);
	run(b, "lines", text.n, doc, measure_lines(text, doc));
	run(b, "whole", text.n, doc, cut_whole(text, b->whole, doc));
	free(doc);
	free((void *)text.p);
}

static void set(struct bench *b, tok_load_options *load, const char *name,
		const char *value)
{
	if (!strcmp(name, "--cache"))
		b->options.cache_size = strtoul(value, NULL, 0);
	else if (!strcmp(name, "--sample"))
		b->alpha = strtod(value, NULL);
	else if (!strcmp(name, "--threads"))
		measure_need(!tok_pool_new((unsigned)strtoul(value, NULL, 0),
					   NULL, &b->pool), "no threads");
	else if (!strcmp(name, "--whole"))
		b->whole = strtoul(value, NULL, 0);
	else if (!strcmp(name, "--repeats"))
		b->repeats = strtol(value, NULL, 0);
	else if (!strcmp(name, "--format"))
		b->json = !strcmp(value, "json");
	else if (!strcmp(name, "--ids"))
		measure_need((b->ids = fopen(value, "wb")) != NULL, value);
	else if (!strcmp(name, "--rules"))
		load->sp_rules = strcmp(value, "0.2.1") ? load->sp_rules
							: TOK_SP_RULES_0_2_1;
	else
		measure_need(0, name);
}

int main(int argc, char **argv)
{
	struct bench b = {.alpha = -1, .whole = SIZE_MAX, .repeats = 3};
	tok_load_options load;
	tok_error err = {0};
	tok_model *m;
	int i = 1;

	tok_load_options_defaults(&load, sizeof(load));
	tok_encoder_options_defaults(&b.options, sizeof(b.options));
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2)
		set(&b, &load, argv[i], argv[i + 1]);
	measure_need(i + 1 < argc, "MODEL FILE...");
	measure_need(!tok_model_load(argv[i], &load, &m, &err), err.text);
	b.model = m;
	while (++i < argc)
		run_file(&b, argv[i]);
	measure_need(!b.ids || !fclose(b.ids), "ids cannot be written");
	tok_pool_free(b.pool);
	tok_model_free(m);
	return 0;
}
