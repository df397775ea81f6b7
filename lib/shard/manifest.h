/* SPDX-License-Identifier: Apache-2.0 */
/* tok.json, what a data set says of itself; see FORMAT.md. */
#ifndef TK_MANIFEST_H
#define TK_MANIFEST_H

#include "shard/mds.h"
#include "tok/shard.h"

struct tk_shard_info {
	uint64_t rows, sequences, tokens;
	uint64_t raw_bytes, zip_bytes;
	uint64_t xxh64_raw, xxh64_zip;
};

struct tk_manifest {
	const tok_alloc *alloc;
	tok_dataset set;  /* settings points to the bytes below */
	tok_buf settings; /* NUL-terminated JSON object */
	struct tk_mds_config mds;
	uint32_t frame_size;
	struct tk_shard_info *shard;
	size_t n_shards, cap_shards;
};

/* Zero it and set alloc; release accepts that too. */
void tk_manifest_release(struct tk_manifest *manifest);

/* Takes a copy of a JSON object (NULL: an empty one). TOK_E_ARGUMENT if it is
 * none, TOK_E_MEMORY. */
tok_status tk_manifest_settings(struct tk_manifest *manifest,
				const char *settings, tok_error *err);

/* Appends a shard and adds it to the totals. */
tok_status tk_manifest_add(struct tk_manifest *manifest,
			   const struct tk_shard_info *shard);

/* 1 if the ledger balances and has the tokens of the shards, or has nothing
 * but them. */
bool tk_manifest_ledger_fits(const struct tk_manifest *manifest);

/* Appends the file's bytes. TOK_E_MEMORY; TOK_E_LIMIT for a number that the
 * file cannot hold (over INT64_MAX). */
tok_status tk_manifest_write(const struct tk_manifest *manifest, tok_buf *out);

/* Reads the file's bytes; name is for err. TOK_E_FORMAT, TOK_E_CORRUPT,
 * TOK_E_MEMORY; manifest is then released. */
tok_status tk_manifest_parse(tok_bytes file, const char *name,
			     struct tk_manifest *manifest, tok_error *err);

/* Reads dir/tok.json. TOK_E_IO, TOK_E_LIMIT and those of parse. */
tok_status tk_manifest_read(const char *dir, struct tk_manifest *manifest,
			    tok_error *err);

#endif
