/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian numbers in byte strings: the only way in and out of files.
 * Compilers turn each of these into one load or store.
 */
#ifndef TK_BYTES_H
#define TK_BYTES_H

#include <stdint.h>
#include <string.h>

#include "tok/base.h"

/* tk_every_byte[i] is i. */
extern const uint8_t tk_every_byte[256];

static inline uint16_t tk_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t tk_get32(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static inline uint64_t tk_get64(const uint8_t *p)
{
	return (uint64_t)tk_get32(p) | (uint64_t)tk_get32(p + 4) << 32;
}

static inline void tk_put16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void tk_put32(uint8_t *p, uint32_t v)
{
	tk_put16(p, (uint16_t)v);
	tk_put16(p + 2, (uint16_t)(v >> 16));
}

static inline void tk_put64(uint8_t *p, uint64_t v)
{
	tk_put32(p, (uint32_t)v);
	tk_put32(p + 4, (uint32_t)(v >> 32));
}

/* Bytewise order: <0, 0 or >0; a prefix comes before what it begins. */
static inline int tk_bytes_cmp(tok_bytes a, tok_bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return (a.n > b.n) - (a.n < b.n);
}

static inline int tk_bytes_equal(tok_bytes a, tok_bytes b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

#endif
