/* SPDX-License-Identifier: Apache-2.0 */
/* The first ids of a text. */
#ifndef TK_TRUNCATE_H
#define TK_TRUNCATE_H

#include "tok/segment.h"

/* tok_truncate, but that it first looks at the first `first` bytes (1 or more)
 * alone. It changes nothing that comes out. */
tok_status tk_truncate(tok_encoder *encoder, tok_bytes text, uint64_t max_ids,
		       size_t first, tok_ids *ids, tok_truncation *out);

#endif
