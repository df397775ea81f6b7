/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as a person gives them to the files that they stand for. */
#ifndef TK_PATHS_H
#define TK_PATHS_H

#include <stdbool.h>

#include "tok/base.h"

/* One distinct file. */
struct tk_paths_file {
	size_t path_at;  /* in tk_paths.names, NUL-terminated */
	uint64_t size;   /* on disk; 0 where not regular */
	int64_t start;   /* where standard input stood when it was opened */
	uint64_t dev, ino;
	uint64_t named;
	bool regular;    /* its size is known and it can be read again */
};

/*
 * The distinct files in order of first reading, and the order in which they
 * are read: order[i] is a number of file[]. Two names of one file (by device
 * and inode) are one file, which carries the name that came first.
 */
struct tk_paths {
	struct tk_paths_file *file;
	size_t n_files, cap_files;
	size_t *order;
	size_t n, cap;
	tok_buf names;
	const tok_alloc *alloc;
};

/*
 * "-" is standard input, once. A directory stands for the regular files below
 * it, in bytewise order of their paths; names that begin with "." are left
 * out, links are followed but never into a directory that is being walked.
 * TOK_E_ARGUMENT, TOK_E_IO (named and not readable), TOK_E_LIMIT,
 * TOK_E_MEMORY. To be released in every case.
 */
tok_status tk_paths_init(struct tk_paths *inputs, const char *const *paths,
			 size_t n_paths, const tok_alloc *alloc,
			 tok_error *err);
void tk_paths_release(struct tk_paths *inputs);
const char *tk_paths_name(const struct tk_paths *inputs, size_t file);

#endif
