/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of tok_outfile (tok/base.h) that writers of several files need. */
#ifndef TK_OUTFILE_H
#define TK_OUTFILE_H

#include <stdbool.h>

/* True if a file's name with this behind it is one of its temporary names. */
bool tk_outfile_is_temp(const char *suffix);

/* Brings the directory in which path lies to the disk. */
void tk_outfile_sync(const char *path);

#endif
