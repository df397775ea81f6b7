/* SPDX-License-Identifier: Apache-2.0 */
/* One shard as it lies on disk, opened in place for reading. */
#ifndef TK_SHARDFILE_H
#define TK_SHARDFILE_H

#include "shard/manifest.h"
#include "shard/seekable.h"

struct tk_shardfile {
	const tok_alloc *alloc;
	const struct tk_manifest *manifest;
	tok_buf path; /* NUL-terminated */
	int fd;       /* -1 if it is not open */
	uint64_t size;
	struct tk_frame *frame; /* [0] is the header's */
	uint32_t n_frames, cap_frames;
	uint64_t tail_at; /* what is behind the frames */
	uint32_t *offset; /* of each row, unpacked, and the end */
	size_t n_rows;
};

/* What reading takes, for one thread; kept from shard to shard. */
struct tk_unpacker {
	tk_zstd *zstd;
	tok_buf zip, raw; /* the frame read last, packed and unpacked */
	struct tk_mds_row row;
};

tok_status tk_unpacker_init(struct tk_unpacker *unpacker,
			    const tok_alloc *alloc);
void tk_unpacker_release(struct tk_unpacker *unpacker);

/*
 * Opens shard number shard of the data set in dir; the manifest is borrowed.
 * Its size, seek table and header are read and checked against the manifest.
 * TOK_E_CORRUPT (also where the file is missing), TOK_E_IO, TOK_E_MEMORY;
 * file is then closed.
 */
tok_status tk_shardfile_open(struct tk_shardfile *file, const char *dir,
			     size_t shard, const struct tk_manifest *manifest,
			     const tok_alloc *alloc,
			     struct tk_unpacker *unpacker, tok_error *err);
void tk_shardfile_close(struct tk_shardfile *file);

/* Reads n bytes at a place into out, which is emptied before. */
tok_status tk_shardfile_bytes(const struct tk_shardfile *file, uint64_t at,
			      size_t n, tok_buf *out, tok_error *err);

/* Reads and unpacks a frame into unpacker->raw. */
tok_status tk_shardfile_load(const struct tk_shardfile *file, size_t frame,
			     struct tk_unpacker *unpacker, tok_error *err);

/* The frame that holds a row. */
size_t tk_shardfile_frame_of(const struct tk_shardfile *file, size_t row);

/* Decodes a row of the loaded frame into unpacker->row. */
tok_status tk_shardfile_row(const struct tk_shardfile *file, size_t frame,
			    size_t row, struct tk_unpacker *unpacker,
			    tok_error *err);

#endif
