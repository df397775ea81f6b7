/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file that appears whole or not at all. The data goes to a temporary name
 * in the same directory; commit syncs it, renames it and syncs the directory,
 * so that after a crash the final name holds the old file or the new one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"

#include "base/buf.h"
#include "base/error.h"

/* Behind the file's name: this, the process, "-" and a number. */
#define TEMP_MARK ".partial-"

struct tok_outfile {
	const tok_alloc *alloc;
	tok_buf path, temp; /* NUL-terminated; temp is empty if direct */
	int fd;
	bool replace;
	tok_status failed; /* of a write: what there is must not appear */
};

/* Some systems refuse to write 2 GiB or more at once. */
enum { MAX_WRITE = 1 << 30 };
/* Files that one process may write to one path at a time. */
enum { MAX_TEMPS = 100 };

static const char *text(const tok_buf *buf)
{
	return (const char *)buf->p;
}

static tok_status set_text(tok_buf *buf, const char *s, const char *more)
{
	tok_status st = tk_buf_text(buf, s);

	if (!st)
		st = tk_buf_text(buf, more);
	if (!st)
		st = tk_buf_append(buf, "", 1);
	return st;
}

static void discard(tok_outfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	tok_buf_release(&f->path);
	tok_buf_release(&f->temp);
	tk_free(f->alloc, f, 1, sizeof(*f));
}

static tok_status open_direct(tok_outfile *f, tok_error *err)
{
	f->fd = open(text(&f->path), O_WRONLY | O_CLOEXEC);
	if (f->fd < 0)
		return tk_fail_errno(err, errno, "cannot write %s",
				     text(&f->path));
	return TOK_OK;
}

static const char *skip_digits(const char *s)
{
	return s + strspn(s, "0123456789");
}

bool tk_outfile_is_temp(const char *suffix)
{
	static const char mark[] = TEMP_MARK;
	const char *process = suffix + sizeof(mark) - 1;

	if (strncmp(suffix, mark, sizeof(mark) - 1))
		return false;
	const char *end = skip_digits(process);
	if (end == process || *end != '-')
		return false;
	return end[1] && !*skip_digits(end + 1);
}

/* A name that nobody else has: not another process, nor another outfile of
 * this one, nor a dead process that had our number. */
static tok_status open_temp(tok_outfile *f, tok_error *err)
{
	int cause = EEXIST;

	for (int i = 0; i < MAX_TEMPS && cause == EEXIST; i++) {
		char more[60];

		(void)snprintf(more, sizeof(more), TEMP_MARK "%ld-%d",
			       (long)getpid(), i);
		f->temp.n = 0;
		if (set_text(&f->temp, text(&f->path), more))
			return tk_fail_status(err, TOK_E_MEMORY,
					      text(&f->path));
		f->fd = open(text(&f->temp),
			     O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (f->fd >= 0)
			return TOK_OK;
		cause = errno;
	}
	return tk_fail_errno(err, cause, "cannot write %s", text(&f->path));
}

tok_status tok_outfile_open(const char *path, int replace,
			    const tok_alloc *alloc, tok_outfile **out,
			    tok_error *err)
{
	struct stat info;
	tok_status st;

	*out = NULL;
	tok_outfile *f = tk_new_zeroed(alloc, 1, sizeof(*f));
	if (!f)
		return tk_fail_status(err, TOK_E_MEMORY, path);
	f->alloc = alloc;
	f->fd = -1;
	f->replace = replace != 0;
	tok_buf_init(&f->path, alloc);
	tok_buf_init(&f->temp, alloc);

	bool there = !stat(path, &info);
	if (set_text(&f->path, path, ""))
		st = tk_fail_status(err, TOK_E_MEMORY, path);
	else if (there && S_ISDIR(info.st_mode))
		st = tk_fail(err, TOK_E_IO, 0,
			     "%s: is a directory, name a file", path);
	else if (there && !S_ISREG(info.st_mode))
		st = open_direct(f, err);
	else if (there && !replace)
		st = tk_fail(err, TOK_E_EXISTS, 0,
			     "%s: already exists, and is not replaced unless "
			     "asked (-f)", path);
	else
		st = open_temp(f, err);
	if (st)
		discard(f);
	else
		*out = f;
	return st;
}

tok_status tok_outfile_write(tok_outfile *f, tok_bytes data, tok_error *err)
{
	while (data.n) {
		size_t step = data.n < MAX_WRITE ? data.n : MAX_WRITE;
		ssize_t n = write(f->fd, data.p, step);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			f->failed = errno == EPIPE
				? tk_fail(err, TOK_END, 0,
					  "%s: closed by reader",
					  text(&f->path))
				: tk_fail_errno(err, errno, "cannot write %s",
						text(&f->path));
			return f->failed;
		}
		data.p += n;
		data.n -= (size_t)n;
	}
	return TOK_OK;
}

/* The directory's entry is data too; a file system that cannot sync one
 * (EINVAL) has nothing to lose there. */
void tk_outfile_sync(const char *path)
{
	char dir[4096];
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) : 0;

	if (n >= sizeof(dir))
		return;
	memcpy(dir, path, n);
	dir[n] = 0;
	int fd = open(n ? dir : slash ? "/" : ".", O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		close(fd);
	}
}

/* link() refuses an existing name in one step, rename() does not. */
static tok_status rename_temp(tok_outfile *f, tok_error *err)
{
	const char *temp = text(&f->temp), *path = text(&f->path);

	if (!f->replace) {
		if (!link(temp, path)) {
			(void)unlink(temp);
			return TOK_OK;
		}
		if (errno == EEXIST)
			return tk_fail_errno(err, EEXIST, "cannot write %s",
					     path);
	}
	if (rename(temp, path))
		return tk_fail_errno(err, errno, "cannot write %s", path);
	return TOK_OK;
}

static tok_status publish(tok_outfile *f, tok_error *err)
{
	int fd = f->fd;
	bool direct = !f->temp.n;

	f->fd = -1;
	if (!direct && fsync(fd)) {
		int cause = errno;
		close(fd);
		return tk_fail_errno(err, cause, "cannot write %s",
				     text(&f->path));
	}
	if (close(fd))
		return tk_fail_errno(err, errno, "cannot write %s",
				     text(&f->path));
	if (direct)
		return TOK_OK;
	tok_status st = rename_temp(f, err);
	if (!st)
		tk_outfile_sync(text(&f->path));
	return st;
}

tok_status tok_outfile_commit(tok_outfile *f, tok_error *err)
{
	tok_status st = f->failed;

	if (st)
		(void)tk_fail(err, st, 0, "%s: not written, as writing failed "
			      "before", text(&f->path));
	else
		st = publish(f, err);
	if (st && f->temp.n)
		(void)unlink(text(&f->temp));
	discard(f);
	return st;
}

void tok_outfile_abort(tok_outfile *f)
{
	if (!f)
		return;
	if (f->temp.n)
		(void)unlink(text(&f->temp));
	discard(f);
}
