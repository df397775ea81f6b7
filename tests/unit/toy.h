/* SPDX-License-Identifier: Apache-2.0 */
/* Small random vocabularies over few letters, where ties abound. */
#ifndef TOY_H
#define TOY_H

#include "model/make.h"
#include "ref_segment.h"

enum { TOY_MAX = 64 };

struct toy {
	uint8_t bytes[TOY_MAX][8];
	struct tk_piece piece[TOY_MAX];
	size_t n;
	int32_t byte_score[256];
};

/* n_pieces distinct pieces of 2 to 5 letters of the first n_letters from 'a'
 * on, with scores of few different values; bytes score -6 nats and less. */
void toy_init(struct toy *toy, uint64_t *random, size_t n_pieces,
	      unsigned n_letters);
struct tk_spec toy_spec(const struct toy *toy);
/* Both at once. */
tok_model *toy_model(uint64_t *random, size_t n_pieces, unsigned n_letters);
/* The pieces as the model numbers them, bytes included; 256 + toy->n. */
void toy_reference(const tok_model *model, struct ref_piece *out);

#endif
