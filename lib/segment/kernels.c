/* SPDX-License-Identifier: Apache-2.0 */
/* A model to what segments its text where that is in no hurry: a table. */
#include "segment/kernels.h"

const struct tk_kernels *tk_kernels_of(const tok_model *model)
{
	static const struct tk_kernels kernels[] = {
		[TK_INTEGER] = {tk_viterbi_open, tk_viterbi_on},
		[TK_DOUBLE] = {tk_viterbi_double_open, tk_viterbi_double_on},
		[TK_HF_DOUBLE] = {tk_viterbi_hf_open, tk_viterbi_hf_on},
		[TK_SP_FLOAT] = {tk_viterbi_sp_open, tk_viterbi_sp_on},
		[TK_SP_FLOAT_OLD] = {tk_viterbi_sp_old_open,
				     tk_viterbi_sp_old_on},
	};

	return &kernels[model->arithmetic];
}
