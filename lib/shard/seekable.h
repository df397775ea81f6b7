/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The zstd seekable format 0.1.0: independent frames, then a skippable frame
 * with the size of each. The one place that knows zstd (whose contexts are
 * malloc'd). Each frame states its content's size and carries its checksum.
 */
#ifndef TK_SEEKABLE_H
#define TK_SEEKABLE_H

#include <stdbool.h>

#include "tok/base.h"

enum {
	TK_SEEKABLE_FOOTER = 9,
	TK_SEEKABLE_MAX_FRAME = 1 << 30, /* unpacked bytes, by the format */
};

struct tk_frame {
	uint64_t zip_at, raw_at;     /* in the file, and unpacked */
	uint32_t zip_size, raw_size; /* raw_size >= 1 */
	uint32_t checksum;           /* low half of XXH64 of what is in it */
};

/* Compression and decompression of one frame at a time; for one thread.
 * _new is NULL if there is no memory. */
typedef struct tk_zstd tk_zstd;
tk_zstd *tk_zstd_new(const tok_alloc *alloc);
void tk_zstd_free(tk_zstd *zstd);

/* Levels that zstd has and index.json can name: 1 to the one returned. */
int tk_zstd_max_level(void);

/* Bytes that a frame of n bytes takes at most. */
size_t tk_zstd_bound(size_t n);

/* Appends raw (1 .. TK_SEEKABLE_MAX_FRAME bytes) as one frame to out, and
 * sets all of frame but zip_at and raw_at. TOK_E_MEMORY. */
tok_status tk_zstd_pack(tk_zstd *zstd, int level, tok_bytes raw, tok_buf *out,
			struct tk_frame *frame);

/* Unpacks zip, which must be the frame that frame tells of and no more, to
 * out (frame->raw_size bytes). TOK_E_CORRUPT. */
tok_status tk_zstd_unpack(tk_zstd *zstd, tok_bytes zip,
			  const struct tk_frame *frame, uint8_t *out);

/*
 * Appends what stands behind a first frame and n more: the seek table, and
 * in front of it, if need be, a frame of filler. Python's zstd module, which
 * MosaicML unpacks with, looks for a file's size frame by frame, and stops
 * early at a frame that is not smaller than all that follows it: filler makes
 * what follows larger. TOK_E_LIMIT for more frames than the format has room
 * for, TOK_E_MEMORY.
 */
tok_status tk_seekable_end(const struct tk_frame *first,
			     const struct tk_frame *more, size_t n,
			     tok_buf *out);
uint64_t tk_seekable_table_size(uint64_t n_frames);

/* From a file's last TK_SEEKABLE_FOOTER bytes: how many frames it has; false
 * if it is none of ours or the table would not fit the file. */
bool tk_seekable_footer(tok_bytes footer, uint64_t file_size,
			uint32_t *n_frames);

/* Reads the table of *n frames, which is all of table and ends the file. The
 * frames fill the file in front of it. frame has room for *n, which is then
 * one less where the last is filler. */
bool tk_seekable_parse(tok_bytes table, uint64_t file_size,
		       struct tk_frame *frame, uint32_t *n);

#endif
