/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf's wire format. In: fields. Out: the bytes that protobuf itself
 * writes for them: varints of the least length, in the order of the calls.
 */
#include "model/protobuf_out.h"

#include "base/bytes.h"
#include "model/protobuf.h"

static void put(struct tk_pb_out *out, const void *p, size_t n)
{
	if (!out->status)
		out->status = tk_buf_append(&out->buf, p, n);
}

static void put_varint(struct tk_pb_out *out, uint64_t v)
{
	uint8_t p[10];
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	put(out, p, n);
}

void tk_pb_put_varint(struct tk_pb_out *out, uint32_t number, uint64_t value)
{
	put_varint(out, TK_PB_VARINT(number));
	put_varint(out, value);
}

void tk_pb_put_float(struct tk_pb_out *out, uint32_t number, float value)
{
	uint32_t bits;
	uint8_t p[4];

	memcpy(&bits, &value, sizeof(bits));
	tk_put32(p, bits);
	put_varint(out, TK_PB_FIXED32(number));
	put(out, p, sizeof(p));
}

void tk_pb_put_bytes(struct tk_pb_out *out, uint32_t number, tok_bytes value)
{
	put_varint(out, TK_PB_BYTES(number));
	put_varint(out, value.n);
	put(out, value.p, value.n);
}

void tk_pb_put_message(struct tk_pb_out *out, uint32_t number,
		       struct tk_pb_out *inner)
{
	if (!out->status)
		out->status = inner->status;
	tk_pb_put_bytes(out, number, (tok_bytes){inner->buf.p, inner->buf.n});
	inner->buf.n = 0;
}
