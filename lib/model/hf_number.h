/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as Hugging Face's tokenizers read them. */
#ifndef TK_HF_NUMBER_H
#define TK_HF_NUMBER_H

#include <stdbool.h>

#include "tok/base.h"

/*
 * The double that serde_json 1.0 (without its feature float_roundtrip) makes
 * of a JSON number: the digits as an integer, rounded, then multiplied or
 * divided by a power of ten, rounded again. That is not always the nearest
 * one. False if it is beyond the range of doubles, or text is no number.
 */
bool tk_hf_number(tok_bytes text, double *out);

/* Takes the number behind the next string off *rest, which begins inside a
 * valid JSON array of [string, number]. False if there is none. */
bool tk_hf_next_number(tok_bytes *rest, tok_bytes *number);

#endif
