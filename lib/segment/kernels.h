/* SPDX-License-Identifier: Apache-2.0 */
/* Which kernel a model's arithmetic takes. */
#ifndef TK_KERNELS_H
#define TK_KERNELS_H

#include "segment/viterbi.h"

struct tk_kernels {
	tk_viterbi_whole *whole;
	tk_viterbi_opener *open;
	tk_viterbi_goer *on;
};

const struct tk_kernels *tk_kernels_of(const tok_model *model);

#endif
