/* SPDX-License-Identifier: Apache-2.0 */
/* What lies in a directory before a data set is written into it. */
#ifndef TK_REPLACE_H
#define TK_REPLACE_H

#include "tok/base.h"

/* TOK_E_EXISTS if files of a data set, whole or not, lie in dir. */
tok_status tk_replace_refuse(const char *dir, tok_error *err);

/* From now on dir is no data set: removes manifest and index, in this order,
 * and shards that another reader unpacked (it would read those unseen). */
tok_status tk_replace_begin(const char *dir, const tok_alloc *alloc,
			    tok_error *err);

/* Removes shards from number n_shards on and what killed writers left. */
tok_status tk_replace_end(const char *dir, size_t n_shards,
			  const tok_alloc *alloc, tok_error *err);

#endif
