/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protobuf's wire format. In: any bytes. Out: their fields in order, or a
 * status. Every length is compared with what is left before it is believed,
 * and each field takes at least two bytes, so that a loop over them ends.
 */
#include "model/protobuf.h"

#include <string.h>

#include "base/bytes.h"

/* Protobuf's own: tags and lengths have 32 bits, values 64. */
enum { MAX_SHORT_VARINT = 5, MAX_VARINT = 10 };
enum { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

static tok_bytes after(tok_bytes s, size_t n)
{
	return (tok_bytes){s.p + n, s.n - n};
}

/* Bytes taken, 0 if s begins with no varint of at most max bytes. What goes
 * past 64 bits is dropped, as protobuf does. */
static size_t get_varint(tok_bytes s, size_t max, uint64_t *value)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.n && i < max; i++) {
		v |= (uint64_t)(s.p[i] & 0x7F) << (7 * i);
		if (s.p[i] < 0x80) {
			*value = v;
			return i + 1;
		}
	}
	return 0;
}

/* The bytes that the value at s takes, 0 if it isn't all there. */
static size_t get_value(tok_bytes s, struct tk_pb_field *field)
{
	uint64_t size;
	size_t n;

	switch (field->tag & 7) {
	case WIRE_VARINT:
		return get_varint(s, MAX_VARINT, &field->value);
	case WIRE_FIXED64:
		if (s.n < 8)
			return 0;
		field->value = tk_get64(s.p);
		return 8;
	case WIRE_FIXED32:
		if (s.n < 4)
			return 0;
		field->value = tk_get32(s.p);
		return 4;
	case WIRE_BYTES:
		n = get_varint(s, MAX_SHORT_VARINT, &size);
		if (!n || size > s.n - n)
			return 0;
		field->bytes = (tok_bytes){s.p + n, (size_t)size};
		return n + (size_t)size;
	default:
		return 0;
	}
}

tok_status tk_pb_next(tok_bytes *rest, struct tk_pb_field *field)
{
	tok_bytes s = *rest;
	uint64_t tag;

	if (!s.n)
		return TOK_END;
	size_t n = get_varint(s, MAX_SHORT_VARINT, &tag);
	if (!n || tag > UINT32_MAX || tag >> 3 == 0)
		return TOK_E_FORMAT;
	s = after(s, n);
	*field = (struct tk_pb_field){.tag = (uint32_t)tag};
	n = get_value(s, field);
	if (!n)
		return TOK_E_FORMAT;
	*rest = after(s, n);
	return TOK_OK;
}

float tk_pb_float(uint64_t value)
{
	uint32_t bits = (uint32_t)value;
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}
