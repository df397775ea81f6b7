/* SPDX-License-Identifier: Apache-2.0 */
/* Documents that come in parts. */
#ifndef TK_STREAM_H
#define TK_STREAM_H

#include "tok/segment.h"

/* tok_stream_new, but that a chunk of `held` bytes (more than TK_STAND_IN)
 * does not wait for its end. It changes no id. */
tok_status tk_stream_new(tok_encoder *encoder, tok_pool *pool, size_t held,
			 tok_stream **out);

#endif
