/* SPDX-License-Identifier: Apache-2.0 */
/* Several encoders that work for one. */
#ifndef TK_BATCH_H
#define TK_BATCH_H

#include "segment/encoder.h"

/* Encoders for so many workers, the one asked among them, and so many parts of
 * its own. TOK_E_MEMORY. */
tok_status tk_batch_reserve(tok_encoder *encoder, unsigned n_workers,
			    size_t n_parts);

/* The encoder of a worker. */
static inline tok_encoder *tk_batch_worker(tok_encoder *encoder,
					   unsigned worker)
{
	return worker ? encoder->sibling[worker - 1] : encoder;
}

/* Frees them. */
void tk_batch_release(tok_encoder *encoder);

#endif
