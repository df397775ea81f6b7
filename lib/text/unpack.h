/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of a file: as they are, or out of zstd or gzip. */
#ifndef TK_UNPACK_H
#define TK_UNPACK_H

#include "tok/base.h"

struct tk_unpack;

/* Opens path; "-" is standard input, which is first moved to `start` if that
 * is not negative. path is borrowed. TOK_E_IO, TOK_E_MEMORY. */
tok_status tk_unpack_open(const char *path, int64_t start,
			  const tok_alloc *alloc, struct tk_unpack **out,
			  tok_error *err);
void tk_unpack_close(struct tk_unpack *u);

/* Before the first read: a compressed file that is longer than one read may be
 * unpacked on a thread, which stops with tk_unpack_close. A pipe never is;
 * where there can be no thread, it goes without. */
void tk_unpack_allow_thread(struct tk_unpack *u);

/*
 * Up to room (> 0) bytes, at least one: whatever has arrived, without waiting
 * for more. TOK_END at the end; TOK_E_IO; TOK_E_CORRUPT where compressed data
 * are damaged or cut off; TOK_E_LIMIT where zstd would need a window of more
 * than 128 MiB; TOK_E_MEMORY; TOK_E_UNSUPPORTED in a forked child, if the
 * thread was started before.
 */
tok_status tk_unpack_read(struct tk_unpack *u, uint8_t *out, size_t room,
			  size_t *n, tok_error *err);

/* Bytes read up to now as they lie in the file. */
uint64_t tk_unpack_n_read(const struct tk_unpack *u);

#endif
