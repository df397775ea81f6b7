/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file as a stream of plain bytes.
 *
 * In: a path. Out: its bytes; those of all frames (zstd, RFC 8878, skippable
 * ones left out) or members (gzip) where it begins with the magic of one. The
 * name decides nothing. No end is taken for one that is not: data that stop
 * inside a frame are damaged.
 */
#include "text/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/gunzip.h"

enum {
	IN_SIZE = 1 << 17, /* compressed bytes a read */
	MAGIC = 4
};

struct tk_unpack {
	const tok_alloc *alloc;
	const char *path;
	int fd;
	bool own_fd, sniffed, ended;
	bool whole; /* zstd: the data may end here */
	ZSTD_DCtx *zstd;
	struct tk_gunzip *gunzip;
	uint64_t n_read;
	tok_bytes rest; /* of in[] */
	uint8_t in[IN_SIZE];
};

tok_status tk_unpack_open(const char *path, int64_t start,
			  const tok_alloc *alloc, struct tk_unpack **out,
			  tok_error *err)
{
	bool is_stdin = !strcmp(path, "-");

	*out = NULL;
	struct tk_unpack *u = tk_new(alloc, 1, sizeof(*u));
	if (!u)
		return tk_fail_status(err, TOK_E_MEMORY, path);
	/* Not all of it: in[] is large. */
	memset(u, 0, offsetof(struct tk_unpack, in));
	u->alloc = alloc;
	u->path = path;
	u->own_fd = !is_stdin;
	u->fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (u->fd < 0 || (is_stdin && start >= 0 &&
			  lseek(u->fd, (off_t)start, SEEK_SET) < 0)) {
		tok_status st = tk_fail_errno(err, errno, "cannot open %s",
					      path);
		tk_unpack_close(u);
		return st;
	}
	*out = u;
	return TOK_OK;
}

void tk_unpack_close(struct tk_unpack *u)
{
	if (!u)
		return;
	if (u->own_fd && u->fd >= 0)
		close(u->fd);
	ZSTD_freeDCtx(u->zstd);
	tk_gunzip_free(u->gunzip);
	tk_free(u->alloc, u, 1, sizeof(*u));
}

uint64_t tk_unpack_n_read(const struct tk_unpack *u)
{
	return u->n_read;
}

/* One read; *n is 0 at the end of the file. */
static tok_status read_some(struct tk_unpack *u, uint8_t *to, size_t room,
			    size_t *n, tok_error *err)
{
	ssize_t got;

	do
		got = read(u->fd, to, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return tk_fail_errno(err, errno, "cannot read %s", u->path);
	*n = (size_t)got;
	u->n_read += *n;
	u->ended = !got;
	return TOK_OK;
}

enum { NEITHER, UNDECIDED, ZSTD, GZIP };

/* What p[0, n) begins; a skippable frame (50..5F 2A 4D 18) is zstd too. */
static int sniff(const uint8_t *p, size_t n)
{
	static const uint8_t zstd[MAGIC] = {0x28, 0xB5, 0x2F, 0xFD};
	static const uint8_t skip[MAGIC] = {0x50, 0x2A, 0x4D, 0x18};
	static const uint8_t gzip[3] = {0x1F, 0x8B, 8};
	bool is_skip = n && (p[0] & 0xF0) == skip[0];

	if (!n)
		return UNDECIDED;
	is_skip = is_skip && !memcmp(p + 1, skip + 1,
				     (n < MAGIC ? n : MAGIC) - 1);
	if (is_skip || !memcmp(p, zstd, n < MAGIC ? n : MAGIC))
		return n < MAGIC ? UNDECIDED : ZSTD;
	if (!memcmp(p, gzip, n < sizeof(gzip) ? n : sizeof(gzip)))
		return n < sizeof(gzip) ? UNDECIDED : GZIP;
	return NEITHER;
}

/* Reads no further than needed, so that a pipe's first line is not held. */
static tok_status find_format(struct tk_unpack *u, tok_error *err)
{
	size_t have = 0, more = 0;
	int format = UNDECIDED;

	while (format == UNDECIDED && !u->ended) {
		tok_status st = read_some(u, u->in + have, IN_SIZE - have,
					  &more, err);
		if (st)
			return st;
		have += more;
		format = sniff(u->in, have);
	}
	u->rest = (tok_bytes){u->in, have};
	u->sniffed = true;
	u->whole = true;
	if (format == ZSTD)
		u->zstd = ZSTD_createDCtx();
	if (format == GZIP)
		u->gunzip = tk_gunzip_new(u->alloc);
	if ((format == ZSTD && !u->zstd) || (format == GZIP && !u->gunzip))
		return tk_fail_status(err, TOK_E_MEMORY, u->path);
	return TOK_OK;
}

static tok_status read_plain(struct tk_unpack *u, uint8_t *out, size_t room,
			     size_t *n, tok_error *err)
{
	if (!u->rest.n) {
		/* A terminal would have to be told of its end twice. */
		if (u->ended)
			return TOK_END;
		tok_status st = read_some(u, out, room, n, err);
		return st ? st : *n ? TOK_OK : TOK_END;
	}
	*n = u->rest.n < room ? u->rest.n : room;
	memcpy(out, u->rest.p, *n);
	u->rest.p += *n;
	u->rest.n -= *n;
	return TOK_OK;
}

static tok_status fail_damaged(const struct tk_unpack *u, const char *why,
			       tok_error *err)
{
	uint64_t at = u->n_read - u->rest.n;

	return tk_fail(err, TOK_E_CORRUPT, at,
		       "%s: damaged %s data near byte %llu: %s; get the file "
		       "again",
		       u->path, u->zstd ? "zstd" : "gzip",
		       (unsigned long long)at, why);
}

static tok_status fail_zstd(const struct tk_unpack *u, size_t result,
			    tok_error *err)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		return tk_fail_status(err, TOK_E_MEMORY, u->path);
	case ZSTD_error_frameParameter_windowTooLarge:
		return tk_fail(err, TOK_E_LIMIT, u->n_read - u->rest.n,
			       "%s: its zstd window is over 128 MiB; compress "
			       "it again without --long, or pipe in what "
			       "zstd -d --long=31 gives",
			       u->path);
	default:
		return fail_damaged(u, ZSTD_getErrorName(result), err);
	}
}

static tok_status step_zstd(struct tk_unpack *u, uint8_t *out, size_t room,
			    size_t *n, tok_error *err)
{
	ZSTD_inBuffer in = {u->rest.p, u->rest.n, 0};
	ZSTD_outBuffer to = {out, room, 0};
	size_t left = ZSTD_decompressStream(u->zstd, &to, &in);

	*n = to.pos;
	if (ZSTD_isError(left))
		return fail_zstd(u, left, err);
	u->rest.p += in.pos;
	u->rest.n -= in.pos;
	if (in.pos || to.pos)
		u->whole = !left;
	return TOK_OK;
}

static tok_status step_gzip(struct tk_unpack *u, uint8_t *out, size_t room,
			    size_t *n, tok_error *err)
{
	tok_status st = tk_gunzip_step(u->gunzip, &u->rest, out, room, n);

	u->whole = tk_gunzip_whole(u->gunzip);
	if (st == TOK_E_CORRUPT)
		return fail_damaged(u, "not what gzip writes", err);
	return st ? tk_fail_status(err, st, u->path) : TOK_OK;
}

tok_status tk_unpack_read(struct tk_unpack *u, uint8_t *out, size_t room,
			  size_t *n, tok_error *err)
{
	tok_status st = u->sniffed ? TOK_OK : find_format(u, err);

	*n = 0;
	if (!st && !u->zstd && !u->gunzip)
		return read_plain(u, out, room, n, err);
	while (!st) {
		st = u->zstd ? step_zstd(u, out, room, n, err)
			     : step_gzip(u, out, room, n, err);
		if (st || *n)
			return st;
		if (u->rest.n)
			continue;
		if (u->ended)
			return u->whole ? TOK_END
					: fail_damaged(u, "it stops too early",
						       err);
		size_t got = 0;
		st = read_some(u, u->in, IN_SIZE, &got, err);
		u->rest = (tok_bytes){u->in, st ? 0 : got};
	}
	return st;
}
