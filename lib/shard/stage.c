/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A data set that appears whole or not at all. In: files, one after the
 * other. Out: the data set, in the place of the one that was there. All files
 * are written in a directory inside that of the data set, so on the same file
 * system: publishing only renames, and a run that fails or is killed before
 * leaves the old set as it was. The old set steps aside file by file and comes
 * back where the new one cannot take its place. Manifests go first and come
 * last, so that at no moment one lies beside shards it does not belong to.
 * Only names that we give (and the unpacked forms of those) are touched.
 */
#include "shard/stage.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/outfile.h"
#include "shard/names.h"

/* In the stage: the set that is being replaced. */
#define OLD_NAME "old"

/* Of a name in a directory, with the slash before it. Paths have their room
 * from the beginning, so that memory does not fail half-way through. */
enum { MAX_NAME = 256 };

static const char *text(const tok_buf *buf)
{
	return (const char *)buf->p;
}

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
	else if (kind != TK_NAME_OTHER && kind != TK_NAME_STAGE && !*found)
		*found = 1;
	return TOK_OK;
}

static tok_status refuse_unfinished(const struct tk_stage *s, tok_error *err)
{
	return tk_fail(err, TOK_E_EXISTS, 0,
		       "%s: holds files of an unfinished run; -f replaces "
		       "them", text(&s->dir));
}

static tok_status refuse_set(const struct tk_stage *s, tok_error *err)
{
	int found = 0;
	tok_status st = tk_names_each(text(&s->dir), look, &found, err);

	if (st || !found)
		return st;
	if (found == 1)
		return refuse_unfinished(s, err);
	return tk_fail(err, TOK_E_EXISTS, 0,
		       "%s: holds a data set, which is not replaced unless "
		       "asked (-f)", text(&s->dir));
}

/* From a directory to another one, or to nowhere. */
struct way {
	struct tk_stage *s;
	const char *from, *to;
};

static tok_status take(const struct way *way, const char *name, tok_error *err)
{
	tok_buf *from = &way->s->from, *to = &way->s->path;

	if (tk_names_path(way->from, name, from) ||
	    (way->to && tk_names_path(way->to, name, to)))
		return tk_fail_status(err, TOK_E_MEMORY, way->from);
	if (way->to ? rename(text(from), text(to)) : unlink(text(from))) {
		if (errno == ENOENT)
			return TOK_OK;
		return tk_fail_errno(err, errno, "cannot %s %s",
				     way->to ? "move" : "remove", text(from));
	}
	return TOK_OK;
}

static tok_status take_data(void *ctx, const char *name,
			    enum tk_name_kind kind, size_t shard,
			    tok_error *err)
{
	(void)shard;
	if (kind == TK_NAME_OTHER || kind == TK_NAME_STAGE ||
	    kind == TK_NAME_MANIFEST || kind == TK_NAME_INDEX)
		return TOK_OK;
	return take(ctx, name, err);
}

static tok_status take_away(struct tk_stage *s, const char *from,
			    const char *to, tok_error *err)
{
	struct way way = {s, from, to};
	tok_status st = take(&way, TK_MANIFEST_NAME, err);

	if (!st)
		st = take(&way, TK_INDEX_NAME, err);
	if (!st)
		st = tk_names_each(from, take_data, &way, err);
	return st;
}

/* What was renamed is on the disk before the manifest that names it. */
static tok_status bring_in(struct tk_stage *s, const char *from,
			   tok_error *err)
{
	struct way way = {s, from, text(&s->dir)};
	tok_status st = tk_names_each(from, take_data, &way, err);

	if (!st)
		st = take(&way, TK_INDEX_NAME, err);
	if (st)
		return st;
	tk_outfile_sync(text(&s->path));
	st = take(&way, TK_MANIFEST_NAME, err);
	tk_outfile_sync(text(&s->path));
	return st;
}

/* The stage of a run before, or ours, with what is in it. */
static tok_status empty_stage(struct tk_stage *s, tok_error *err)
{
	tok_status st = TOK_OK;

	if (!access(text(&s->old), F_OK))
		st = take_away(s, text(&s->old), NULL, err);
	if (!st)
		st = take_away(s, text(&s->temp), NULL, err);
	return st;
}

static tok_status make_dir(const char *path, bool *made, tok_error *err)
{
	*made = !mkdir(path, 0777);
	if (*made || errno == EEXIST)
		return TOK_OK;
	return tk_fail_errno(err, errno, "cannot make %s", path);
}

/* What a killed writer left is ours to take over only if that was asked. */
static tok_status make_temp(struct tk_stage *s, tok_error *err)
{
	tok_status st = make_dir(text(&s->temp), &s->made_temp, err);

	if (st || s->made_temp)
		return st;
	if (!s->replace)
		return refuse_unfinished(s, err);
	st = empty_stage(s, err);
	s->made_temp = !st;
	return st;
}

static tok_status set_paths(struct tk_stage *s, const char *dir)
{
	if (tk_buf_text(&s->dir, dir) || tk_buf_append(&s->dir, "", 1) ||
	    tk_names_path(dir, TK_STAGE_NAME, &s->temp) ||
	    tk_names_path(text(&s->temp), OLD_NAME, &s->old) ||
	    tk_buf_reserve(&s->path, s->old.n + MAX_NAME) ||
	    tk_buf_reserve(&s->from, s->old.n + MAX_NAME))
		return TOK_E_MEMORY;
	return TOK_OK;
}

tok_status tk_stage_open(struct tk_stage *s, const char *dir, bool replace,
			 const tok_alloc *alloc, tok_error *err)
{
	*s = (struct tk_stage){.replace = replace};
	tok_buf_init(&s->dir, alloc);
	tok_buf_init(&s->temp, alloc);
	tok_buf_init(&s->old, alloc);
	tok_buf_init(&s->path, alloc);
	tok_buf_init(&s->from, alloc);
	if (set_paths(s, dir))
		return tk_fail_status(err, TOK_E_MEMORY, dir);
	tok_status st = make_dir(text(&s->dir), &s->made_dir, err);
	if (!st && !replace)
		st = refuse_set(s, err);
	if (!st)
		st = make_temp(s, err);
	return st;
}

static tok_status check_space(const struct tk_stage *s, uint64_t need,
			      tok_error *err)
{
	struct statvfs fs;

	if (statvfs(text(&s->temp), &fs))
		return TOK_OK; /* unknown: the write itself will tell */
	uint64_t have = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (have >= need)
		return TOK_OK;
	return tk_fail(err, TOK_E_SPACE, 0,
		       "%s: the next file takes %" PRIu64 " bytes, and %"
		       PRIu64 " are free there: make room, or write "
		       "elsewhere", text(&s->dir), need, have);
}

tok_status tk_stage_write(struct tk_stage *s, const char *name,
			  const tok_bytes *part, size_t n_parts,
			  tok_error *err)
{
	tok_outfile *file;
	uint64_t size = 0;

	for (size_t i = 0; i < n_parts; i++)
		size += part[i].n;
	if (tk_names_path(text(&s->temp), name, &s->path))
		return tk_fail_status(err, TOK_E_MEMORY, text(&s->dir));
	tok_status st = check_space(s, size, err);
	if (!st)
		st = tok_outfile_open(text(&s->path), 0, s->path.alloc, &file,
				      err);
	if (st)
		return st;
	for (size_t i = 0; !st && i < n_parts; i++)
		st = tok_outfile_write(file, part[i], err);
	if (!st)
		return tok_outfile_commit(file, err);
	tok_outfile_abort(file);
	return st;
}

static tok_status set_aside(struct tk_stage *s, tok_error *err)
{
	bool made;
	tok_status st = make_dir(text(&s->old), &made, err);

	return st ? st : take_away(s, text(&s->dir), text(&s->old), err);
}

/* A manifest that is not there was taken by another writer. */
static tok_status take_place(struct tk_stage *s, tok_error *err)
{
	tok_status st = bring_in(s, text(&s->temp), err);

	if (!st && access(text(&s->path), F_OK))
		st = tk_fail_errno(err, errno, "cannot write %s",
				   text(&s->path));
	if (st)
		(void)take_away(s, text(&s->dir), NULL, NULL);
	return st;
}

/* Where not even that goes, the old set stays where it is: nothing may
 * remove it. */
static void bring_back(struct tk_stage *s)
{
	if (access(text(&s->old), F_OK))
		return;
	if (bring_in(s, text(&s->old), NULL))
		s->made_temp = false;
}

/* Looked at again, as writing may have taken hours. */
tok_status tk_stage_publish(struct tk_stage *s, tok_error *err)
{
	tok_status st = s->replace ? set_aside(s, err) : refuse_set(s, err);

	if (!st)
		st = take_place(s, err);
	if (st)
		bring_back(s);
	else
		s->made_dir = false;
	return st;
}

void tk_stage_close(struct tk_stage *s)
{
	if (s->made_temp) {
		(void)empty_stage(s, NULL);
		(void)rmdir(text(&s->old));
		(void)rmdir(text(&s->temp));
	}
	if (s->made_dir)
		(void)rmdir(text(&s->dir));
	tok_buf_release(&s->dir);
	tok_buf_release(&s->temp);
	tok_buf_release(&s->old);
	tok_buf_release(&s->path);
	tok_buf_release(&s->from);
}
