/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation with checked sizes. In: counts. Out: blocks or NULL, never a
 * block smaller than asked. */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

bool tk_mul(size_t a, size_t b, size_t *out)
{
	if (b && a > SIZE_MAX / b)
		return false;
	*out = a * b;
	return true;
}

bool tk_add(size_t a, size_t b, size_t *out)
{
	if (a > SIZE_MAX - b)
		return false;
	*out = a + b;
	return true;
}

static void *resize(const tok_alloc *alloc, void *p, size_t old_size,
		    size_t new_size)
{
	if (alloc)
		return alloc->resize(alloc->ctx, p, old_size, new_size);
	if (!new_size) {
		free(p);
		return NULL;
	}
	return realloc(p, new_size);
}

void *tk_new(const tok_alloc *alloc, size_t n, size_t size)
{
	size_t bytes;

	if (!tk_mul(n, size, &bytes) || !bytes)
		return NULL;
	return resize(alloc, NULL, 0, bytes);
}

void *tk_new_zeroed(const tok_alloc *alloc, size_t n, size_t size)
{
	size_t bytes;

	if (!tk_mul(n, size, &bytes) || !bytes)
		return NULL;
	/* calloc's pages come zeroed from the kernel: free of charge. */
	if (!alloc)
		return calloc(bytes, 1);

	void *p = resize(alloc, NULL, 0, bytes);
	if (p)
		memset(p, 0, bytes);
	return p;
}

void tk_free(const tok_alloc *alloc, void *p, size_t n, size_t size)
{
	if (p)
		(void)resize(alloc, p, n * size, 0);
}

bool tk_grow(const tok_alloc *alloc, void **p, size_t *cap, size_t need,
	     size_t size)
{
	size_t n = *cap, bytes;

	if (need <= n)
		return true;
	if (!tk_add(n, n / 2 + 16, &n) || n < need)
		n = need;
	if (!tk_mul(n, size, &bytes)) {
		n = need;
		if (!tk_mul(n, size, &bytes))
			return false;
	}
	void *moved = resize(alloc, *p, *cap * size, bytes);
	if (!moved)
		return false;
	*p = moved;
	*cap = n;
	return true;
}
