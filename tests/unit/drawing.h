/* SPDX-License-Identifier: Apache-2.0 */
/* All that drawing takes, without an encoder. */
#ifndef DRAWING_H
#define DRAWING_H

#include "segment/sample.h"

struct drawing {
	struct tk_endings endings;
	struct tk_tempered law;
	struct tk_sampler s;
	struct tk_chunker c;
};

void drawing_init(struct drawing *d, const tok_alloc *alloc);
/* The next document; kept choices, or none. */
tok_status drawing_begin(struct drawing *d, const tok_model *m, double alpha,
			 tok_key key, bool keeps);
void drawing_release(struct drawing *d);

#endif
