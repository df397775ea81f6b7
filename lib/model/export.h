/* SPDX-License-Identifier: Apache-2.0 */
/* A model as a file of others. One file a format. */
#ifndef TK_EXPORT_H
#define TK_EXPORT_H

#include "model/loaded.h"
#include "model/obstacles.h"

/*
 * Appends the file to out, and what keeps it from giving the same ids to
 * found. Where that is so for ever, what was appended is of no use.
 * TOK_E_MEMORY, TOK_E_LIMIT.
 */
tok_status tk_export_sp(const tok_model *m, tok_buf *out,
			struct tk_obstacles *found);
tok_status tk_export_hf(const tok_model *m, tok_buf *out,
			struct tk_obstacles *found);

/* Does the model segment bytes, of which all 256 are pieces? So do our own
 * and BytePiece's. */
bool tk_export_is_of_bytes(const tok_model *m);

/* Is text all of it whole characters? */
bool tk_export_is_utf8(tok_bytes text);

/* "<reserved_N>": how an id is called that has no name. */
enum { TK_RESERVED_NAME = 32 };
tok_bytes tk_export_reserved_name(tok_id id, char name[TK_RESERVED_NAME]);

#endif
