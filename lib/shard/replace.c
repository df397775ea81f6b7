/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replacing a data set. In: a directory. Out: the same without the old set.
 * The manifest goes first and the new one comes last, so that at no moment a
 * manifest lies beside shards it does not belong to. Only names that we give
 * (and the unpacked forms of those) are removed.
 */
#include "shard/replace.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "shard/names.h"

struct removal {
	const char *dir;
	tok_buf path;
	size_t n_shards; /* that stay */
	bool is_end;
};

/* What was found: 0 nothing, 1 shards, 2 a manifest or an index. */
static tok_status look(void *ctx, const char *name, enum tk_name_kind kind,
		       size_t shard, tok_error *err)
{
	int *found = ctx;

	(void)name;
	(void)shard;
	(void)err;
	if (kind == TK_NAME_MANIFEST || kind == TK_NAME_INDEX)
		*found = 2;
	else if (kind != TK_NAME_OTHER && !*found)
		*found = 1;
	return TOK_OK;
}

tok_status tk_replace_refuse(const char *dir, tok_error *err)
{
	int found = 0;
	tok_status st = tk_names_each(dir, look, &found, err);

	if (st || !found)
		return st;
	if (found == 1)
		return tk_fail(err, TOK_E_EXISTS, 0,
			       "%s: holds shards of an unfinished run; -f "
			       "replaces them", dir);
	return tk_fail(err, TOK_E_EXISTS, 0,
		       "%s: holds a data set, which is not replaced unless "
		       "asked (-f)", dir);
}

static tok_status remove_name(struct removal *r, const char *name,
			      tok_error *err)
{
	if (tk_names_path(r->dir, name, &r->path))
		return tk_fail_status(err, TOK_E_MEMORY, r->dir);
	if (unlink((const char *)r->path.p) && errno != ENOENT)
		return tk_fail_errno(err, errno, "cannot remove %s",
				     (const char *)r->path.p);
	return TOK_OK;
}

static tok_status remove_old(void *ctx, const char *name,
			     enum tk_name_kind kind, size_t shard,
			     tok_error *err)
{
	struct removal *r = ctx;
	bool goes = r->is_end ? kind == TK_NAME_PARTIAL ||
				(kind == TK_NAME_SHARD &&
				 shard >= r->n_shards)
			      : kind == TK_NAME_RAW;

	return goes ? remove_name(r, name, err) : TOK_OK;
}

tok_status tk_replace_begin(const char *dir, const tok_alloc *alloc,
			    tok_error *err)
{
	struct removal r = {.dir = dir, .path = {.alloc = alloc}};
	tok_status st = remove_name(&r, TK_MANIFEST_NAME, err);

	if (!st)
		st = remove_name(&r, TK_INDEX_NAME, err);
	if (!st)
		st = tk_names_each(dir, remove_old, &r, err);
	tok_buf_release(&r.path);
	return st;
}

tok_status tk_replace_end(const char *dir, size_t n_shards,
			  const tok_alloc *alloc, tok_error *err)
{
	struct removal r = {.dir = dir, .path = {.alloc = alloc},
			    .n_shards = n_shards, .is_end = true};
	tok_status st = tk_names_each(dir, remove_old, &r, err);

	tok_buf_release(&r.path);
	return st;
}
