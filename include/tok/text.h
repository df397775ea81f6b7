/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where documents come from: files, directories, pipes; plain, zstd or gzip.
 */
#ifndef TOK_TEXT_H
#define TOK_TEXT_H

#include "base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What ends a document. */
typedef enum tok_by {
	TOK_BY_LINE,      /* "\n"; a "\r" before it belongs to the document */
	TOK_BY_FILE,      /* the end of the file */
	TOK_BY_NULL,      /* a zero byte */
	TOK_BY_SEPARATOR, /* the bytes in options.separator */
	/* "\n"; the document is one string field of the line: of fields with
	 * one name the last. A blank line is none. */
	TOK_BY_JSONL
} tok_by;

/*
 * One document, or a part of a long one (options.max_part): the parts follow
 * each other with the same path, index, line and at. text is borrowed until
 * the next call on the source. It is never converted: a byte order mark or
 * UTF-16 are bytes of the document.
 */
typedef struct tok_doc {
	tok_bytes text;   /* any bytes; empty documents are documents */
	const char *path; /* as given or found; "-" is stdin */
	uint64_t index;   /* running number over all inputs, from 0 */
	uint64_t line;    /* line or record number in its file, from 1 */
	uint64_t at;      /* byte offset of the record in its (unpacked) file */
	uint64_t offset;  /* where text begins in its document, in bytes */
	int goes_on;      /* 1: the next call brings more of the document */
} tok_doc;

typedef struct tok_source_options {
	size_t size;          /* sizeof(tok_source_options) */
	tok_by by;            /* TOK_BY_LINE */
	tok_bytes separator;  /* TOK_BY_SEPARATOR: 1 to 256 bytes */
	const char *field;    /* TOK_BY_JSONL: name of a top-level field */
	int skip_malformed;   /* 0: a bad line is an error; 1: counted, skipped */
	uint64_t first_index; /* index of the first document; 0 */
	/* bytes; a longer document (JSONL: line) is TOK_E_LIMIT; 4 GiB */
	size_t max_document;
	const tok_alloc *alloc;
	/*
	 * Bytes; a longer document comes in parts of exactly so many, the last
	 * of 1 or more, and memory is bounded by it, not by the document's
	 * length. Parts end where they end, inside a character too. 0: every
	 * document comes whole, as the lines of TOK_BY_JSONL always do.
	 */
	size_t max_part;
	/* 0; 1: zstd and gzip files (not pipes) are unpacked on a thread of
	 * the source; then reading on in a forked child is
	 * TOK_E_UNSUPPORTED */
	int unpack_thread;
} tok_source_options;

TOK_API void tok_source_options_defaults(tok_source_options *options,
					 size_t size);

/*
 * A stream of documents over inputs in the order given. A path may be a file,
 * "-" (standard input) or a directory, which stands for the files below it in
 * bytewise order of their paths; names that begin with "." are left out, and
 * in directories all that is not a regular file or a link to one (a link to
 * nothing is an error: what was to be read is missing). Two names
 * of one file are one input; "-" may be named once. options may be NULL.
 * zstd and gzip are recognised by their first bytes. A final separator ends
 * the last document and starts no other; an empty file has no documents
 * (TOK_BY_FILE: one, empty).
 *
 * Belongs to one thread at a time. Opening checks that every input can be
 * read. Errors: TOK_E_ARGUMENT, TOK_E_IO, TOK_E_MEMORY; *out is then NULL.
 */
typedef struct tok_source tok_source;

TOK_API tok_status tok_source_open(const char *const *paths, size_t n_paths,
				   const tok_source_options *options,
				   tok_source **out, tok_error *err);
TOK_API void tok_source_close(tok_source *source);

/*
 * The next document or part of one; TOK_END after the last. Errors end the
 * stream, be it inside a document: TOK_E_IO, TOK_E_CORRUPT (compressed data),
 * TOK_E_MALFORMED (JSON; err names file and line), TOK_E_LIMIT (of a document
 * in parts: when they have come up to the limit), TOK_E_MEMORY.
 */
TOK_API tok_status tok_source_next(tok_source *source, tok_doc *doc,
				   tok_error *err);

/* Start again from the first document; the ledger starts again too.
 * TOK_E_UNSUPPORTED where an input is a pipe or a terminal. */
TOK_API tok_status tok_source_rewind(tok_source *source, tok_error *err);

/* The books up to now: bytes_*, documents*. Of a document in parts the bytes
 * count as they come, the document with its last part. */
TOK_API void tok_source_ledger(const tok_source *source, tok_ledger *ledger);

/* How far: bytes of the inputs as they lie on disk, read and in all; *total
 * is 0 where an input's size is not known. */
TOK_API void tok_source_progress(const tok_source *source, uint64_t *done,
				 uint64_t *total);

/* One entry a distinct input file, in order of first reading. path is
 * borrowed from the source. */
typedef struct tok_input {
	const char *path;
	uint64_t bytes;     /* after decompression, up to now */
	uint64_t documents; /* up to now */
	uint64_t named;     /* how often it was given; it is read each time */
} tok_input;

TOK_API size_t tok_source_n_inputs(const tok_source *source);
TOK_API void tok_source_input(const tok_source *source, size_t i,
			      tok_input *input);

#ifdef __cplusplus
}
#endif
#endif
