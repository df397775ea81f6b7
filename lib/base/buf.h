/* SPDX-License-Identifier: Apache-2.0 */
/* Growable bytes and ids; see tok_buf and tok_ids in tok/base.h. */
#ifndef TK_BUF_H
#define TK_BUF_H

#include "base/memory.h"

/* Room for n more bytes behind buf->n. */
tok_status tk_buf_reserve(tok_buf *buf, size_t n);
tok_status tk_buf_append(tok_buf *buf, const void *p, size_t n);
/* A C string, without its NUL. */
tok_status tk_buf_text(tok_buf *buf, const char *s);

/* Room for n more ids behind ids->n; with_spans makes span follow. */
tok_status tk_ids_reserve(tok_ids *ids, size_t n, bool with_spans);

/* The same, for the many times that there is room. */
static inline tok_status tk_ids_room(tok_ids *ids, size_t n)
{
	return ids->cap - ids->n >= n ? TOK_OK : tk_ids_reserve(ids, n, false);
}

/* Appends an id, with its span if ids has spans. */
tok_status tk_ids_put(tok_ids *ids, tok_id id, uint64_t begin, uint64_t end);

#endif
