/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a text. In: raw bytes, then what the steps make of them. Out: the
 * text, its parts in order, and where each byte came from, always as many as
 * there are bytes.
 */
#include "text/parts.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

enum {
	MAX_GROWTH = 64, /* bytes of text for each raw one; NFKD makes 11 */
	FREE = 1 << 20   /* bytes that any text may have */
};

static const uint8_t replacement[] = {0xEF, 0xBF, 0xBD}; /* U+FFFD */

void tk_parts_release(struct tk_parts *p)
{
	tok_buf_release(&p->text);
	tk_free(p->alloc, p->from, p->cap_from, sizeof(*p->from));
	tk_free(p->alloc, p->part, p->cap, sizeof(*p->part));
	*p = (struct tk_parts){.alloc = p->alloc, .tracks = p->tracks};
}

void tk_parts_clear(struct tk_parts *p)
{
	p->text.n = 0;
	p->text.alloc = p->alloc;
	p->n = 0;
}

void tk_parts_bound(struct tk_parts *p, size_t raw_size)
{
	p->most = raw_size < (SIZE_MAX - FREE) / MAX_GROWTH
			  ? raw_size * MAX_GROWTH + FREE
			  : SIZE_MAX;
}

static tok_status reserve(struct tk_parts *p, size_t n)
{
	if (p->most && n > p->most - p->text.n)
		return TOK_E_LIMIT;

	tok_status st = tk_buf_reserve(&p->text, n);
	if (!st && p->tracks &&
	    !tk_grow(p->alloc, (void **)&p->from, &p->cap_from,
		     p->text.n + n, sizeof(*p->from)))
		st = TOK_E_MEMORY;
	return st;
}

tok_status tk_parts_put(struct tk_parts *p, tok_bytes text, tok_span from)
{
	tok_status st = reserve(p, text.n);

	if (st)
		return st;
	if (p->tracks)
		for (size_t i = 0; i < text.n; i++)
			p->from[p->text.n + i] = from;
	return tk_buf_append(&p->text, text.p, text.n);
}

tok_status tk_parts_copy(struct tk_parts *p, const struct tk_parts *other,
			 size_t begin, size_t end)
{
	tok_status st = reserve(p, end - begin);

	if (st || begin == end)
		return st;
	if (p->tracks)
		memcpy(p->from + p->text.n, other->from + begin,
		       (end - begin) * sizeof(*p->from));
	return tk_buf_append(&p->text, other->text.p + begin, end - begin);
}

tok_status tk_parts_push(struct tk_parts *p, struct tk_part part)
{
	if (!tk_grow(p->alloc, (void **)&p->part, &p->cap, p->n + 1,
		     sizeof(*p->part)))
		return TOK_E_MEMORY;
	p->part[p->n++] = part;
	return TOK_OK;
}

tok_status tk_parts_add(struct tk_parts *p, struct tk_part part)
{
	return part.begin < part.end ? tk_parts_push(p, part) : TOK_OK;
}

tok_status tk_parts_close(struct tk_parts *p, size_t begin, tok_id id)
{
	return tk_parts_add(p, (struct tk_part){begin, p->text.n, id});
}

tok_status tk_parts_begin(struct tk_parts *p, tok_bytes raw)
{
	tok_status st = TOK_OK;
	uint32_t c;

	tk_parts_clear(p);
	tk_parts_bound(p, raw.n);
	for (size_t at = 0; !st && at < raw.n;) {
		tok_bytes rest = {raw.p + at, raw.n - at};
		size_t size = tk_utf8_decode(rest, &c);

		if (size)
			st = tk_parts_put(p, (tok_bytes){rest.p, size},
					  (tok_span){at, at + size});
		else
			st = tk_parts_put(p, (tok_bytes){replacement, 3},
					  (tok_span){at, at + 1});
		at += size ? size : 1;
	}
	return st ? st : tk_parts_close(p, 0, -1);
}
