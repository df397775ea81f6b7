/* SPDX-License-Identifier: Apache-2.0 */
/* The one place that knows xxHash (Collet, BSD-2). */
#include "base/digest.h"

#include <xxhash.h>

static const uint8_t nothing;

static const void *at(tok_bytes data)
{
	return data.p ? data.p : &nothing;
}

tok_digest tk_digest(tok_bytes data)
{
	XXH128_canonical_t c;
	tok_digest d;

	XXH128_canonicalFromHash(&c, XXH3_128bits(at(data), data.n));
	for (int i = 0; i < 16; i++)
		d.byte[i] = c.digest[i];
	return d;
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

tk_xxh64_stream *tk_xxh64_new(void)
{
	XXH64_state_t *s = XXH64_createState();

	if (s)
		XXH64_reset(s, 0);
	return (tk_xxh64_stream *)s;
}

void tk_xxh64_free(tk_xxh64_stream *s)
{
	XXH64_freeState((XXH64_state_t *)s);
}

void tk_xxh64_restart(tk_xxh64_stream *s)
{
	XXH64_reset((XXH64_state_t *)s, 0);
}

void tk_xxh64_feed(tk_xxh64_stream *s, tok_bytes data)
{
	if (data.n)
		XXH64_update((XXH64_state_t *)s, data.p, data.n);
}

uint64_t tk_xxh64_value(const tk_xxh64_stream *s)
{
	return XXH64_digest((const XXH64_state_t *)s);
}
