/* SPDX-License-Identifier: Apache-2.0 */
/* What SentencePiece's rules need beside the pieces. */
#ifndef TK_SP_RULES_H
#define TK_SP_RULES_H

#include "model/loaded.h"

/* Sets the maps of sp_form and sp_denormal from a model's section, which
 * outlives it. False if they are none, or not those that its flags say. */
bool tk_sp_rules_maps(struct tok_model *m, tok_bytes section);

/* Sets unknown_score, user_score, fallback and the rules of sp_form and
 * sp_denormal of a model whose ids
 * and trie are read. TOK_E_CORRUPT. */
tok_status tk_sp_rules_read(struct tok_model *m, const char *path,
			    tok_error *err);

#endif
