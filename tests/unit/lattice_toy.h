/* SPDX-License-Identifier: Apache-2.0 */
/* A small model, a short text, its lattice, and all paths of it. */
#ifndef LATTICE_TOY_H
#define LATTICE_TOY_H

#include "model/loaded.h"
#include "ref_lattice.h"
#include "segment/tempered.h"
#include "segment/trellis.h"

extern const enum tk_arithmetic lattice_toy_arithmetics[5];

struct lattice_toy {
	tok_model *model;
	uint8_t bytes[64];
	tok_bytes text; /* with 4 to 3,000 paths */
	struct tk_endings endings;
	struct tk_tempered law; /* as asked for last */
	struct tk_trellis trellis;
	struct ref_lattice_path path[REF_LATTICE_PATHS];
	size_t n_paths;
};

void lattice_toy_init(struct lattice_toy *toy, enum tk_arithmetic arithmetic,
		      uint64_t seed);
void lattice_toy_release(struct lattice_toy *toy);

/* The law of its pieces at alpha. */
const struct tk_tempered *lattice_toy_law(struct lattice_toy *toy,
					  double alpha);

/* Which path this is; fails the test if it is none. */
size_t lattice_toy_find(const struct lattice_toy *toy, const tok_id *id,
			size_t n);

#endif
