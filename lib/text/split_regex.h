/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Splits as regular expressions for Oniguruma: what an exported tokenizer.json
 * says, and what is read of it again.
 */
#ifndef TK_SPLIT_REGEX_H
#define TK_SPLIT_REGEX_H

#include <stdbool.h>

#include "tok/base.h"
#include "tok/model.h"

/*
 * The expression whose matches, one behind the other, are the pre-tokens of
 * tk_split_next. There is none for words, whose classes Oniguruma has not:
 * NULL.
 */
const char *tk_split_regex(tok_split kind);

/* The split that has exactly this expression; false if none has. */
bool tk_split_of_regex(tok_bytes regex, tok_split *kind);

#endif
