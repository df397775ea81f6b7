/* SPDX-License-Identifier: Apache-2.0 */
/* MDS v2, MosaicML's shard payload, for our two columns; see FORMAT.md. */
#ifndef TK_MDS_H
#define TK_MDS_H

#include <stdbool.h>

#include "base/json.h"
#include "tok/pack.h"

/* What a shard's header says besides the rows. */
struct tk_mds_config {
	bool wide;           /* ids as int32, not uint16 */
	int level;           /* of zstd */
	uint32_t size_limit; /* unpacked bytes a shard holds at most */
};

/* uint16 holds the ids below 65,536. */
bool tk_mds_wide(int32_t n_ids);

/* Bytes of a row with so many tokens and sequences (1 .. INT32_MAX each). */
uint64_t tk_mds_row_size(bool wide, size_t n_ids, size_t n_seqs);
/* Writes the row (its tk_mds_row_size bytes) to out. */
void tk_mds_encode(bool wide, const tok_row *row, uint8_t *out);

/* Arrays that tk_mds_decode fills, grown as rows need it. */
struct tk_mds_row {
	const tok_alloc *alloc;
	tok_id *id;
	int32_t *length;
	size_t n_ids, n_seqs, cap_ids, cap_seqs;
};

void tk_mds_row_release(struct tk_mds_row *row);
/*
 * Exactly what tk_mds_encode writes, and nothing else: TOK_E_CORRUPT, with
 * *why a few words (static), where sizes or shapes disagree, a length is not
 * positive, lengths do not sum to the tokens, or an id is not below n_ids.
 */
tok_status tk_mds_decode(bool wide, int32_t n_ids, tok_bytes data,
			 struct tk_mds_row *row, const char **why);

/* Members that the header's JSON and index.json have in common, in the order
 * of their names: first those up to "hashes", then those behind. */
void tk_mds_put_columns(struct tk_json_out *json,
			const struct tk_mds_config *config);
void tk_mds_put_limit(struct tk_json_out *json,
		      const struct tk_mds_config *config);

/* Appends the header's JSON. */
tok_status tk_mds_config_json(const struct tk_mds_config *config,
			      tok_buf *out);

/* Bytes of the header of a shard of n rows. */
uint64_t tk_mds_header_size(uint64_t n_rows, size_t json_size);
/* Appends the header; row_size has the size of each row. The whole shard is
 * below 4 GiB. */
tok_status tk_mds_header(const uint32_t *row_size, size_t n_rows,
			 tok_bytes json, tok_buf *out);
/*
 * Reads a header that is all of data. offset[0 .. n_rows] rise and end at
 * raw_size. TOK_E_CORRUPT with *why, TOK_E_MEMORY. The caller frees offset
 * (n_rows + 1 elements).
 */
tok_status tk_mds_header_parse(tok_bytes data, uint64_t raw_size,
			       const tok_alloc *alloc, uint32_t **offset,
			       size_t *n_rows, tok_bytes *json,
			       const char **why);

#endif
