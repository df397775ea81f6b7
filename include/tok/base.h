/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every stage shares: bytes, ids, status, errors, memory, the ledger.
 */
#ifndef TOK_BASE_H
#define TOK_BASE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TOK_API __attribute__((visibility("default")))
#else
#define TOK_API
#endif

/* "major.minor.patch" of the library that is linked; static. */
TOK_API const char *tok_version(void);

/* A borrowed span of bytes; any bytes, never NUL-terminated. p may be NULL
 * where n is 0. */
typedef struct tok_bytes {
	const uint8_t *p;
	size_t n;
} tok_bytes;

/* The bytes of a C string, without its NUL. */
TOK_API tok_bytes tok_bytes_of(const char *s);

/*
 * Options are structs that begin with their size, filled by
 * tok_<x>_options_defaults(&o, sizeof(o)). Fields are only ever appended, so
 * that a program goes on with a newer library than it was compiled for; with
 * an older one than its header, the call that takes the options says
 * TOK_E_ARGUMENT. Where options may be NULL, that means the defaults.
 */

/* A token id: 0 .. n_ids-1 of its model; negative is never an id. */
typedef int32_t tok_id;

/* Half-open range of offsets: bytes, where nothing else is said. */
typedef struct tok_span {
	uint64_t begin, end;
} tok_span;

typedef enum tok_status {
	TOK_OK = 0,
	TOK_END,           /* nothing more: the ordinary end of a sequence */
	TOK_E_MEMORY,      /* an allocation failed */
	TOK_E_LIMIT,       /* a stated limit would be passed */
	TOK_E_ARGUMENT,    /* the caller's options or arguments are wrong */
	TOK_E_RANGE,       /* an id, row or offset lies outside its range */
	TOK_E_IO,          /* reading or writing failed */
	TOK_E_SPACE,       /* the disk is full, or would be */
	TOK_E_EXISTS,      /* the output exists and may not be replaced */
	TOK_E_FORMAT,      /* not a file of a known format or version */
	TOK_E_CORRUPT,     /* a known format, but damaged */
	TOK_E_MALFORMED,   /* a malformed document in the input */
	TOK_E_MISMATCH,    /* two things that do not belong together */
	TOK_E_UNSUPPORTED, /* understood, but cannot be represented here */
	TOK_E_STOPPED,     /* the caller's progress callback asked to stop */
	TOK_N_STATUS
} tok_status;

/* A few words for a status; static, never NULL. */
TOK_API const char *tok_status_text(tok_status status);

/*
 * What went wrong, for a person: the sentence names the file, the place and
 * the cure. Filled on failure only; calls that take one accept NULL.
 */
typedef struct tok_error {
	tok_status code;
	uint64_t at; /* byte offset in the file named by text; 0 if none */
	char text[1000];
} tok_error;

/*
 * Where memory comes from; by malloc, whatever this says, the linked libraries
 * take what they work with: ICU (a normalizer), zstd and zlib (contexts that
 * pack and unpack), jansson (a manifest while it is read), libc (qsort,
 * directories, threads). resize(ctx, NULL, 0, n) allocates, resize(ctx, p,
 * old, n) moves, resize(ctx, p, old, 0) frees and returns NULL. NULL on
 * failure leaves the old block valid. Must be callable from every thread that
 * uses an object made with it. A NULL tok_alloc * means malloc and free.
 */
typedef struct tok_alloc {
	void *(*resize)(void *ctx, void *p, size_t old_size, size_t new_size);
	void *ctx;
} tok_alloc;

/* Growable bytes. Zero it, or init it with an allocator; release when done. */
typedef struct tok_buf {
	uint8_t *p;
	size_t n, cap;
	const tok_alloc *alloc;
} tok_buf;

TOK_API void tok_buf_init(tok_buf *buf, const tok_alloc *alloc);
TOK_API void tok_buf_release(tok_buf *buf);

/*
 * Growable ids, and for each the part of the original text that it stands
 * for where the encoder was asked for spans (span is NULL otherwise). Calls
 * append; on failure n is as before. Keep one and set n = 0 between documents.
 */
typedef struct tok_ids {
	tok_id *id;
	tok_span *span;
	size_t n, cap;
	const tok_alloc *alloc;
} tok_ids;

TOK_API void tok_ids_init(tok_ids *ids, const tok_alloc *alloc);
TOK_API void tok_ids_release(tok_ids *ids);
/* Their spans, if there are any, are empty ones at 0. TOK_E_MEMORY. */
TOK_API tok_status tok_ids_append(tok_ids *ids, const tok_id *id, size_t n);

/* Why bytes of the input became part of no document. */
typedef enum tok_skip {
	TOK_SKIP_MALFORMED, /* a line that is not the JSON it should be */
	TOK_SKIP_FIELD,     /* a JSON object without the field, or not a string */
	TOK_SKIP_SAMPLED,   /* training text beyond the memory limit */
	TOK_N_SKIPS
} tok_skip;

/* "malformed", ...; static, NULL for a value that is not one. */
TOK_API const char *tok_skip_name(tok_skip why);

/*
 * The books. Two equations hold at every moment at which nothing is in
 * flight:
 *   bytes_in = bytes_documents + bytes_container + sum(bytes_skipped)
 *   tokens_text + tokens_control =
 *       tokens_stored + tokens_truncated + tokens_dropped
 * bytes_in counts after decompression; bytes_container counts separators and
 * what a container wraps around the text (JSON syntax and escapes). Empty
 * documents are counted and are no loss.
 */
typedef struct tok_ledger {
	uint64_t bytes_in, bytes_documents, bytes_container;
	uint64_t bytes_skipped[TOK_N_SKIPS];
	uint64_t documents, documents_empty;
	uint64_t documents_skipped[TOK_N_SKIPS];
	uint64_t tokens_text, tokens_control;
	uint64_t tokens_stored, tokens_truncated, tokens_dropped;
	uint64_t documents_split, documents_truncated, documents_dropped;
} tok_ledger;

/* to += from, field by field. */
TOK_API void tok_ledger_add(tok_ledger *to, const tok_ledger *from);
/* 1 if both equations hold. */
TOK_API int tok_ledger_balanced(const tok_ledger *ledger);
/* 1 if anything was skipped, truncated or dropped. */
TOK_API int tok_ledger_lossy(const tok_ledger *ledger);

/* A 128-bit XXH3 digest; the bytes are its canonical (big-endian) form. */
typedef struct tok_digest {
	uint8_t byte[16];
} tok_digest;

/* 32 hexadecimal digits and a NUL. */
TOK_API void tok_digest_hex(const tok_digest *digest, char out[33]);

/* XXH3 (64 bits) with a seed: the same number on every machine, so that a
 * choice among documents can be made by what they hold. */
TOK_API uint64_t tok_hash(tok_bytes data, uint64_t seed);

/*
 * Worker threads for the calls that take a pool; n_threads 0 means one for
 * each processor that this process may run on. A pool of 1 starts no thread.
 * One call at a time uses a pool, jobs (see below) aside. Its threads do not
 * follow into a forked child: there it works on the caller's thread alone, and
 * can be freed.
 */
typedef struct tok_pool tok_pool;

/* TOK_E_LIMIT for more than 1,024 threads; TOK_E_MEMORY, also where the
 * system starts no more of them. *out is then NULL. */
TOK_API tok_status tok_pool_new(unsigned n_threads, const tok_alloc *alloc,
				tok_pool **out);
TOK_API void tok_pool_free(tok_pool *pool);
TOK_API unsigned tok_pool_n_threads(const tok_pool *pool);

/*
 * What one thread of a pool is to do beside all else that the pool is used
 * for: reading what comes next, writing what was made. Zero it and set the
 * first two.
 */
typedef struct tok_job {
	void (*run)(void *ctx); /* uses no pool */
	void *ctx;
	struct tok_job *next; /* the pool's */
	int state;            /* the pool's */
} tok_job;

/*
 * Has a job done as soon as a thread is free, jobs in their order and before
 * anything else; where the caller's is the only one, at once. The job, and
 * what it works on, stay the pool's until tok_pool_wait has returned, which
 * does the job itself if nobody has begun it; it does nothing for one that was
 * not started. Both belong to the thread that uses the pool; a job that was
 * started before a fork is not for the child.
 */
TOK_API void tok_pool_start(tok_pool *pool, tok_job *job);
TOK_API void tok_pool_wait(tok_pool *pool, tok_job *job);

/* Called now and then from the calling thread; nonzero stops the work
 * (TOK_E_STOPPED). done and total count in the stage's own unit; total may be
 * 0 (unknown). */
typedef struct tok_progress {
	int (*tick)(void *ctx, const char *stage, uint64_t done,
		    uint64_t total);
	void *ctx;
} tok_progress;

/*
 * A file that appears whole or not at all: written under a temporary name
 * beside path, synced and renamed by commit. A path that is a device or a
 * pipe is written to directly. Belongs to one thread at a time.
 */
typedef struct tok_outfile tok_outfile;

/* TOK_E_EXISTS if a regular file lies at path and replace is 0; TOK_E_IO,
 * TOK_E_SPACE, TOK_E_MEMORY. *out is NULL on failure. */
TOK_API tok_status tok_outfile_open(const char *path, int replace,
				    const tok_alloc *alloc, tok_outfile **out,
				    tok_error *err);
/* TOK_E_SPACE, TOK_E_IO; a closed pipe is TOK_END (to a program that ignores
 * SIGPIPE; it ends others). */
TOK_API tok_status tok_outfile_write(tok_outfile *file, tok_bytes data,
				     tok_error *err);
/* Publishes the file, or on failure removes it; frees file in both cases.
 * After a failed write it fails likewise: part of a file never appears.
 * TOK_E_EXISTS if another has appeared there and replace is 0; TOK_E_SPACE,
 * TOK_E_IO. */
TOK_API tok_status tok_outfile_commit(tok_outfile *file, tok_error *err);
/* Removes the file and frees it. Accepts NULL. */
TOK_API void tok_outfile_abort(tok_outfile *file);

#ifdef __cplusplus
}
#endif
#endif
