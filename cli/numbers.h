/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as people type them: the whole string is the number, or it is
 * none. No locale, no blanks, no signs, no hexadecimal. */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* Digits only; false if it is none or does not fit. */
bool number_count(const char *text, uint64_t *out);
/* As number_count, and k, M, G or T behind it means * 1024, 1024^2, ... */
bool number_size(const char *text, uint64_t *out);
/* "0.5", "1e-3", and where infinite is allowed "inf"; never negative. */
bool number_real(const char *text, bool infinite, double *out);

#endif
