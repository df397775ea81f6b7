/* SPDX-License-Identifier: Apache-2.0 */
/* XXH3 (128 bits) for identity, XXH3 (64) for tables, XXH64 where a format
 * of others asks for it. */
#ifndef TK_DIGEST_H
#define TK_DIGEST_H

#include "tok/base.h"

tok_digest tk_digest(tok_bytes data);
/* Of n parts as if they stood one behind the other. */
tok_digest tk_digest_parts(const tok_bytes *part, size_t n);
uint64_t tk_xxh3(tok_bytes data, uint64_t seed);
uint64_t tk_xxh64(tok_bytes data);

/* XXH64 (seed 0) of a stream; _new is NULL if there is no memory. */
typedef struct tk_xxh64_stream tk_xxh64_stream;
tk_xxh64_stream *tk_xxh64_new(const tok_alloc *alloc);
void tk_xxh64_free(tk_xxh64_stream *s);
void tk_xxh64_restart(tk_xxh64_stream *s);
void tk_xxh64_feed(tk_xxh64_stream *s, tok_bytes data);
uint64_t tk_xxh64_value(const tk_xxh64_stream *s);

#endif
