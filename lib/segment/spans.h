/* SPDX-License-Identifier: Apache-2.0 */
/* Which bytes of the original text a token stands for. */
#ifndef TK_SPANS_H
#define TK_SPANS_H

#include "model/loaded.h"
#include "tok/segment.h"

/* How clean text lies over raw text. */
struct tk_alignment {
	tok_bytes raw, clean;
	const struct tk_runs *runs;
};

/* The spans of the ids from first on become those of their pieces' bytes, one
 * behind the other from 0 on. */
void tk_spans_of_pieces(const tok_model *model, tok_ids *ids, size_t first);

/*
 * n spans of clean bytes become spans of raw bytes. Of the positions begin,
 * end, begin, end, ... none is below the one before it. Linear.
 * TOK_SPANS_COVER: they tile the clean text and then tile the raw one; where
 * they divide a changed run, the first part stands for all of its raw bytes.
 * TOK_SPANS_PEER: each position lies where the original's offsets say, see
 * sp_normalize.h.
 */
void tk_spans_map(const struct tk_alignment *alignment, tok_spans how,
		  tok_span *span, size_t n);

/* The same where for each clean byte is known what it came from, and where
 * clean text may lack some of the raw one. No span is empty. */
void tk_spans_of_sources(const tok_span *from, uint64_t raw_size,
			 tok_spans how, tok_span *span, size_t n);

#endif
