/* SPDX-License-Identifier: Apache-2.0 */
/* What of a text that may go on is final. */
#ifndef TK_STABLE_H
#define TK_STABLE_H

#include "segment/encoder.h"

/* How much of a text encoder->stable stands for. */
struct tk_stable {
	size_t clean; /* bytes of clean text (with steps: of that of the parts),
			 of which a continuation changes none */
	size_t end;   /* raw bytes that this came from, at least in part */
};

/* SentencePiece's form without what it does at the end of a text. */
struct tk_sp_form tk_stable_sp_form(const tok_model *model);

/*
 * Replaces encoder->stable by the leading ids of raw that no continuation
 * changes, without those that the encoder adds and without spans. Errors as
 * tok_encode.
 */
tok_status tk_stable(tok_encoder *encoder, tok_bytes raw,
		     struct tk_stable *out);

#endif
