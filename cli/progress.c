/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on the terminal, overwritten four times a second at most:
 *   encode  42%  12.3 MB/s  3.1 Mtok/s  ETA 0:12
 */
#include "progress.h"

#include <stdio.h>
#include <string.h>
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

static void say_rate(uint64_t n, double seconds, const char *unit)
{
	if (n && seconds > 0)
		fprintf(stderr, "  %.1f %s", (double)n / seconds / 1e6, unit);
}

void progress_show(struct progress *p, const char *stage, uint64_t done,
		   uint64_t total, uint64_t bytes, uint64_t tokens)
{
	if (!p->on)
		return;

	double t = now();
	if (!p->stage || strcmp(p->stage, stage) != 0) {
		p->stage_began = p->stage ? t : p->began;
		p->stage = stage;
	}
	if (t - p->began < 1 || (p->shown && t - p->said < 0.25))
		return;
	double seconds = t - p->stage_began;
	p->said = t;
	p->shown = true;
	fprintf(stderr, "\r\033[K%s", stage);
	if (total && done <= total)
		fprintf(stderr, "  %.0f%%",
			100 * (double)done / (double)total);
	say_rate(bytes, seconds, "MB/s");
	say_rate(tokens, seconds, "Mtok/s");
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
