/* SPDX-License-Identifier: Apache-2.0 */
/* A random corpus and a seeded vocabulary, for tests of training. */
#ifndef LEARNED_H
#define LEARNED_H

#include "train/seed.h"

struct learned {
	struct tk_corpus corpus;
	struct tk_vocab vocab;
};

/* n_texts texts of letters a to d with skewed frequencies. */
void learned_init(struct learned *l, uint64_t seed, size_t n_texts);
void learned_release(struct learned *l);

#endif
