/* SPDX-License-Identifier: Apache-2.0 */
/* Ids as text and as raw numbers, out and in. */
#ifndef IDS_TEXT_H
#define IDS_TEXT_H

#include "feed.h"
#include "output.h"

/* The ids of one document, as format says. model names the pieces. */
void put_ids(struct output *out, enum id_format format,
	     const tok_model *model, const tok_id *id, size_t n);

/*
 * Appends the ids that text holds. FORMAT_IDS: numbers with blanks between
 * them; FORMAT_JSONL: an object whose member "ids" is an array of numbers, or
 * such an array; FORMAT_U16, FORMAT_U32: little-endian. Below limit each.
 * TOK_E_MALFORMED or TOK_E_RANGE, and err says which id of place it was.
 */
tok_status ids_parse(enum id_format format, tok_bytes text, int32_t limit,
		     const struct feed_place *place, tok_ids *ids,
		     tok_error *err);

#endif
