/* SPDX-License-Identifier: Apache-2.0 */
/* A BytePiece model as one of ours. */
#ifndef TK_IMPORT_BYTEPIECE_H
#define TK_IMPORT_BYTEPIECE_H

#include "model/loaded.h"

/* 1 if the file begins as BytePiece writes them: an object whose first key is
 * base64 and whose value is a list that begins with a number. */
int tk_bytepiece_sniff(tok_bytes file);

/*
 * Reads a .model file of BytePiece 0.6. Scores are ln(count) - ln(sum) by
 * libm's log in double, as it computes them with NumPy. TOK_E_CORRUPT (not
 * its JSON; ids or pieces twice there; a byte is missing), TOK_E_UNSUPPORTED
 * (a piece is too long), TOK_E_LIMIT, TOK_E_MEMORY. *out is NULL on failure.
 */
tok_status tk_import_bytepiece(tok_bytes file, const char *path,
			       const tok_alloc *alloc, tok_model **out,
			       tok_error *err);

#endif
