/* SPDX-License-Identifier: Apache-2.0 */
/* Segmenting chunk by chunk, with a memory of chunks. */
#ifndef TK_CHUNK_H
#define TK_CHUNK_H

#include "segment/cache.h"
#include "segment/pull.h"

/* What a segmenter of chunks works with. */
struct tk_chunker {
	const tok_model *model;
	struct tk_cache cache;
	struct tk_viterbi viterbi;
	struct tk_pull pull;
	tok_ids path; /* of a chunk with unknown characters */
};

/* What of a document's path goes along from part to part. */
struct tk_so_far {
	uint64_t at;         /* bytes of clean text */
	union tk_cell sum;   /* of the best path, where sums go on */
	bool after_unknown;  /* an unknown character came last */
};

/*
 * Appends the best path of text: what the model's kernel (see viterbi.h)
 * gives for all of it at once, id by id. text begins and ends at cuts, and
 * *sum is the value of the path before it and becomes that behind it.
 * TOK_E_MEMORY; ids is then unchanged.
 */
tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids);

#endif
