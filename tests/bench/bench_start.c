/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is before the first long text: to load a model, to keep it, and
 * to encode 40 bytes. A line of JSON: load and call are CPU seconds (of a call
 * the mean over some thousand, of the beginnings of lines, once they have been
 * seen), memory the bytes by which the process grew to load the model and to
 * encode each line of the text, one after the other; batch_over_loop is what
 * three such calls take in one batch on a pool of all processors, over what
 * they take one by one.
 *
 *     bench_start MODEL FILE
 */
#include <stdio.h>
#include <stdlib.h>

#include <tok.h>

#include "measure.h"

enum { CALL = 40, CALLS = 1000, PASSES = 20 };

/* The first 40 bytes of the longer lines, less what there is of a character
 * that goes on. */
static size_t beginnings(const tok_bytes *line, size_t n, tok_bytes *out)
{
	size_t found = 0;

	for (size_t i = 0; i < n && found < CALLS; i++) {
		size_t size = CALL;

		if (line[i].n <= CALL)
			continue;
		while (size && (line[i].p[size] & 0xC0) == 0x80)
			size--;
		out[found++] = (tok_bytes){line[i].p, size};
	}
	return found;
}

static void encode_each(tok_encoder *e, const tok_bytes *text, size_t n,
			tok_ids *ids)
{
	for (size_t i = 0; i < n; i++) {
		ids->n = 0;
		measure_need(!tok_encode(e, text[i], ids), "no memory");
	}
}

static double seconds_of_call(tok_encoder *e, const tok_bytes *text, size_t n,
			      tok_ids *ids)
{
	encode_each(e, text, n, ids);
	double begin = measure_now();
	for (int i = 0; i < PASSES; i++)
		encode_each(e, text, n, ids);
	return (measure_now() - begin) / (double)(PASSES * n);
}

static void encode_threes(tok_encoder *e, tok_pool *pool, const tok_bytes *text,
			  size_t n, tok_flat *flat)
{
	for (size_t i = 0; i + 3 <= n; i += 3)
		measure_need(!tok_encode_batch(e, pool, text + i, 3, NULL,
					       flat), "no memory");
}

/* The two in turns, as others may use the machine. */
static double batch_over_loop(tok_encoder *e, const tok_bytes *text, size_t n,
			      tok_ids *ids)
{
	double loop = 0, batch = 0;
	tok_pool *pool;
	tok_flat flat;

	n -= n % 3;
	measure_need(n > 0, "no three lines have more than 40 bytes");
	measure_need(!tok_pool_new(0, NULL, &pool), "no threads");
	tok_flat_init(&flat, NULL);
	encode_threes(e, pool, text, n, &flat);
	for (int i = 0; i < PASSES; i++) {
		double begin = measure_now();

		encode_each(e, text, n, ids);
		loop += measure_now() - begin;
		begin = measure_now();
		encode_threes(e, pool, text, n, &flat);
		batch += measure_now() - begin;
	}
	tok_flat_release(&flat);
	tok_pool_free(pool);
	return batch / loop;
}

int main(int argc, char **argv)
{
	tok_load_options options;
	tok_error err = {0};
	tok_ids ids = {0};
	tok_encoder *e;
	tok_model *m;

	measure_need(argc == 3, "MODEL FILE");
	tok_bytes text = measure_read(argv[2]);
	tok_bytes *line = malloc((text.n + 1) * sizeof(*line));
	measure_need(line != NULL, "no memory");
	size_t n = measure_lines(text, line);
	uint64_t before = measure_peak();
	double begin = measure_now();
	tok_load_options_defaults(&options, sizeof(options));
	measure_need(!tok_model_load(argv[1], &options, &m, &err), err.text);
	double load = measure_now() - begin;
	measure_need(!tok_encoder_new(m, NULL, &e), "no encoder");
	encode_each(e, line, n, &ids);
	uint64_t memory = measure_peak() - before;
	tok_bytes head[CALLS];
	size_t n_heads = beginnings(line, n, head);
	measure_need(n_heads > 0, "no line has more than 40 bytes");
	double call = seconds_of_call(e, head, n_heads, &ids);
	printf("{\"load\": %.9f, \"memory\": %llu, \"call\": %.9f, "
	       "\"batch_over_loop\": %.6f}\n", load,
	       (unsigned long long)memory, call,
	       batch_over_loop(e, head, n_heads, &ids));
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
	free(line);
	free((void *)text.p);
	return 0;
}
