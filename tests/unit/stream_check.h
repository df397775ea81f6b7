/* SPDX-License-Identifier: Apache-2.0 */
/* A text that comes in parts has the ids of the whole. */
#ifndef STREAM_CHECK_H
#define STREAM_CHECK_H

#include "tok/segment.h"

/* Parts of random sizes, up to `most` bytes each, to streaming; all of it to
 * whole, another encoder alike. alpha < 0: the best path. */
void stream_check(tok_encoder *streaming, tok_encoder *whole, tok_bytes text,
		  double alpha, size_t most, uint64_t *random);

#endif
