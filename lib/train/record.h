/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says of its own training. */
#ifndef TK_RECORD_H
#define TK_RECORD_H

#include "tok/train.h"

/*
 * Appends a JSON object and a NUL to out: options and books, a function of
 * documents and options alone; no time, path or machine. TOK_E_MEMORY.
 */
tok_status tk_record_write(const tok_train_options *options,
			   const tok_train_report *report, tok_buf *out);

#endif
