/* SPDX-License-Identifier: Apache-2.0 */
/* A score in nats, and the 32 bits that the trie holds of it. */
#ifndef TK_SCORES_H
#define TK_SCORES_H

#include "model/loaded.h"

/*
 * Scores of larger size are refused. A sum to which one number is added again
 * and again stops growing at 2^25 (2^54) times that number in floats
 * (doubles), so that with these limits, and floats times a piece's 255 bytes,
 * no text is long enough for a sum to become infinite.
 */
#define TK_MAX_FLOAT_SCORE 1e28
#define TK_MAX_DOUBLE_SCORE 1e290

/* Is this a score that the arithmetic can take? */
bool tk_score_valid(enum tk_arithmetic arithmetic, double nats);

/* Integers: nats * 2^16. SentencePiece's floats: the bits of the float.
 * Doubles do not fit: 0, and kernels look the id's score up. */
int32_t tk_score_in_trie(enum tk_arithmetic arithmetic, double nats);

/* Are sums doubles? If they are neither these nor integers, they are floats. */
static inline bool tk_sums_doubles(enum tk_arithmetic arithmetic)
{
	return arithmetic == TK_DOUBLE || arithmetic == TK_HF_DOUBLE;
}

/* A float from the bits in a unit. */
static inline float tk_score_float(int32_t bits)
{
	float f;

	memcpy(&f, &bits, sizeof(f));
	return f;
}

#endif
