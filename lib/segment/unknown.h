/* SPDX-License-Identifier: Apache-2.0 */
/* Ids for what no piece covers. */
#ifndef TK_UNKNOWN_H
#define TK_UNKNOWN_H

#include "model/loaded.h"

/*
 * Appends path, the best one of clean, to ids: each unknown character (-1)
 * becomes the ids of its bytes where the model falls back to bytes; else the
 * unknown id, one for neighbours together. sizes (may be NULL) is replaced by
 * how many bytes of clean each appended id stands for. TOK_E_MEMORY.
 */
tok_status tk_unknown(const tok_model *model, tok_bytes clean,
		      const tok_ids *path, tok_ids *ids, tok_ids *sizes);

#endif
