/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as text: readable, on one line, and taken back without doubt. */
#ifndef ESCAPE_H
#define ESCAPE_H

#include "output.h"

/* Escapes as in printf: \n \t \r \a \b \f \v \\ \xHH \NNN. At most cap bytes
 * to out; false for an unknown escape or too many bytes. */
bool unescape(const char *text, uint8_t *out, size_t cap, size_t *n);

/*
 * Bytes without blanks: backslash, white space and control characters of
 * Unicode, and bytes that are not UTF-8, are written \xHH byte by byte; the
 * rest is as it is.
 */
void put_escaped(struct output *out, tok_bytes bytes);

/* Length of the well-formed UTF-8 character that s begins with, its code
 * point in *c; 0 if there is none. */
size_t utf8_next(tok_bytes s, uint32_t *c);

#endif
