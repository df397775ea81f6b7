/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a shard. The first byte says how: as the file itself; or as
 * unpacked content, cut at the places that the next bytes say and packed with
 * right checksums, so that the mutations reach header and rows.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "shard/shardfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { CUTS = 3, MAX_RAW = 1 << 24 };

static void need(int right)
{
	if (!right)
		abort();
}

/* What is accepted as a row is one. */
static void check_row(const struct tk_mds_row *row, const tok_dataset *set)
{
	uint64_t sum = 0;

	need(row->n_ids && row->n_ids <= set->row_len && row->n_seqs);
	for (size_t i = 0; i < row->n_ids; i++)
		need(row->id[i] >= 0 && row->id[i] < set->n_ids);
	for (size_t i = 0; i < row->n_seqs; i++) {
		need(row->length[i] > 0);
		sum += (uint64_t)row->length[i];
	}
	need(sum == row->n_ids);
}

static void read_all(const char *dir, const struct tk_manifest *m)
{
	struct tk_unpacker u;
	struct tk_shardfile f;
	tok_error err;

	need(!tk_unpacker_init(&u, NULL));
	tok_status st = tk_shardfile_open(&f, dir, 0, m, NULL, &u, &err);
	for (size_t i = 0; !st && i < f.n_rows; i++) {
		size_t frame = tk_shardfile_frame_of(&f, i);

		st = tk_shardfile_load(&f, frame, &u, &err);
		if (!st && !tk_shardfile_row(&f, frame, i, &u, &err))
			check_row(&u.row, &m->set);
	}
	tk_shardfile_close(&f);
	tk_unpacker_release(&u);
}

/* The sizes and the number of rows that a manifest would have to say for the
 * shard to be looked into. */
static void believe(tok_bytes zip, struct tk_shard_info *info)
{
	struct tk_frame frame[64];
	tk_zstd *z = tk_zstd_new(NULL);
	uint8_t *raw;
	uint32_t n;

	need(z != NULL);
	info->zip_bytes = zip.n;
	if (zip.n < TK_SEEKABLE_FOOTER ||
	    !tk_seekable_footer((tok_bytes){zip.p + zip.n - TK_SEEKABLE_FOOTER,
					    TK_SEEKABLE_FOOTER}, zip.n, &n) ||
	    n > 64)
		goto done;
	size_t size = (size_t)tk_seekable_table_size(n);
	if (!tk_seekable_parse((tok_bytes){zip.p + zip.n - size, size}, zip.n,
			       frame, &n))
		goto done;
	info->raw_bytes = frame[n - 1].raw_at + frame[n - 1].raw_size;
	if (frame[0].raw_size < 4 || frame[0].raw_size > MAX_RAW)
		goto done;
	raw = malloc(frame[0].raw_size);
	need(raw != NULL);
	if (!tk_zstd_unpack(z, (tok_bytes){zip.p, frame[0].zip_size},
			    &frame[0], raw))
		info->rows = tk_get32(raw);
	free(raw);
done:
	tk_zstd_free(z);
}

static void pack(tok_bytes raw, const uint8_t *cuts, tok_buf *zip)
{
	struct tk_frame frame[CUTS + 1];
	tk_zstd *z = tk_zstd_new(NULL);
	size_t n = 0, at = 0;

	need(z != NULL);
	for (int i = 0; i <= CUTS && at < raw.n; i++) {
		size_t end = i < CUTS ? at + tk_get16(cuts + 2 * i) : raw.n;

		if (end == at)
			continue;
		if (end > raw.n)
			end = raw.n;
		need(!tk_zstd_pack(z, 1, (tok_bytes){raw.p + at, end - at},
				   zip, &frame[n++]));
		at = end;
	}
	if (n)
		need(!tk_seekable_end(frame, frame + 1, n - 1, zip));
	tk_zstd_free(z);
}

static void write_and_read(tok_bytes zip, struct tk_manifest *m)
{
	char dir[] = "/tmp/tok-fuzz-XXXXXX", path[80];

	need(mkdtemp(dir) != NULL);
	(void)snprintf(path, sizeof(path), "%s/shard.00000.mds.zstd", dir);
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	need(fd >= 0 && write(fd, zip.p, zip.n) == (ssize_t)zip.n);
	close(fd);
	believe(zip, m->shard);
	read_all(dir, m);
	(void)unlink(path);
	(void)rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct tk_shard_info info = {0};
	struct tk_manifest m = {
		.set = {.n_ids = 300, .row_len = 12},
		.mds = {false, 3, 65536},
		.shard = &info,
		.n_shards = 1,
	};
	tok_buf zip = {0};

	if (n < 1 + 2 * CUTS)
		return 0;
	if (p[0] & 1)
		pack((tok_bytes){p + 1 + 2 * CUTS, n - 1 - 2 * CUTS}, p + 1,
		     &zip);
	else
		need(!tk_buf_append(&zip, p + 1, n - 1));
	write_and_read((tok_bytes){zip.p, zip.n}, &m);
	tok_buf_release(&zip);
	return 0;
}
