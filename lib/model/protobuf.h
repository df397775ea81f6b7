/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf's wire format, one field at a time. A message is a span; a message
 * inside it is a field's bytes, which the caller may read likewise, so the
 * reader never recurses. As in protobuf, a field that the caller doesn't know
 * (by number and wire type) is to be skipped, and of a field that comes twice
 * the last value holds. Groups, which proto2 itself deprecates, are refused.
 */
#ifndef TK_PROTOBUF_H
#define TK_PROTOBUF_H

#include "tok/base.h"

/* A field's tag: its number and how its value is written. */
#define TK_PB_VARINT(number) ((number) << 3 | 0)
#define TK_PB_FIXED64(number) ((number) << 3 | 1)
#define TK_PB_BYTES(number) ((number) << 3 | 2)
#define TK_PB_FIXED32(number) ((number) << 3 | 5)

struct tk_pb_field {
	uint32_t tag;
	uint64_t value;  /* of a varint or a fixed number; 0 otherwise */
	tok_bytes bytes; /* of TK_PB_BYTES, borrowed; empty otherwise */
};

/*
 * Takes the next field off *rest. TOK_END where nothing is left. TOK_E_FORMAT
 * where no field can be read: *rest is unchanged, it begins with what is
 * wrong. Constant time.
 */
tok_status tk_pb_next(tok_bytes *rest, struct tk_pb_field *field);

/* The value of a TK_PB_FIXED32 as the float that it is in the proto. */
float tk_pb_float(uint64_t value);

#endif
