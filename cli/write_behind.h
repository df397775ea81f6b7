/* SPDX-License-Identifier: Apache-2.0 */
/* The ids of all documents to an output. */
#ifndef WRITE_BEHIND_H
#define WRITE_BEHIND_H

#include "output.h"
#include "pipeline.h"

/* All that p has still to give; what is put is in its books. */
tok_status write_behind(const struct settings *s, struct pipeline *p,
			struct output *out, tok_error *err);

#endif
