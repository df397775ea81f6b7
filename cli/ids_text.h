/* SPDX-License-Identifier: Apache-2.0 */
/* Ids as text and as raw numbers, out and in. */
#ifndef IDS_TEXT_H
#define IDS_TEXT_H

#include "feed.h"
#include "output.h"

/* What a document became, or a part of one without offsets. */
struct tokens {
	const tok_id *id;
	const tok_span *span;
	size_t n;
	bool offsets; /* put the spans; FORMAT_IDS and FORMAT_JSONL hold them */
	/* The document's first ones, n_before of them, were put before; there
	 * is more to come. */
	bool continues, goes_on;
	uint64_t n_before;
};

/* The tokens of one document, as format says. model names the pieces. */
void put_tokens(struct output *out, enum id_format format,
		const tok_model *model, const struct tokens *tokens);

/* The same without what begins and ends the line: of FORMAT_JSONL the members
 * of the object. Not for raw numbers. */
void put_tokens_inside(struct output *out, enum id_format format,
		       const tok_model *model, const struct tokens *tokens);

/*
 * Appends the ids that text holds. FORMAT_IDS: numbers with blanks between
 * them, offsets behind them passed over; FORMAT_JSONL: an object whose member
 * "ids" is an array of numbers, or such an array; FORMAT_U16, FORMAT_U32:
 * little-endian. Below limit each.
 * TOK_E_MALFORMED or TOK_E_RANGE, and err says which id of place it was.
 */
tok_status ids_parse(enum id_format format, tok_bytes text, int32_t limit,
		     const struct feed_place *place, tok_ids *ids,
		     tok_error *err);

#endif
