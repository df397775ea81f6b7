/* SPDX-License-Identifier: Apache-2.0 */
/* Protobuf's wire format, written field by field; protobuf.h reads it. */
#ifndef TK_PROTOBUF_OUT_H
#define TK_PROTOBUF_OUT_H

#include "base/buf.h"

/* A message. A failure (TOK_E_MEMORY) sticks in status. Zero it but for
 * buf.alloc; release buf when done. */
struct tk_pb_out {
	tok_buf buf;
	tok_status status;
};

/* A negative int32 or int64 of the proto is cast to uint64_t. */
void tk_pb_put_varint(struct tk_pb_out *out, uint32_t number, uint64_t value);
void tk_pb_put_float(struct tk_pb_out *out, uint32_t number, float value);
void tk_pb_put_bytes(struct tk_pb_out *out, uint32_t number, tok_bytes value);
/* inner becomes a field of out, and is empty afterwards. */
void tk_pb_put_message(struct tk_pb_out *out, uint32_t number,
		       struct tk_pb_out *inner);

#endif
