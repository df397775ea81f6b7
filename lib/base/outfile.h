/* SPDX-License-Identifier: Apache-2.0 */
/* What tok_outfile (tok/base.h) leaves behind in a process that is killed. */
#ifndef TK_OUTFILE_H
#define TK_OUTFILE_H

#include <stdbool.h>

/* True if a file's name with this behind it is one of its temporary names. */
bool tk_outfile_is_temp(const char *suffix);

#endif
