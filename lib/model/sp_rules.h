/* SPDX-License-Identifier: Apache-2.0 */
/* What SentencePiece's rules need beside the pieces. */
#ifndef TK_SP_RULES_H
#define TK_SP_RULES_H

#include "model/loaded.h"

/* Sets unknown_score, user_score, fallback and sp_form of a model whose ids
 * and trie are read. TOK_E_CORRUPT. */
tok_status tk_sp_rules_read(struct tok_model *m, const char *path,
			    tok_error *err);

#endif
