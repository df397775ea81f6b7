/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast a model encodes texts: from memory to memory, one thread, MB of
 * text a CPU second, each line a document and the file as one document. first
 * is a new encoder's first pass over a text, repeated the best of three more.
 * The hash is that of all ids, so that runs can be compared.
 *
 *     bench_encode [--rules 0.2.1] [--cache BYTES] [--sample ALPHA]
 *                  [--whole BYTES] [--repeats N] [--format json] MODEL FILE...
 *
 * With --sample, each pass draws anew; begin is what an encoder's first draw
 * takes before it looks at text: the weights of the model at this alpha. With
 * --whole, documents are as many lines as have so many bytes, not the file.
 * In JSON, a line a run, times are CPU seconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tok.h>

#include "measure.h"

struct bench {
	const tok_model *model;
	tok_encoder_options options;
	double alpha; /* below 0: the best segmentation */
	size_t whole; /* bytes of a document of many lines */
	long repeats;
	int json;
};

struct result {
	double begin, first, best; /* CPU seconds */
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

static double pass(const struct bench *b, tok_encoder *e,
		   const tok_bytes *doc, size_t n, tok_ids *ids)
{
	static uint64_t epoch;
	double begin = measure_now();

	ids->n = 0;
	epoch++;
	for (size_t i = 0; i < n; i++)
		measure_need(b->alpha < 0 ? !tok_encode(e, doc[i], ids)
				  : !tok_sample(e, doc[i], b->alpha,
						(tok_key){1, epoch, i}, ids),
		     "no memory");
	return measure_now() - begin;
}

static struct result measure(const struct bench *b, const tok_bytes *doc,
			     size_t n)
{
	static const tok_bytes nothing = {(const uint8_t *)"", 0};
	struct result r = {.best = 1e9};
	tok_ids ids = {0};
	tok_encoder *e;

	/* The pages that results go to are not what is measured. */
	measure_need(!tok_encoder_new(b->model, &b->options, &e), "no encoder");
	(void)pass(b, e, doc, n, &ids);
	tok_encoder_free(e);
	measure_need(!tok_encoder_new(b->model, &b->options, &e), "no encoder");
	r.begin = pass(b, e, &nothing, 1, &ids);
	r.first = pass(b, e, doc, n, &ids);
	for (long i = 0; i < b->repeats; i++) {
		double seconds = pass(b, e, doc, n, &ids);

		r.best = seconds < r.best ? seconds : r.best;
	}
	tok_bytes all = {(const uint8_t *)ids.id, ids.n * sizeof(*ids.id)};
	r.n_ids = ids.n;
	r.hash = tok_hash(all, 0);
	tok_encoder_free(e);
	tok_ids_release(&ids);
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
		       "\"again\": %.9f, \"ids\": %zu}\n",
		       what, n, size, r.begin, r.first, r.best, r.n_ids);
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

int main(int argc, char **argv)
{
	struct bench b = {.alpha = -1, .whole = SIZE_MAX, .repeats = 3};
	tok_load_options load;
	tok_error err = {0};
	tok_model *m;
	int i = 1;

	tok_load_options_defaults(&load, sizeof(load));
	tok_encoder_options_defaults(&b.options, sizeof(b.options));
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "--cache"))
			b.options.cache_size = strtoul(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--sample"))
			b.alpha = strtod(argv[i + 1], NULL);
		else if (!strcmp(argv[i], "--whole"))
			b.whole = strtoul(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--repeats"))
			b.repeats = strtol(argv[i + 1], NULL, 0);
		else if (!strcmp(argv[i], "--format"))
			b.json = !strcmp(argv[i + 1], "json");
		else if (!strcmp(argv[i + 1], "0.2.1"))
			load.sp_rules = TOK_SP_RULES_0_2_1;
	}
	measure_need(i + 1 < argc, "MODEL FILE...");
	measure_need(!tok_model_load(argv[i], &load, &m, &err), err.text);
	b.model = m;
	while (++i < argc)
		run_file(&b, argv[i]);
	tok_model_free(m);
	return 0;
}
