/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gzip members to bytes.
 *
 * In: compressed bytes in pieces of any size. Out: plain bytes. zlib checks
 * each member's CRC-32 and length. What follows a member must be another.
 */
#include "text/gunzip.h"

#include <limits.h>
#include <zlib.h>

#include "base/memory.h"

enum { GZIP_ONLY = 16 + MAX_WBITS };

struct tk_gunzip {
	const tok_alloc *alloc;
	z_stream z;
	bool whole;
};

struct tk_gunzip *tk_gunzip_new(const tok_alloc *alloc)
{
	struct tk_gunzip *g = tk_new_zeroed(alloc, 1, sizeof(*g));

	if (g && inflateInit2(&g->z, GZIP_ONLY) != Z_OK) {
		tk_free(alloc, g, 1, sizeof(*g));
		return NULL;
	}
	if (g)
		g->alloc = alloc;
	return g;
}

void tk_gunzip_free(struct tk_gunzip *g)
{
	if (!g)
		return;
	inflateEnd(&g->z);
	tk_free(g->alloc, g, 1, sizeof(*g));
}

static uInt clamp(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

tok_status tk_gunzip_step(struct tk_gunzip *g, tok_bytes *in, uint8_t *out,
			  size_t room, size_t *made)
{
	*made = 0;
	if (g->whole && in->n) {
		(void)inflateReset(&g->z);
		g->whole = false;
	}
	if (g->whole)
		return TOK_OK;
	g->z.next_in = (Bytef *)(uintptr_t)in->p;
	g->z.avail_in = clamp(in->n);
	g->z.next_out = out;
	g->z.avail_out = clamp(room);
	int z = inflate(&g->z, Z_NO_FLUSH);
	in->n -= clamp(in->n) - g->z.avail_in;
	in->p = g->z.next_in;
	*made = clamp(room) - g->z.avail_out;
	g->whole = z == Z_STREAM_END;
	if (z == Z_MEM_ERROR)
		return TOK_E_MEMORY;
	/* Z_BUF_ERROR: more input or more room is needed. */
	return z == Z_OK || z == Z_STREAM_END || z == Z_BUF_ERROR
		       ? TOK_OK
		       : TOK_E_CORRUPT;
}

bool tk_gunzip_whole(const struct tk_gunzip *g)
{
	return g->whole;
}
