/* SPDX-License-Identifier: Apache-2.0 */
/* What Hugging Face's rules need beside the pieces. */
#ifndef TK_HF_RULES_H
#define TK_HF_RULES_H

#include "model/loaded.h"

/*
 * Sets steps, unknown, unknown_score and fallback of a model whose ids are
 * read; section outlives it, and is empty in models of other kinds.
 * TOK_E_CORRUPT, TOK_E_UNSUPPORTED (a newer Unicode than ICU's),
 * TOK_E_MEMORY.
 */
tok_status tk_hf_rules_read(struct tok_model *m, tok_bytes section,
			    const char *path, tok_error *err);

#endif
