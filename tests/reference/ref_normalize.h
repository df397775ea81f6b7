/* SPDX-License-Identifier: Apache-2.0 */
/* Normalization of whole stretches of UTF-8 by ICU. */
#ifndef REF_NORMALIZE_H
#define REF_NORMALIZE_H

#include "tok/model.h"

struct ref_normalizer;

struct ref_normalizer *ref_normalizer_new(tok_normalize form, int major,
					  int minor);
void ref_normalizer_free(struct ref_normalizer *n);

/* malloc'd clean text. */
tok_bytes ref_normalize(const struct ref_normalizer *n, tok_bytes raw);

#endif
