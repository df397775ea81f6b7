/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on the terminal, overwritten four times a second at most:
 *   encode  42%  12.3 MB/s  3.1 Mtok/s  ETA 0:12
 */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t))
		return 0;
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_begin(struct progress *p, const struct settings *s)
{
	*p = (struct progress){.on = !s->quiet && isatty(STDERR_FILENO)};
	p->began = p->said = now();
}

static void say_eta(double seconds)
{
	unsigned long left = (unsigned long)(seconds + 0.5);

	if (left >= 3600)
		fprintf(stderr, "  ETA %lu:%02lu:%02lu", left / 3600,
			left / 60 % 60, left % 60);
	else
		fprintf(stderr, "  ETA %lu:%02lu", left / 60, left % 60);
}

void progress_show(struct progress *p, const char *stage, uint64_t done,
		   uint64_t total, uint64_t bytes, uint64_t tokens)
{
	if (!p->on)
		return;

	double t = now(), seconds = t - p->began;
	if (seconds < 1 || (p->shown && t - p->said < 0.25))
		return;
	p->said = t;
	p->shown = true;
	fprintf(stderr, "\r\033[K%s", stage);
	if (total && done <= total)
		fprintf(stderr, "  %.0f%%",
			100 * (double)done / (double)total);
	if (bytes)
		fprintf(stderr, "  %.1f MB/s", (double)bytes / seconds / 1e6);
	if (tokens)
		fprintf(stderr, "  %.2f Mtok/s",
			(double)tokens / seconds / 1e6);
	if (done && done < total)
		say_eta(seconds * (double)(total - done) / (double)done);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
	p->shown = false;
}

double progress_seconds(const struct progress *p)
{
	return now() - p->began;
}
