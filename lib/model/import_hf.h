/* SPDX-License-Identifier: Apache-2.0 */
/* A tokenizer.json of Hugging Face's tokenizers as one of our models. */
#ifndef TK_IMPORT_HF_H
#define TK_IMPORT_HF_H

#include "model/loaded.h"

/* 1 if the file begins as a tokenizer.json does: an object whose first key is
 * one of its own. Cheap, for sniffing. */
int tk_hf_sniff(tok_bytes file);

/*
 * Reads a tokenizer.json (version 1.0) with a model of type Unigram. Ids and
 * scores are those that tokenizers 0.23 ends up with: numbers are read as it
 * reads them, added tokens get the ids that it gives them, whatever their
 * "id" says. Its truncation and padding are left out: they belong to a batch.
 * TOK_E_UNSUPPORTED names what tok cannot do; TOK_E_CORRUPT what is
 * malformed; TOK_E_LIMIT, TOK_E_MEMORY. *out is NULL on failure.
 */
tok_status tk_import_hf(tok_bytes file, const char *path,
			const tok_alloc *alloc, tok_model **out,
			tok_error *err);

#endif
