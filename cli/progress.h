/* SPDX-License-Identifier: Apache-2.0 */
/* How far a command is, for a person at a terminal. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "settings.h"

struct progress {
	bool on, shown;
	double began, said; /* seconds of a clock that never jumps */
	const char *stage;  /* shown last: static text */
	double stage_began;
};

/* On if standard error is a terminal and -q was not given. */
void progress_begin(struct progress *p, const struct settings *s);
/* done of total (0: not known) in any unit; bytes and tokens of this stage up
 * to now, 0 where there are none. stage is static text. Says nothing in the
 * first second. */
void progress_show(struct progress *p, const char *stage, uint64_t done,
		   uint64_t total, uint64_t bytes, uint64_t tokens);
/* Wipes the line. */
void progress_end(struct progress *p);
double progress_seconds(const struct progress *p);

#endif
