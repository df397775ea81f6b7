/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory through a tok_alloc (NULL: malloc), with checked sizes. Every size
 * that comes from outside is computed with tk_mul and tk_add.
 */
#ifndef TK_MEMORY_H
#define TK_MEMORY_H

#include <stdbool.h>

#include "tok/base.h"

/* *out = a * b or a + b; false where that does not fit size_t. */
bool tk_mul(size_t a, size_t b, size_t *out);
bool tk_add(size_t a, size_t b, size_t *out);

/* n * size bytes; NULL if that overflows, is 0, or there is no memory. */
void *tk_new(const tok_alloc *alloc, size_t n, size_t size);
void *tk_new_zeroed(const tok_alloc *alloc, size_t n, size_t size);
/* p may be NULL; n and size are those it was made with. */
void tk_free(const tok_alloc *alloc, void *p, size_t n, size_t size);

/*
 * Makes *p (cap elements of size) hold at least need elements, growing by
 * half at least. On failure both are as before and false is returned.
 * Usage: tk_grow(alloc, (void **)&v, &cap, need, sizeof(*v)).
 */
bool tk_grow(const tok_alloc *alloc, void **p, size_t *cap, size_t need,
	     size_t size);

#endif
