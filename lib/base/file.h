/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files into memory. For writing see tok_outfile in tok/base.h. */
#ifndef TK_FILE_H
#define TK_FILE_H

#include "tok/base.h"

/* Appends the contents of the file at path to out. TOK_E_LIMIT if there are
 * more than max bytes; TOK_E_IO (also for a directory); TOK_E_MEMORY. */
tok_status tk_file_read(const char *path, uint64_t max, tok_buf *out,
			tok_error *err);

#endif
