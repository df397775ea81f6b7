/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file as a stream of plain bytes.
 *
 * In: a path. Out: its bytes; those of all frames (zstd, RFC 8878, skippable
 * ones left out) or members (gzip) where it begins with the magic of one. The
 * name decides nothing. No end is taken for one that is not: data that stop
 * inside a frame are damaged. With a thread, bytes and errors are the same:
 * it does nothing but the steps, and the reading is done here.
 */
#include "text/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>
#include <zstd_errors.h>

#include "base/error.h"
#include "base/memory.h"
#include "text/ahead.h"
#include "text/gunzip.h"

enum {
	IN_SIZE = TK_AHEAD_BLOCK, /* compressed bytes a read */
	MAGIC = 4,
	ZSTD_LEAST_HEADER = 5, /* of a frame: magic and descriptor */
	ZSTD_BLOCK_HEADER = 3
};

struct tk_unpack {
	const tok_alloc *alloc;
	const char *path;
	int fd;
	bool own_fd, sniffed, ended;
	bool may_thread; /* until it was tried */
	struct tk_ahead *ahead;
	uint64_t n_read;

	/* The step's; the thread's while it is at work. */
	bool whole; /* the data may end here */
	ZSTD_DCtx *zstd;
	size_t wanted; /* bytes that zstd says it needs next */
	bool held;     /* it may hold some that there was no room for */
	struct tk_gunzip *gunzip;
	uint64_t n_used; /* compressed bytes */

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
	/* In a forked child, what the thread was at is left as it lies. */
	if (tk_ahead_free(u->ahead)) {
		ZSTD_freeDCtx(u->zstd);
		tk_gunzip_free(u->gunzip);
	}
	tk_free(u->alloc, u, 1, sizeof(*u));
}

void tk_unpack_allow_thread(struct tk_unpack *u)
{
	u->may_thread = true;
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
	return tk_fail(err, TOK_E_CORRUPT, u->n_used,
		       "%s: damaged %s data near byte %llu: %s; get the file "
		       "again",
		       u->path, u->zstd ? "zstd" : "gzip",
		       (unsigned long long)u->n_used, why);
}

static tok_status fail_zstd(const struct tk_unpack *u, size_t result,
			    tok_error *err)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_memory_allocation:
		return tk_fail_status(err, TOK_E_MEMORY, u->path);
	case ZSTD_error_frameParameter_windowTooLarge:
		return tk_fail(err, TOK_E_LIMIT, u->n_used,
			       "%s: its zstd window is over 128 MiB; compress "
			       "it again without --long, or pipe in what "
			       "zstd -d --long=31 gives",
			       u->path);
	default:
		return fail_damaged(u, ZSTD_getErrorName(result), err);
	}
}

/*
 * How much of n bytes zstd gets: not two blocks, nor one while it holds bytes
 * of another. A call that fails forgets what it has made, so that else it
 * would depend on the room how much comes out before damaged data do. What is
 * wanted behind a block counts in the header of the next.
 */
static size_t portion(const struct tk_unpack *u, size_t n)
{
	size_t most = !u->wanted ? ZSTD_LEAST_HEADER
		      : u->wanted > ZSTD_BLOCK_HEADER
			      ? u->wanted - ZSTD_BLOCK_HEADER
			      : u->wanted;

	if (u->held)
		return 0;
	return n < most ? n : most;
}

static tok_status step_zstd(struct tk_unpack *u, tok_bytes *rest, uint8_t *out,
			    size_t room, size_t *n, tok_error *err)
{
	ZSTD_inBuffer in = {rest->p, portion(u, rest->n), 0};
	ZSTD_outBuffer to = {out, room, 0};
	size_t left = ZSTD_decompressStream(u->zstd, &to, &in);

	*n = to.pos;
	if (ZSTD_isError(left))
		return fail_zstd(u, left, err);
	rest->p += in.pos;
	rest->n -= in.pos;
	u->n_used += in.pos;
	u->held = to.pos == room;
	if (in.pos || to.pos) {
		u->wanted = left;
		u->whole = !left;
	}
	return TOK_OK;
}

static tok_status step_gzip(struct tk_unpack *u, tok_bytes *rest, uint8_t *out,
			    size_t room, size_t *n, tok_error *err)
{
	size_t before = rest->n;
	tok_status st = tk_gunzip_step(u->gunzip, rest, out, room, n);

	u->n_used += before - rest->n;
	u->whole = tk_gunzip_whole(u->gunzip);
	/* What fails fails again. */
	if (*n)
		return TOK_OK;
	if (st == TOK_E_CORRUPT)
		return fail_damaged(u, "not what gzip writes", err);
	return st ? tk_fail_status(err, st, u->path) : TOK_OK;
}

static tok_status step(void *ctx, tok_bytes *rest, uint8_t *out, size_t room,
		       size_t *n, tok_error *err)
{
	struct tk_unpack *u = ctx;

	return u->zstd ? step_zstd(u, rest, out, room, n, err)
		       : step_gzip(u, rest, out, room, n, err);
}

static tok_status take_end(const struct tk_unpack *u, tok_error *err)
{
	return u->whole ? TOK_END
			: fail_damaged(u, "it stops too early", err);
}

/* One block, or the end. */
static tok_status read_block(struct tk_unpack *u, uint8_t *block,
			     tok_error *err)
{
	size_t n = 0;
	tok_status st = read_some(u, block, IN_SIZE, &n, err);

	if (!st && n)
		tk_ahead_give(u->ahead, n);
	return st;
}

/* Unpacked on the thread, which is given all that it has room for. */
static tok_status read_ahead(struct tk_unpack *u, uint8_t *out, size_t room,
			     size_t *n, tok_error *err)
{
	uint8_t *block;

	if (!tk_ahead_alive(u->ahead))
		return tk_fail(err, TOK_E_UNSUPPORTED, u->n_read,
			       "%s: was begun before a fork, and is unpacked "
			       "on a thread; open it in the child",
			       u->path);
	for (;;) {
		/* What fails here fails again where it is needed. */
		while (!u->ended && (block = tk_ahead_room(u->ahead)))
			if (read_block(u, block, NULL))
				break;
		tok_status st = tk_ahead_take(u->ahead, out, room, n, err);
		if (st || *n)
			return st;
		if (u->ended)
			return take_end(u, err);
		st = read_block(u, tk_ahead_room(u->ahead), err);
		if (st)
			return st;
	}
}

/*
 * True if there is a thread: for a file that is longer than one read. A pipe
 * is read no further than needed, so that whoever polls it sees whether more
 * has come than was handed out.
 */
static bool start_thread(struct tk_unpack *u)
{
	struct stat info;

	if (u->may_thread && !u->ahead) {
		u->may_thread = false;
		if (!fstat(u->fd, &info) && S_ISREG(info.st_mode))
			u->ahead = tk_ahead_new(step, u, u->alloc);
	}
	return u->ahead;
}

tok_status tk_unpack_read(struct tk_unpack *u, uint8_t *out, size_t room,
			  size_t *n, tok_error *err)
{
	tok_status st = u->sniffed ? TOK_OK : find_format(u, err);

	*n = 0;
	if (!st && !u->zstd && !u->gunzip)
		return read_plain(u, out, room, n, err);
	while (!st && !u->ahead) {
		st = step(u, &u->rest, out, room, n, err);
		if (st || *n)
			return st;
		if (u->rest.n)
			continue;
		if (u->ended)
			return take_end(u, err);
		if (start_thread(u))
			break;
		size_t got = 0;
		st = read_some(u, u->in, IN_SIZE, &got, err);
		u->rest = (tok_bytes){u->in, st ? 0 : got};
	}
	return st ? st : read_ahead(u, out, room, n, err);
}
