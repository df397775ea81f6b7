/* SPDX-License-Identifier: Apache-2.0 */
/* Writes protobuf messages, field by field, for tests that read them. */
#ifndef PROTOBUF_WRITE_H
#define PROTOBUF_WRITE_H

#include "unit.h"

#include "base/buf.h"
#include "base/bytes.h"
#include "model/protobuf.h"

static inline void put_varint(tok_buf *out, uint64_t v)
{
	uint8_t p[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	assert_ok(tk_buf_append(out, p, n));
}

static inline void put_number(tok_buf *out, uint32_t number, uint64_t v)
{
	put_varint(out, TK_PB_VARINT(number));
	put_varint(out, v);
}

static inline void put_fixed32(tok_buf *out, uint32_t number, uint32_t v)
{
	uint8_t p[4];

	tk_put32(p, v);
	put_varint(out, TK_PB_FIXED32(number));
	assert_ok(tk_buf_append(out, p, 4));
}

static inline void put_float(tok_buf *out, uint32_t number, float v)
{
	uint32_t bits;

	memcpy(&bits, &v, 4);
	put_fixed32(out, number, bits);
}

static inline void put_fixed64(tok_buf *out, uint32_t number, uint64_t v)
{
	uint8_t p[8];

	tk_put64(p, v);
	put_varint(out, TK_PB_FIXED64(number));
	assert_ok(tk_buf_append(out, p, 8));
}

static inline void put_bytes(tok_buf *out, uint32_t number, tok_bytes v)
{
	put_varint(out, TK_PB_BYTES(number));
	put_varint(out, v.n);
	assert_ok(tk_buf_append(out, v.p, v.n));
}

/* inner becomes a field and is emptied. */
static inline void put_message(tok_buf *out, uint32_t number, tok_buf *inner)
{
	put_bytes(out, number, (tok_bytes){inner->p, inner->n});
	inner->n = 0;
}

#endif
