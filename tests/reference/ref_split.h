/* SPDX-License-Identifier: Apache-2.0 */
/* Splits as a list of cuts, each decided by looking at the whole text. */
#ifndef REF_SPLIT_H
#define REF_SPLIT_H

#include "tok/model.h"

/* cut[i] = 1 if a pre-token of text begins at i (0 < i < text.n), else 0;
 * cut[0] = 1 too. Word splits ask ICU about every character. */
void ref_split(tok_split kind, tok_bytes text, uint8_t *cut);

#endif
