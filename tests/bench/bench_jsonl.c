/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How fast the text is found in lines of JSON: from memory to memory, one
 * thread, MB of lines a CPU second, the median and the best of N passes. The
 * hash is that of all texts, so that runs can be compared. make_jsonl.py makes
 * lines.
 *
 *     bench_jsonl [--field NAME] [--repeats N] FILE...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tok.h>

#include "measure.h"

#include "text/jsonl.h"

enum { MOST_REPEATS = 1000 };

/* Bytes of text that are found; their hash, if it is asked for. */
static size_t pass(struct tk_jsonl *j, const tok_bytes *line, size_t n,
		   uint64_t *hash)
{
	size_t sum = 0;
	tok_bytes text;

	for (size_t i = 0; i < n; i++) {
		measure_need(!tk_jsonl_find(j, line[i], &text),
		     j->why ? j->why : "no text in a line");
		sum += text.n;
		if (hash)
			*hash = tok_hash(text, *hash);
	}
	return sum;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void run_file(const char *path, const char *field, size_t repeats)
{
	struct tk_jsonl j = {.field = tok_bytes_of(field)};
	tok_bytes file = measure_read(path);
	tok_bytes *line = malloc((file.n + 1) * sizeof(*line));
	double seconds[MOST_REPEATS], mb = 1e-6 * (double)file.n;
	uint64_t hash = 0;

	measure_need(line != NULL, "no memory");
	size_t n = measure_lines(file, line);
	size_t found = pass(&j, line, n, &hash);
	for (size_t i = 0; i < repeats; i++) {
		double begin = measure_now();

		measure_need(pass(&j, line, n, NULL) == found, "not the same again");
		seconds[i] = measure_now() - begin;
	}
	qsort(seconds, repeats, sizeof(*seconds), compare);
	printf("%-40s %8zu lines  %5.1f MB  median %7.1f  best %7.1f MB/s  "
	       "%016llx\n",
	       path, n, mb, mb / seconds[repeats / 2], mb / seconds[0],
	       (unsigned long long)hash);
	tok_buf_release(&j.text);
	free(line);
	free((void *)file.p);
}

int main(int argc, char **argv)
{
	const char *field = "text";
	size_t repeats = 9;
	int i = 1;

	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "--field"))
			field = argv[i + 1];
		else if (!strcmp(argv[i], "--repeats"))
			repeats = strtoul(argv[i + 1], NULL, 0);
		else
			measure_need(0, argv[i]);
	}
	measure_need(i < argc && repeats && repeats <= MOST_REPEATS, "FILE...");
	for (; i < argc; i++)
		run_file(argv[i], field, repeats);
	return 0;
}
