/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of a data set's files. In: names. Out: what they are to us. A name
 * counts as ours only if it is exactly what we write: nothing else in a
 * directory is ever touched.
 */
#include "shard/names.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/outfile.h"

void tk_names_raw(size_t shard, char name[TK_NAME_SIZE])
{
	(void)snprintf(name, TK_NAME_SIZE, "shard.%05zu.mds", shard);
}

void tk_names_zip(size_t shard, char name[TK_NAME_SIZE])
{
	(void)snprintf(name, TK_NAME_SIZE, "shard.%05zu.mds.zstd", shard);
}

static const char *skip_digits(const char *s)
{
	return s + strspn(s, "0123456789");
}

/* kind, if name is whole or a temporary form of it. */
static enum tk_name_kind match(const char *name, const char *whole,
			       enum tk_name_kind kind)
{
	size_t n = strlen(whole);

	if (strncmp(name, whole, n))
		return TK_NAME_OTHER;
	if (!name[n])
		return kind;
	return tk_outfile_is_temp(name + n) ? TK_NAME_PARTIAL : TK_NAME_OTHER;
}

static enum tk_name_kind match_shard(const char *name, size_t *shard)
{
	const char *digits = name + 6, *end = skip_digits(digits);
	char whole[TK_NAME_SIZE];

	*shard = 0;
	for (const char *p = digits; p < end; p++) {
		*shard = *shard * 10 + (size_t)(*p - '0');
		if (*shard >= TK_MAX_SHARDS)
			return TK_NAME_OTHER;
	}
	tk_names_raw(*shard, whole);
	if (!strcmp(name, whole))
		return TK_NAME_RAW;
	tk_names_zip(*shard, whole);
	return match(name, whole, TK_NAME_SHARD);
}

enum tk_name_kind tk_names_kind(const char *name, size_t *shard)
{
	if (!strncmp(name, "shard.", 6))
		return match_shard(name, shard);
	if (name[0] == 't')
		return match(name, TK_MANIFEST_NAME, TK_NAME_MANIFEST);
	if (!strcmp(name, TK_STAGE_NAME))
		return TK_NAME_STAGE;
	return match(name, TK_INDEX_NAME, TK_NAME_INDEX);
}

tok_status tk_names_path(const char *dir, const char *name, tok_buf *out)
{
	out->n = 0;
	tok_status st = tk_buf_text(out, dir);
	if (!st)
		st = tk_buf_text(out, "/");
	if (!st)
		st = tk_buf_text(out, name);
	if (!st)
		st = tk_buf_append(out, "", 1);
	return st;
}

tok_status tk_names_each(const char *dir,
			 tok_status (*seen)(void *ctx, const char *name,
					    enum tk_name_kind kind,
					    size_t shard, tok_error *err),
			 void *ctx, tok_error *err)
{
	tok_status st = TOK_OK;
	DIR *d = opendir(dir);

	if (!d)
		return tk_fail_errno(err, errno, "cannot open %s", dir);
	while (!st) {
		size_t shard = 0;

		errno = 0;
		const struct dirent *e = readdir(d);
		if (!e && errno)
			st = tk_fail_errno(err, errno, "cannot list %s", dir);
		if (!e)
			break;
		enum tk_name_kind kind = tk_names_kind(e->d_name, &shard);
		st = seen(ctx, e->d_name, kind, shard, err);
	}
	closedir(d);
	return st;
}
