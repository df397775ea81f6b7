/* SPDX-License-Identifier: Apache-2.0 */
/* A SentencePiece model as one of ours. */
#ifndef TK_IMPORT_SP_H
#define TK_IMPORT_SP_H

#include "model/loaded.h"

/*
 * Reads a .model file of type Unigram. arithmetic is TK_SP_FLOAT or
 * TK_SP_FLOAT_OLD. Errors of tk_sp_parse and tk_model_make; TOK_E_UNSUPPORTED
 * for what we cannot represent, naming it. *out is NULL on failure.
 */
tok_status tk_import_sp(tok_bytes file, const char *path,
			enum tk_arithmetic arithmetic, const tok_alloc *alloc,
			tok_model **out, tok_error *err);

#endif
