/* SPDX-License-Identifier: Apache-2.0 */
/* What writing and parsing tok.json share: its members by name, its ends. */
#ifndef TK_MANIFEST_FIELDS_H
#define TK_MANIFEST_FIELDS_H

#include "shard/manifest.h"

enum { TK_MANIFEST_VERSION = 1 };

/* The file begins with HEAD and the version, and ends with TAIL_BEGIN, 32
 * digits and TAIL_END. */
#define HEAD "{\n\t\"tok\": "
#define TAIL_BEGIN "\t\"digest\": \""
#define TAIL_END "\"\n}\n"

#define N(table) (sizeof(table) / sizeof((table)[0]))

/* Takes a copy of JSON that is known to be an object. TOK_E_MEMORY. */
tok_status tk_manifest_keep_settings(struct tk_manifest *m, tok_bytes text);

/* The ledger's plain fields, by name, for writing and reading alike. */
struct field {
	const char *name;
	size_t at;
};

#define FIELD(name) {#name, offsetof(tok_ledger, name)}
static const struct field ledger_field[] = {
	FIELD(bytes_in),
	FIELD(bytes_documents),
	FIELD(bytes_container),
	FIELD(documents),
	FIELD(documents_empty),
	FIELD(tokens_text),
	FIELD(tokens_control),
	FIELD(tokens_stored),
	FIELD(tokens_truncated),
	FIELD(tokens_dropped),
	FIELD(documents_split),
	FIELD(documents_truncated),
	FIELD(documents_dropped),
};
static const struct field skip_field[] = {
	FIELD(bytes_skipped),
	FIELD(documents_skipped),
};
static const struct field totals_field[] = {
	{"rows", offsetof(tok_dataset, rows)},
	{"sequences", offsetof(tok_dataset, sequences)},
	{"tokens", offsetof(tok_dataset, tokens)},
	{"raw_bytes", offsetof(tok_dataset, raw_bytes)},
	{"zip_bytes", offsetof(tok_dataset, zip_bytes)},
	{"shards", offsetof(tok_dataset, shards)},
};
static const struct field shard_field[] = {
	{"rows", offsetof(struct tk_shard_info, rows)},
	{"sequences", offsetof(struct tk_shard_info, sequences)},
	{"tokens", offsetof(struct tk_shard_info, tokens)},
	{"raw_bytes", offsetof(struct tk_shard_info, raw_bytes)},
	{"zip_bytes", offsetof(struct tk_shard_info, zip_bytes)},
};
#undef FIELD

#endif
