/* SPDX-License-Identifier: Apache-2.0 */
/* Spans in the units of other languages' strings. */
#ifndef TK_UNITS_H
#define TK_UNITS_H

#include "tok/segment.h"

/*
 * n spans of bytes of text become spans of units, by the rule at tok_unit.
 * None may begin before the one before it does. Returns the units of the whole
 * text. Linear in it and in the spans that end before the one before them.
 */
uint64_t tk_units_convert(tok_bytes text, tok_unit unit, tok_span *span,
			  size_t n);

#endif
