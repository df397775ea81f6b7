/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file. In: a path. Out: its bytes, or a sentence. */
#define _GNU_SOURCE
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"

/* What is read at once: at least, and at most (some systems refuse 2 GiB). */
enum { STEP = 1 << 16, MAX_STEP = 1 << 30 };

static tok_status too_large(const char *path, uint64_t max, tok_error *err)
{
	return tk_fail(err, TOK_E_LIMIT, max, "%s: larger than %llu bytes",
		       path, (unsigned long long)max);
}

/* Reads to the end; the size that stat told is a hint, not a promise. */
static tok_status read_all(int fd, const char *path, uint64_t max,
			   tok_buf *out, tok_error *err)
{
	size_t before = out->n;

	for (;;) {
		if (out->n == out->cap && tk_buf_reserve(out, STEP))
			return tk_fail_status(err, TOK_E_MEMORY, path);
		size_t room = out->cap - out->n;
		ssize_t n = read(fd, out->p + out->n,
				 room < MAX_STEP ? room : MAX_STEP);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return tk_fail_errno(err, errno, "cannot read %s",
					     path);
		if (n == 0)
			return TOK_OK;
		out->n += (size_t)n;
		if (out->n - before > max)
			return too_large(path, max, err);
	}
}

tok_status tk_file_read(const char *path, uint64_t max, tok_buf *out,
			tok_error *err)
{
	size_t before = out->n;
	struct stat info;
	tok_status st = TOK_OK;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return tk_fail_errno(err, errno, "cannot open %s", path);
	if (fstat(fd, &info))
		st = tk_fail_errno(err, errno, "cannot read %s", path);
	else if (S_ISDIR(info.st_mode))
		st = tk_fail(err, TOK_E_IO, 0,
			     "%s: is a directory, a file is wanted", path);
	else if (S_ISREG(info.st_mode) && (uint64_t)info.st_size > max)
		st = too_large(path, max, err);
	else if (S_ISREG(info.st_mode) &&
		 tk_buf_reserve(out, (size_t)info.st_size + 1))
		st = tk_fail_status(err, TOK_E_MEMORY, path);
	if (!st)
		st = read_all(fd, path, max, out, err);
	close(fd);
	if (st)
		out->n = before;
	return st;
}
