/* SPDX-License-Identifier: Apache-2.0 */
/* Compressed bytes for tests; each call appends one frame or member. */
#ifndef UNIT_COMPRESS_H
#define UNIT_COMPRESS_H

#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "unit.h"

static inline void add_zstd(tok_buf *out, tok_bytes data)
{
	ZSTD_CCtx *ctx = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(data.n);

	assert_non_null(ctx);
	ZSTD_CCtx_setParameter(ctx, ZSTD_c_checksumFlag, 1);
	assert_ok(tk_buf_reserve(out, room));
	size_t n = ZSTD_compress2(ctx, out->p + out->n, room, data.p, data.n);
	assert_false(ZSTD_isError(n));
	out->n += n;
	ZSTD_freeCCtx(ctx);
}

static inline void add_gzip(tok_buf *out, tok_bytes data)
{
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8,
				      Z_DEFAULT_STRATEGY),
			 Z_OK);
	size_t room = deflateBound(&z, data.n) + 64;
	assert_ok(tk_buf_reserve(out, room));
	z.next_in = (Bytef *)(uintptr_t)data.p;
	z.avail_in = (uInt)data.n;
	z.next_out = out->p + out->n;
	z.avail_out = (uInt)room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->n += room - z.avail_out;
	deflateEnd(&z);
}

#endif
