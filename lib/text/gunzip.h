/* SPDX-License-Identifier: Apache-2.0 */
/* gzip (RFC 1952), one member after the other; zlib is private to gunzip.c
 * and takes its 40 KiB from malloc. */
#ifndef TK_GUNZIP_H
#define TK_GUNZIP_H

#include <stdbool.h>

#include "tok/base.h"

struct tk_gunzip;

/* NULL if there is no memory. */
struct tk_gunzip *tk_gunzip_new(const tok_alloc *alloc);
void tk_gunzip_free(struct tk_gunzip *g);

/* Unpacks from *in, which is moved on, to out; *made bytes. TOK_E_CORRUPT,
 * TOK_E_MEMORY. */
tok_status tk_gunzip_step(struct tk_gunzip *g, tok_bytes *in, uint8_t *out,
			  size_t room, size_t *made);
/* True where the data may end: behind a whole member. */
bool tk_gunzip_whole(const struct tk_gunzip *g);

#endif
