/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that knows xxHash (Collet, BSD-2). It is compiled in: only
 * then is the size of a stream's state known, which is ours to allocate. */
#include "base/digest.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/memory.h"

struct tk_xxh64_stream {
	const tok_alloc *alloc;
	XXH64_state_t state;
};

static const uint8_t nothing;

static const void *at(tok_bytes data)
{
	return data.p ? data.p : &nothing;
}

static tok_digest canonical(XXH128_hash_t hash)
{
	XXH128_canonical_t c;
	tok_digest d;

	XXH128_canonicalFromHash(&c, hash);
	for (int i = 0; i < 16; i++)
		d.byte[i] = c.digest[i];
	return d;
}

tok_digest tk_digest(tok_bytes data)
{
	return canonical(XXH3_128bits(at(data), data.n));
}

tok_digest tk_digest_parts(const tok_bytes *part, size_t n)
{
	XXH3_state_t state;

	(void)XXH3_128bits_reset(&state);
	for (size_t i = 0; i < n; i++)
		(void)XXH3_128bits_update(&state, at(part[i]), part[i].n);
	return canonical(XXH3_128bits_digest(&state));
}

uint64_t tk_xxh3(tok_bytes data, uint64_t seed)
{
	return XXH3_64bits_withSeed(at(data), data.n, seed);
}

uint64_t tok_hash(tok_bytes data, uint64_t seed)
{
	return tk_xxh3(data, seed);
}

uint64_t tk_xxh64(tok_bytes data)
{
	return XXH64(at(data), data.n, 0);
}

void tok_digest_hex(const tok_digest *digest, char out[33])
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		out[2 * i] = hex[digest->byte[i] >> 4];
		out[2 * i + 1] = hex[digest->byte[i] & 15];
	}
	out[32] = 0;
}

tk_xxh64_stream *tk_xxh64_new(const tok_alloc *alloc)
{
	tk_xxh64_stream *s = tk_new(alloc, 1, sizeof(*s));

	if (s) {
		s->alloc = alloc;
		tk_xxh64_restart(s);
	}
	return s;
}

void tk_xxh64_free(tk_xxh64_stream *s)
{
	if (s)
		tk_free(s->alloc, s, 1, sizeof(*s));
}

void tk_xxh64_restart(tk_xxh64_stream *s)
{
	(void)XXH64_reset(&s->state, 0);
}

void tk_xxh64_feed(tk_xxh64_stream *s, tok_bytes data)
{
	if (data.n)
		(void)XXH64_update(&s->state, data.p, data.n);
}

uint64_t tk_xxh64_value(const tk_xxh64_stream *s)
{
	return XXH64_digest(&s->state);
}
