/* SPDX-License-Identifier: Apache-2.0 */
/* The packing rules of tok/pack.h, done the slow way: the twin of lib/pack. */
#ifndef REF_PACK_H
#define REF_PACK_H

#include "tok/pack.h"

struct ref_seq {
	uint64_t document, begin;
	size_t n;
};

struct ref_row {
	struct ref_seq *seq;
	size_t n_seqs, n_tokens;
};

struct ref_plan {
	struct ref_row *row; /* in the order in which they become ready */
	size_t n_rows;
};

/* Packs documents of the given lengths; document i is number i. Over-long
 * documents under TOK_OVER_LONG_ERROR are left out. */
void ref_pack(const tok_pack_options *options, const size_t *length,
	      size_t n_documents, struct ref_plan *plan);
void ref_pack_release(struct ref_plan *plan);

#endif
