/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lattice of a model, looked through piece by piece: the twin of sampling,
 * n-best and what else weighs paths.
 */
#ifndef REF_LATTICE_H
#define REF_LATTICE_H

#include "tok/segment.h"

enum { REF_LATTICE_TEXT = 24, REF_LATTICE_PATHS = 1 << 14 };

struct ref_lattice_path {
	tok_id id[REF_LATTICE_TEXT]; /* -1: an unknown character */
	size_t n;
	double score; /* sum, nats */
};

/* All segmentations of text, at most REF_LATTICE_TEXT bytes; how many. */
size_t ref_lattice_paths(const tok_model *m, tok_bytes text,
			 struct ref_lattice_path *path);

/*
 * A path of text, of a model all of whose bytes are pieces, drawn as FORMAT.md
 * says, over all of the text at once. sum has room for text.n + 1, id for
 * text.n; how many ids.
 */
size_t ref_lattice_sample(const tok_model *m, tok_bytes text, double alpha,
			  uint64_t at, tok_key key, double *sum, tok_id *id);

#endif
