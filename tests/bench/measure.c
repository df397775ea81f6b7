/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

void measure_need(int right, const char *what)
{
	if (right)
		return;
	(void)fprintf(stderr, "%s\n", what);
	exit(1);
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double measure_now(void)
{
	return now(CLOCK_PROCESS_CPUTIME_ID);
}

double measure_wall(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t measure_peak(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	unsigned long long kib = 0;
	struct rusage used;
	char line[256];

	/* ru_maxrss begins with what the process had that started this one. */
	while (f && !kib && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kib = strtoull(line + 6, NULL, 10);
	if (f)
		(void)fclose(f);
	measure_need(!getrusage(RUSAGE_SELF, &used), "no resource usage");
	return 1024 * (kib ? (uint64_t)kib : (uint64_t)used.ru_maxrss);
}

tok_bytes measure_read(const char *path)
{
	FILE *f = fopen(path, "rb");

	measure_need(f != NULL, path);
	measure_need(!fseek(f, 0, SEEK_END), path);
	long size = ftell(f);
	measure_need(size > 0, path);
	rewind(f);
	uint8_t *p = malloc((size_t)size);
	measure_need(p && fread(p, 1, (size_t)size, f) == (size_t)size, path);
	(void)fclose(f);
	return (tok_bytes){p, (size_t)size};
}

size_t measure_lines(tok_bytes text, tok_bytes *line)
{
	size_t n = 0;

	while (text.n) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t size = end ? (size_t)(end - text.p) : text.n;

		line[n++] = (tok_bytes){text.p, size};
		size += end != NULL;
		text.p += size;
		text.n -= size;
	}
	return n;
}
