/* SPDX-License-Identifier: Apache-2.0 */
/* Doubles as decimal numbers of JSON. */
#ifndef TK_DECIMAL_H
#define TK_DECIMAL_H

/* Room for any, with its NUL. */
enum { TK_DECIMAL = 48 };

/* Writes a finite x such that it is read as exactly x by whoever rounds
 * correctly; and, from 1e-3 to 1e10, but for three in a thousand, by
 * serde_json. */
void tk_decimal(double x, char out[TK_DECIMAL]);

#endif
