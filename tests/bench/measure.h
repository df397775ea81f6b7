/* SPDX-License-Identifier: Apache-2.0 */
/* What programs that measure share. */
#ifndef MEASURE_H
#define MEASURE_H

#include <tok.h>

/* Ends the program, saying what is wrong, unless it is right. */
void measure_need(int right, const char *what);
/* CPU seconds of this process. */
double measure_now(void);
/* Seconds on the wall, since some time. */
double measure_wall(void);
/* Bytes of memory that this process had at most. */
uint64_t measure_peak(void);
/* A file, which must have something in it; to be freed. */
tok_bytes measure_read(const char *path);
/* The lines of text, without their ends; line has room for them. How many. */
size_t measure_lines(tok_bytes text, tok_bytes *line);

#endif
