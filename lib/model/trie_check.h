/* SPDX-License-Identifier: Apache-2.0 */
/* Does a trie from outside hold exactly the pieces of its model? */
#ifndef TK_TRIE_CHECK_H
#define TK_TRIE_CHECK_H

#include "model/loaded.h"

/* One walk over m->trie, whose ids' rows have been checked, with what the walk
 * is good for besides: the cuts, see cuts.h. TOK_E_CORRUPT, TOK_E_MEMORY.
 * Linear. */
tok_status tk_trie_check(struct tok_model *m);

#endif
