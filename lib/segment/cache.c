/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what chunks were segmented into. In: a size. Out: room for as
 * many entries as fit in it, aligned to cache lines, a power of two. */
#include "segment/cache.h"

enum { SET_SIZE = 2 * TK_CACHED_SIZE };

_Static_assert(sizeof(struct tk_cached) == TK_CACHED_SIZE,
	       "a lookup touches one cache line a way");

tok_status tk_cache_init(struct tk_cache *c, size_t size,
			 const tok_alloc *alloc)
{
	size_t n = 2;

	*c = (struct tk_cache){.alloc = alloc, .shift = 63};
	if (size < 2 * SET_SIZE)
		return TOK_OK;
	for (; n <= size / SET_SIZE / 2 && c->shift > 32; n *= 2)
		c->shift--;
	/* What the allocator gives may lie anywhere. */
	c->block_size = n * SET_SIZE + TK_CACHED_SIZE;
	c->block = tk_new_zeroed(alloc, 1, c->block_size);
	if (!c->block)
		return TOK_E_MEMORY;
	c->entry = (struct tk_cached *)((uint8_t *)c->block + TK_CACHED_SIZE -
					(uintptr_t)c->block % TK_CACHED_SIZE);
	return TOK_OK;
}

void tk_cache_release(struct tk_cache *c)
{
	tk_free(c->alloc, c->block, 1, c->block_size);
	*c = (struct tk_cache){.alloc = c->alloc};
}
