/* SPDX-License-Identifier: Apache-2.0 */
/* Growable bytes and ids. On failure the contents are as before. */
#include "base/buf.h"

#include <string.h>

void tok_buf_init(tok_buf *buf, const tok_alloc *alloc)
{
	*buf = (tok_buf){.alloc = alloc};
}

void tok_buf_release(tok_buf *buf)
{
	if (!buf)
		return;
	tk_free(buf->alloc, buf->p, buf->cap, 1);
	tok_buf_init(buf, buf->alloc);
}

tok_status tk_buf_reserve(tok_buf *buf, size_t n)
{
	size_t need;

	if (!tk_add(buf->n, n, &need) ||
	    !tk_grow(buf->alloc, (void **)&buf->p, &buf->cap, need, 1))
		return TOK_E_MEMORY;
	return TOK_OK;
}

tok_status tk_buf_append(tok_buf *buf, const void *p, size_t n)
{
	tok_status st = tk_buf_reserve(buf, n);

	if (!st && n) {
		memcpy(buf->p + buf->n, p, n);
		buf->n += n;
	}
	return st;
}

tok_status tk_buf_text(tok_buf *buf, const char *s)
{
	return tk_buf_append(buf, s, strlen(s));
}

void tok_ids_init(tok_ids *ids, const tok_alloc *alloc)
{
	*ids = (tok_ids){.alloc = alloc};
}

void tok_ids_release(tok_ids *ids)
{
	if (!ids)
		return;
	tk_free(ids->alloc, ids->id, ids->cap, sizeof(*ids->id));
	if (ids->span)
		tk_free(ids->alloc, ids->span, ids->cap, sizeof(*ids->span));
	tok_ids_init(ids, ids->alloc);
}

/*
 * id and span share one capacity, so the spans are moved first: if the ids
 * then cannot grow, span is larger than cap says. It is therefore moved into
 * a block of its own and the old one is freed only when both are there.
 */
static tok_status grow_both(tok_ids *ids, size_t need)
{
	size_t cap = ids->cap;
	tok_span *span = NULL;
	size_t span_cap = 0;

	if (need < cap + cap / 2 && cap + cap / 2 > cap)
		need = cap + cap / 2;
	if (!tk_grow(ids->alloc, (void **)&span, &span_cap, need,
		     sizeof(*span)))
		return TOK_E_MEMORY;
	tok_id *id = NULL;
	size_t id_cap = 0;
	if (!tk_grow(ids->alloc, (void **)&id, &id_cap, need, sizeof(*id))) {
		tk_free(ids->alloc, span, span_cap, sizeof(*span));
		return TOK_E_MEMORY;
	}
	if (ids->n) {
		memcpy(id, ids->id, ids->n * sizeof(*id));
		if (ids->span)
			memcpy(span, ids->span, ids->n * sizeof(*span));
		else
			memset(span, 0, ids->n * sizeof(*span));
	}
	size_t n = ids->n;
	const tok_alloc *alloc = ids->alloc;
	tok_ids_release(ids);
	*ids = (tok_ids){id, span, n, id_cap, alloc};
	return TOK_OK;
}

tok_status tk_ids_reserve(tok_ids *ids, size_t n, bool with_spans)
{
	size_t need;

	if (!tk_add(ids->n, n, &need))
		return TOK_E_MEMORY;
	if (with_spans || ids->span) {
		if (need <= ids->cap && ids->span)
			return TOK_OK;
		return need ? grow_both(ids, need) : TOK_OK;
	}
	if (!tk_grow(ids->alloc, (void **)&ids->id, &ids->cap, need,
		     sizeof(*ids->id)))
		return TOK_E_MEMORY;
	return TOK_OK;
}

tok_status tok_ids_append(tok_ids *ids, const tok_id *id, size_t n)
{
	tok_status st = tk_ids_reserve(ids, n, false);

	if (st || !n)
		return st;
	memcpy(ids->id + ids->n, id, n * sizeof(*id));
	if (ids->span)
		memset(ids->span + ids->n, 0, n * sizeof(*ids->span));
	ids->n += n;
	return TOK_OK;
}

tok_status tk_ids_put(tok_ids *ids, tok_id id, uint64_t begin, uint64_t end)
{
	tok_status st = tok_ids_append(ids, &id, 1);

	if (!st && ids->span)
		ids->span[ids->n - 1] = (tok_span){begin, end};
	return st;
}
