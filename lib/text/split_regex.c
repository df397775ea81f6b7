/* SPDX-License-Identifier: Apache-2.0 */
/* One table. In: a split, or text. Out: the other. */
#include "text/split_regex.h"

#include "base/bytes.h"

static const struct {
	tok_split kind;
	const char *regex;
} known[] = {
	{TOK_SPLIT_NONE, "[^\\n]*\\n+|[^\\n]+"},
	{TOK_SPLIT_SPACE, " ?[^ \\t\\r\\n]+|[ \\t]+(?= [^ \\t\\r\\n])|"
			  "[ \\t]+|[\\r\\n]+"},
};

const char *tk_split_regex(tok_split kind)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (known[i].kind == kind)
			return known[i].regex;
	return NULL;
}

bool tk_split_of_regex(tok_bytes regex, tok_split *kind)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (tk_bytes_equal(regex, tok_bytes_of(known[i].regex))) {
			*kind = known[i].kind;
			return true;
		}
	return false;
}
