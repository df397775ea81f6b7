/* SPDX-License-Identifier: Apache-2.0 */
/* The only compiler extensions of the library. */
#ifndef TK_COMPILER_H
#define TK_COMPILER_H

#if defined(__GNUC__)
#define TK_LIKELY(x) __builtin_expect(!!(x), 1)
#define TK_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define TK_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define TK_PREFETCH(p) __builtin_prefetch(p)
/* The number of zero bits below the lowest one bit of x, which is not 0. */
#define TK_LOWEST_BIT(x) ((unsigned)__builtin_ctzll(x))
/* The upper 64 bits of a product of two uint64_t. */
#if defined(__SIZEOF_INT128__)
#define TK_MUL_HIGH(a, b) \
	((uint64_t)((unsigned __int128)(a) * (b) >> 64))
#endif
/* For a small function whose callers each want their own copy of it. */
#define TK_INLINE static inline __attribute__((always_inline))
#else
#define TK_LIKELY(x) (x)
#define TK_UNLIKELY(x) (x)
#define TK_PRINTF(fmt, args)
#define TK_PREFETCH(p) ((void)(p))
#define TK_LOWEST_BIT(x) tk_lowest_bit(x)
#define TK_INLINE static inline
static inline unsigned tk_lowest_bit(unsigned long long x)
{
	unsigned n = 0;

	for (; !(x & 1); x >>= 1)
		n++;
	return n;
}
#endif

#endif
