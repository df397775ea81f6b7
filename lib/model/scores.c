/* SPDX-License-Identifier: Apache-2.0 */
/* Scores of all arithmetics as doubles on disk, exactly. */
#include "model/scores.h"

#include <math.h>

bool tk_score_valid(enum tk_arithmetic arithmetic, double nats)
{
	switch (arithmetic) {
	case TK_INTEGER:
		nats *= 1 << TK_SCORE_BITS;
		return nats >= -TK_MAX_SCORE && nats <= 0.0 &&
		       (double)(int32_t)nats == nats;
	case TK_SP_FLOAT_OLD:
	case TK_SP_FLOAT:
		return fabs(nats) <= TK_MAX_FLOAT_SCORE &&
		       (double)(float)nats == nats;
	case TK_DOUBLE:
	case TK_HF_DOUBLE:
		return fabs(nats) <= TK_MAX_DOUBLE_SCORE;
	default:
		return false;
	}
}

int32_t tk_score_in_trie(enum tk_arithmetic arithmetic, double nats)
{
	if (arithmetic == TK_INTEGER)
		return (int32_t)(nats * (1 << TK_SCORE_BITS));
	if (arithmetic == TK_DOUBLE || arithmetic == TK_HF_DOUBLE)
		return 0;

	/* Never -0.0, whose bits mean "no piece". */
	float f = nats == 0.0 ? 0.0F : (float)nats;
	int32_t bits;
	memcpy(&bits, &f, sizeof(bits));
	return bits;
}
