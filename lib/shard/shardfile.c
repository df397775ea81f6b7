/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One shard, read where it lies. In: the file and what the manifest says of
 * it. Out: rows. Nothing is believed: sizes must meet exactly, frames carry
 * checksums, rows may not cross frames, and every row is checked as decoded.
 */
#include "shard/shardfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "shard/names.h"

tok_status tk_unpacker_init(struct tk_unpacker *u, const tok_alloc *alloc)
{
	*u = (struct tk_unpacker){.row = {.alloc = alloc}};
	tok_buf_init(&u->zip, alloc);
	tok_buf_init(&u->raw, alloc);
	u->zstd = tk_zstd_new(alloc);
	return u->zstd ? TOK_OK : TOK_E_MEMORY;
}

void tk_unpacker_release(struct tk_unpacker *u)
{
	tk_zstd_free(u->zstd);
	u->zstd = NULL;
	tok_buf_release(&u->zip);
	tok_buf_release(&u->raw);
	tk_mds_row_release(&u->row);
}

static const char *path_of(const struct tk_shardfile *f)
{
	return (const char *)f->path.p;
}

static tok_status corrupt(const struct tk_shardfile *f, uint64_t at,
			  const char *what, tok_error *err)
{
	return tk_fail(err, TOK_E_CORRUPT, at,
		       "%s: %s (at byte %" PRIu64 "); fetch or write the "
		       "shard again", path_of(f), what, at);
}

static tok_status no_memory(const struct tk_shardfile *f, tok_error *err)
{
	return tk_fail_status(err, TOK_E_MEMORY, path_of(f));
}

tok_status tk_shardfile_bytes(const struct tk_shardfile *f, uint64_t at,
			      size_t n, tok_buf *out, tok_error *err)
{
	out->n = 0;
	if (tk_buf_reserve(out, n))
		return no_memory(f, err);
	while (out->n < n) {
		ssize_t got = pread(f->fd, out->p + out->n, n - out->n,
				    (off_t)(at + out->n));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tk_fail_errno(err, errno, "cannot read %s",
					     path_of(f));
		if (!got)
			return corrupt(f, at + out->n, "is cut short", err);
		out->n += (size_t)got;
	}
	return TOK_OK;
}

static tok_status open_file(struct tk_shardfile *f, uint64_t want,
			    tok_error *err)
{
	struct stat info;

	f->fd = open(path_of(f), O_RDONLY | O_CLOEXEC);
	if (f->fd < 0 && errno == ENOENT)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: is missing, the manifest names it",
			       path_of(f));
	if (f->fd < 0)
		return tk_fail_errno(err, errno, "cannot open %s",
				     path_of(f));
	if (fstat(f->fd, &info))
		return tk_fail_errno(err, errno, "cannot read %s",
				     path_of(f));
	if (!S_ISREG(info.st_mode))
		return tk_fail(err, TOK_E_IO, 0, "%s: is not a regular file",
			       path_of(f));
	f->size = (uint64_t)info.st_size;
	if (f->size != want)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: has %" PRIu64 " bytes, the manifest says "
			       "%" PRIu64 "; fetch or write the shard again",
			       path_of(f), f->size, want);
	return TOK_OK;
}

static tok_status read_table(struct tk_shardfile *f, uint64_t raw_bytes,
			     tok_buf *scratch, tok_error *err)
{
	tok_status st = tk_shardfile_bytes(f, f->size - TK_SEEKABLE_FOOTER,
					   TK_SEEKABLE_FOOTER, scratch, err);
	uint32_t n;

	if (st)
		return st;
	if (!tk_seekable_footer((tok_bytes){scratch->p, scratch->n}, f->size,
				&n))
		return corrupt(f, f->size, "does not end in a seek table", err);

	size_t size = (size_t)tk_seekable_table_size(n);
	f->frame = tk_new(f->alloc, n, sizeof(*f->frame));
	if (!f->frame)
		return no_memory(f, err);
	f->cap_frames = n;
	st = tk_shardfile_bytes(f, f->size - size, size, scratch, err);
	if (st)
		return st;
	if (!tk_seekable_parse((tok_bytes){scratch->p, scratch->n}, f->size,
			       f->frame, &n) ||
	    f->frame[n - 1].raw_at + f->frame[n - 1].raw_size != raw_bytes)
		return corrupt(f, f->size - size,
			       "the seek table does not fit the file", err);
	f->n_frames = n;
	f->tail_at = f->frame[n - 1].zip_at + f->frame[n - 1].zip_size;
	return TOK_OK;
}

/* Each frame behind the header begins where a row does. */
static bool frames_are_aligned(const struct tk_shardfile *f)
{
	size_t row = 0;

	for (uint32_t i = 1; i < f->n_frames; i++) {
		while (row < f->n_rows && f->offset[row] < f->frame[i].raw_at)
			row++;
		if (row == f->n_rows || f->offset[row] != f->frame[i].raw_at)
			return false;
	}
	return f->n_frames > 1;
}

static tok_status read_header(struct tk_shardfile *f, uint64_t n_rows,
			      struct tk_unpacker *u, tok_error *err)
{
	tok_buf want = {.alloc = f->alloc};
	tok_bytes json;
	const char *why = NULL;
	tok_status st = tk_shardfile_load(f, 0, u, err);

	if (st)
		return st;
	st = tk_mds_header_parse((tok_bytes){u->raw.p, u->raw.n},
				 f->frame[f->n_frames - 1].raw_at +
					 f->frame[f->n_frames - 1].raw_size,
				 f->alloc, &f->offset, &f->n_rows, &json,
				 &why);
	if (!st)
		st = tk_mds_config_json(&f->manifest->mds, &want);
	if (st == TOK_E_MEMORY)
		st = no_memory(f, err);
	else if (st)
		st = corrupt(f, 0, why, err);
	else if (f->n_rows != n_rows || json.n != want.n ||
		 memcmp(json.p, want.p, want.n))
		st = corrupt(f, 0, "the header is not the manifest's", err);
	else if (!frames_are_aligned(f))
		st = corrupt(f, 0, "a row crosses frames", err);
	tok_buf_release(&want);
	return st;
}

tok_status tk_shardfile_open(struct tk_shardfile *f, const char *dir,
			     size_t shard, const struct tk_manifest *manifest,
			     const tok_alloc *alloc, struct tk_unpacker *u,
			     tok_error *err)
{
	const struct tk_shard_info *info = &manifest->shard[shard];
	char name[TK_NAME_SIZE];

	*f = (struct tk_shardfile){.alloc = alloc, .fd = -1};
	f->manifest = manifest;
	tok_buf_init(&f->path, alloc);
	tk_names_zip(shard, name);
	if (tk_names_path(dir, name, &f->path)) {
		tk_shardfile_close(f);
		return tk_fail_status(err, TOK_E_MEMORY, dir);
	}
	tok_status st = open_file(f, info->zip_bytes, err);
	if (!st)
		st = read_table(f, info->raw_bytes, &u->zip, err);
	if (!st)
		st = read_header(f, info->rows, u, err);
	if (st)
		tk_shardfile_close(f);
	return st;
}

void tk_shardfile_close(struct tk_shardfile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	tok_buf_release(&f->path);
	tk_free(f->alloc, f->frame, f->cap_frames, sizeof(*f->frame));
	tk_free(f->alloc, f->offset, f->n_rows + 1, sizeof(*f->offset));
	f->frame = NULL;
	f->offset = NULL;
	f->n_frames = f->cap_frames = 0;
	f->n_rows = 0;
}

tok_status tk_shardfile_load(const struct tk_shardfile *f, size_t frame,
			     struct tk_unpacker *u, tok_error *err)
{
	const struct tk_frame *at = &f->frame[frame];
	tok_status st;

	u->raw.n = 0;
	st = tk_shardfile_bytes(f, at->zip_at, at->zip_size, &u->zip, err);
	if (st)
		return st;
	if (tk_buf_reserve(&u->raw, at->raw_size))
		return no_memory(f, err);
	if (tk_zstd_unpack(u->zstd, (tok_bytes){u->zip.p, u->zip.n}, at,
			   u->raw.p))
		return corrupt(f, at->zip_at, "a damaged frame", err);
	u->raw.n = at->raw_size;
	return TOK_OK;
}

size_t tk_shardfile_frame_of(const struct tk_shardfile *f, size_t row)
{
	size_t low = 1, high = f->n_frames;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (f->frame[mid].raw_at <= f->offset[row])
			low = mid;
		else
			high = mid;
	}
	return low;
}

tok_status tk_shardfile_row(const struct tk_shardfile *f, size_t frame,
			    size_t row, struct tk_unpacker *u, tok_error *err)
{
	const struct tk_manifest *m = f->manifest;
	const uint8_t *p = u->raw.p + (f->offset[row] - f->frame[frame].raw_at);
	tok_bytes data = {p, f->offset[row + 1] - f->offset[row]};
	const char *why;
	tok_status st = tk_mds_decode(m->mds.wide, m->set.n_ids, data, &u->row,
				      &why);

	if (st == TOK_E_MEMORY)
		return no_memory(f, err);
	if (!st && u->row.n_ids > m->set.row_len) {
		st = TOK_E_CORRUPT;
		why = "a row is longer than row_len";
	}
	return st ? corrupt(f, f->frame[frame].zip_at, why, err) : TOK_OK;
}
