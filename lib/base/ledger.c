/* SPDX-License-Identifier: Apache-2.0 */
/* The books: sums and the two equations of tok/base.h. */
#include <string.h>

#include "tok/base.h"

static const char *const skip_name[TOK_N_SKIPS] = {
	[TOK_SKIP_MALFORMED] = "malformed",
	[TOK_SKIP_FIELD] = "field",
	[TOK_SKIP_SAMPLED] = "sampled",
};

const char *tok_skip_name(tok_skip why)
{
	return (unsigned)why < TOK_N_SKIPS ? skip_name[why] : NULL;
}

void tok_ledger_add(tok_ledger *to, const tok_ledger *from)
{
	to->bytes_in += from->bytes_in;
	to->bytes_documents += from->bytes_documents;
	to->bytes_container += from->bytes_container;
	for (int i = 0; i < TOK_N_SKIPS; i++) {
		to->bytes_skipped[i] += from->bytes_skipped[i];
		to->documents_skipped[i] += from->documents_skipped[i];
	}
	to->documents += from->documents;
	to->documents_empty += from->documents_empty;
	to->tokens_text += from->tokens_text;
	to->tokens_control += from->tokens_control;
	to->tokens_stored += from->tokens_stored;
	to->tokens_truncated += from->tokens_truncated;
	to->tokens_dropped += from->tokens_dropped;
	to->documents_split += from->documents_split;
	to->documents_truncated += from->documents_truncated;
	to->documents_dropped += from->documents_dropped;
}

int tok_ledger_balanced(const tok_ledger *l)
{
	uint64_t bytes = l->bytes_documents + l->bytes_container;

	for (int i = 0; i < TOK_N_SKIPS; i++)
		bytes += l->bytes_skipped[i];
	return bytes == l->bytes_in &&
	       l->tokens_text + l->tokens_control ==
		       l->tokens_stored + l->tokens_truncated +
			       l->tokens_dropped;
}

int tok_ledger_lossy(const tok_ledger *l)
{
	uint64_t lost = l->tokens_truncated | l->tokens_dropped |
			l->documents_truncated | l->documents_dropped;

	for (int i = 0; i < TOK_N_SKIPS; i++)
		lost |= l->bytes_skipped[i] | l->documents_skipped[i];
	return lost != 0;
}
