/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows to files that can be trusted. A data set is a directory of MDS v2
 * shards (readable by MosaicML StreamingDataset) compressed as seekable zstd,
 * with index.json and the manifest tok.json. lib/shard/FORMAT.md has the
 * layout, byte by byte.
 */
#ifndef TOK_SHARD_H
#define TOK_SHARD_H

#include "base.h"
#include "pack.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a data set says of itself; strings are NUL-terminated. */
typedef struct tok_dataset {
	int32_t n_ids;         /* every id is below this */
	uint32_t row_len;      /* tokens a row holds at most */
	uint64_t rows, sequences, tokens;
	uint64_t raw_bytes;    /* of the shards, unpacked */
	uint64_t zip_bytes;    /* of the shards as they lie on disk */
	uint64_t shards;
	int has_model;         /* 1 if model is set */
	tok_digest model;      /* fingerprint of the model that made the ids */
	const char *settings;  /* JSON object, as given to the writer */
	tok_ledger ledger;     /* as given to the writer */
} tok_dataset;

typedef struct tok_writer_options {
	size_t size;            /* sizeof(tok_writer_options) */
	int32_t n_ids;          /* required: 1 or more; up to 65,536 are stored
				   as uint16, more as int32 */
	uint32_t row_len;       /* required */
	const tok_digest *model; /* or NULL */
	const char *settings;   /* JSON object or NULL: kept in the manifest */
	int level;              /* zstd; 3 */
	uint32_t shard_size;    /* unpacked bytes a shard holds at most; 64 MiB */
	uint32_t frame_size;    /* unpacked bytes of rows a frame; 256 KiB */
	int replace;            /* 1: replace a data set that is there */
	const tok_alloc *alloc;
} tok_writer_options;

TOK_API void tok_writer_options_defaults(tok_writer_options *options,
					 size_t size);

/*
 * Writes a data set into dir, which is made if missing. All files are written
 * in the directory dir/unfinished; tok_writer_close renames them, tok.json
 * last, so that a directory without it is no data set. Until then a data set
 * that is to be replaced stays as it is, whatever happens. One writer at a
 * time for a directory. Belongs to one thread at a time. The bytes written are
 * a function of rows and options (the pool's size does not show). pool may be
 * NULL; it is borrowed.
 * TOK_E_EXISTS: dir holds a data set, or files of an unfinished run, and
 * replace is 0. TOK_E_SPACE, TOK_E_IO, TOK_E_ARGUMENT, TOK_E_MEMORY.
 */
typedef struct tok_writer tok_writer;

TOK_API tok_status tok_writer_open(const char *dir,
				   const tok_writer_options *options,
				   tok_pool *pool, tok_writer **out,
				   tok_error *err);

/* Appends a row (copied). TOK_E_RANGE for an id that is not below n_ids,
 * TOK_E_ARGUMENT for an empty row, one over row_len or one whose lengths do
 * not sum; TOK_E_IO, TOK_E_SPACE, TOK_E_MEMORY. */
TOK_API tok_status tok_writer_row(tok_writer *writer, const tok_row *row,
				  tok_error *err);

/* Writes what is left, then index.json and tok.json, but publishes nothing: of
 * several data sets that belong together, all are finished before the first is
 * closed. The ledger is kept in the manifest; where it does not balance, or
 * tokens_stored is not the number written, TOK_E_ARGUMENT. It may be NULL
 * (only tokens_stored is kept). TOK_E_SPACE, TOK_E_IO, TOK_E_MEMORY. */
TOK_API tok_status tok_writer_finish(tok_writer *writer,
				     const tok_ledger *ledger, tok_error *err);

/* Finishes the data set unless that is done (ledger is then not looked at),
 * publishes it, in the place of an old one, and frees the writer, also on
 * failure; an old data set is then as it was. dataset may be NULL; settings is
 * not set in it. */
TOK_API tok_status tok_writer_close(tok_writer *writer,
				    const tok_ledger *ledger,
				    tok_dataset *dataset, tok_error *err);

/* Removes all that the writer made, and frees it; an old data set stays as it
 * was. Accepts NULL. */
TOK_API void tok_writer_abort(tok_writer *writer);

typedef struct tok_reader_options {
	size_t size;             /* sizeof(tok_reader_options) */
	const tok_digest *model; /* or NULL: refuse a data set that does not
				    say that this model made its ids
				    (TOK_E_MISMATCH) */
	const tok_alloc *alloc;
} tok_reader_options;

TOK_API void tok_reader_options_defaults(tok_reader_options *options,
					 size_t size);

/*
 * Reads a data set where it lies: nothing is unpacked to disk, nothing is
 * written, few files are open. What is read is checked: the manifest's digest
 * on opening, each frame's checksum, each row's lengths and ids. Belongs to
 * one thread at a time. TOK_E_IO, TOK_E_FORMAT, TOK_E_CORRUPT,
 * TOK_E_LIMIT (a manifest of more than 256 MiB), TOK_E_MISMATCH,
 * TOK_E_ARGUMENT (options), TOK_E_MEMORY; *out is then NULL.
 */
typedef struct tok_reader tok_reader;

TOK_API tok_status tok_reader_open(const char *dir,
				   const tok_reader_options *options,
				   tok_reader **out, tok_error *err);
TOK_API void tok_reader_close(tok_reader *reader);

/* Borrowed until the reader is closed. */
TOK_API const tok_dataset *tok_reader_dataset(const tok_reader *reader);

/* Row number row, by decompressing one frame (none if it is the frame read
 * last); borrowed until the next call. TOK_E_RANGE, TOK_E_CORRUPT, TOK_E_IO,
 * TOK_E_MEMORY; *out is then unchanged. */
TOK_API tok_status tok_reader_row(tok_reader *reader, uint64_t row,
				  tok_row *out, tok_error *err);

/*
 * Checks everything: digests of manifest and shards, sizes, every frame and
 * row, ids below n_ids, totals, ledger, index.json against the manifest, and
 * files that belong to no data set. TOK_E_CORRUPT with the first thing found
 * wrong; TOK_E_FORMAT, TOK_E_LIMIT, TOK_E_IO, TOK_E_STOPPED, TOK_E_MEMORY.
 * watch (may be NULL) counts bytes of the shards as they lie on disk. dataset
 * (may be NULL) as counted; settings is not set in it. Memory is malloc's.
 */
TOK_API tok_status tok_verify(const char *dir, tok_pool *pool,
			      const tok_progress *watch, tok_dataset *dataset,
			      tok_error *err);

#ifdef __cplusplus
}
#endif
#endif
