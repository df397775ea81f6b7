/* SPDX-License-Identifier: Apache-2.0 */
/* What tok encode says of more than one segmentation of a document. */
#ifndef SEVERAL_H
#define SEVERAL_H

#include "output.h"
#include "pipeline.h"

/* Is this what s asks for? */
bool several_asked(const struct settings *s);
/* What does not go together: says so and returns EXIT_MISUSED. */
int several_check(const struct settings *s, const char *format);

/* All documents of p, one after the other. */
tok_status several_put_all(const struct settings *s, struct pipeline *p,
			   struct output *out, tok_error *err);

#endif
