/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is before the first long text: to load a model, to keep it, and
 * to encode 40 bytes. A line of JSON: load and call are CPU seconds (of a call
 * the mean over some thousand, of the beginnings of lines, once they have been
 * seen), memory the bytes by which the process grew to load the model and to
 * encode each line of the text, one after the other.
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

static double seconds_of_call(tok_encoder *e, const tok_bytes *line, size_t n,
			      tok_ids *ids)
{
	tok_bytes text[CALLS] = {{0}};
	size_t n_calls = beginnings(line, n, text);

	measure_need(n_calls > 0, "no line has more than 40 bytes");
	encode_each(e, text, n_calls, ids);
	double begin = measure_now();
	for (int i = 0; i < PASSES; i++)
		encode_each(e, text, n_calls, ids);
	return (measure_now() - begin) / (double)(PASSES * n_calls);
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
	printf("{\"load\": %.9f, \"memory\": %llu, \"call\": %.9f}\n", load,
	       (unsigned long long)memory,
	       seconds_of_call(e, line, n, &ids));
	tok_ids_release(&ids);
	tok_encoder_free(e);
	tok_model_free(m);
	free(line);
	free((void *)text.p);
	return 0;
}
