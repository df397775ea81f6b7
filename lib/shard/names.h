/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a data set: their names, and which of them lie in a
 * directory. */
#ifndef TK_NAMES_H
#define TK_NAMES_H

#include <stdbool.h>

#include "tok/base.h"

#define TK_MANIFEST_NAME "tok.json"
#define TK_INDEX_NAME "index.json"
#define TK_STAGE_NAME "unfinished"

enum {
	TK_MAX_SHARDS = 1 << 20,
	TK_NAME_SIZE = 40, /* of a name and its NUL */
};

/* "shard.00000.mds" and, for what lies on disk, "shard.00000.mds.zstd". */
void tk_names_raw(size_t shard, char name[TK_NAME_SIZE]);
void tk_names_zip(size_t shard, char name[TK_NAME_SIZE]);

/* What a name is to us. */
enum tk_name_kind {
	TK_NAME_OTHER,
	TK_NAME_MANIFEST,
	TK_NAME_INDEX,
	TK_NAME_SHARD,   /* *shard is its number */
	TK_NAME_RAW,     /* a shard that another reader unpacked */
	TK_NAME_PARTIAL, /* what a writer that was killed left of a file */
	TK_NAME_STAGE,   /* the directory in which one is being written */
};

enum tk_name_kind tk_names_kind(const char *name, size_t *shard);

/* Appends "dir/name" and a NUL to out, which is emptied before. */
tok_status tk_names_path(const char *dir, const char *name, tok_buf *out);

/* Calls seen for every name in dir, in no order, until one call fails. */
tok_status tk_names_each(const char *dir,
			 tok_status (*seen)(void *ctx, const char *name,
					    enum tk_name_kind kind,
					    size_t shard, tok_error *err),
			 void *ctx, tok_error *err);

#endif
