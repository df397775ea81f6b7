/* SPDX-License-Identifier: Apache-2.0 */
/* Is there room for what is about to be written? */
#ifndef SPACE_H
#define SPACE_H

#include "say.h"

/* TOK_E_SPACE if the disk that holds path (which need not exist yet) has less
 * than a quarter of need free; a note if it has less than need. need is an
 * estimate, so only what is far off is refused. */
tok_status space_check(const struct settings *s, const char *path,
		       uint64_t need, tok_error *err);

#endif
