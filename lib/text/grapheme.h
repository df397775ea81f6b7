/* SPDX-License-Identifier: Apache-2.0 */
/* What a reader takes for one character: extended grapheme clusters of
 * Unicode's annex 29, as the crate unicode-segmentation 1.12 finds them. */
#ifndef TK_GRAPHEME_H
#define TK_GRAPHEME_H

#include "text/characters.h"
#include "tok/base.h"

/* The end of the cluster that begins at `at` (< text.n) in text, which is
 * UTF-8. Time is linear in the cluster. */
size_t tk_grapheme_end(tok_bytes text, size_t at, struct tk_unicode unicode);

#endif
