/* SPDX-License-Identifier: Apache-2.0 */
/* A model's arithmetic to what segments its text: a table. */
#include "segment/kernels.h"

/* Integers know no sum: they start from 0 where all paths meet. */
static tok_status integers(struct tk_viterbi *v, const tok_model *model,
			   tok_bytes text, union tk_cell *sum, tok_ids *ids)
{
	(void)sum;
	return tk_viterbi(v, &model->trie, text, ids);
}

const struct tk_kernels *tk_kernels_of(const tok_model *model)
{
	static const struct tk_kernels kernels[] = {
		[TK_INTEGER] = {integers, tk_viterbi_open, tk_viterbi_on},
		[TK_DOUBLE] = {tk_viterbi_double, tk_viterbi_double_open,
			       tk_viterbi_double_on},
		[TK_HF_DOUBLE] = {tk_viterbi_hf, tk_viterbi_hf_open,
				  tk_viterbi_hf_on},
		[TK_SP_FLOAT] = {tk_viterbi_sp, tk_viterbi_sp_open,
				 tk_viterbi_sp_on},
		[TK_SP_FLOAT_OLD] = {tk_viterbi_sp_old, tk_viterbi_sp_old_open,
				     tk_viterbi_sp_old_on},
	};

	return &kernels[model->arithmetic];
}
