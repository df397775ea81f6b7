/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything that can be checked of a data set, checked. In: a directory.
 * Out: its numbers as counted, or the first thing found wrong (in the order
 * manifest, index, names, shards, so the same for any pool). index.json must
 * be the very bytes that follow from the manifest, and every byte of a shard
 * is covered by its XXH64: no changed bit goes unseen.
 */
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/pool.h"
#include "shard/index.h"
#include "shard/names.h"
#include "shard/shardfile.h"

/* What one worker reads with. */
struct hand {
	struct tk_unpacker unpacker;
	tk_xxh64_stream *raw, *zip;
};

struct verification {
	const char *dir;
	struct tk_manifest manifest;
	struct hand *hand; /* one a worker; the first is the caller's */
	unsigned n_hands;
	const tok_progress *watch;
	_Atomic uint64_t done; /* bytes of shards */
	atomic_bool stopped;
	size_t first; /* shard of task 0 */
	tok_error *result; /* one a task */
};

/* A pool's tasks are counted in batches, so that a bad shard early in a large
 * set is told of early. */
enum { BATCH = 64 };

static tok_status check_frame(const struct tk_shardfile *f, size_t frame,
			      size_t *row, struct hand *h,
			      struct tk_shard_info *got, tok_error *err)
{
	struct tk_unpacker *u = &h->unpacker;
	tok_status st = tk_shardfile_load(f, frame, u, err);
	uint64_t end = f->frame[frame].raw_at + f->frame[frame].raw_size;

	if (st)
		return st;
	tk_xxh64_feed(h->zip, (tok_bytes){u->zip.p, u->zip.n});
	tk_xxh64_feed(h->raw, (tok_bytes){u->raw.p, u->raw.n});
	for (; *row < f->n_rows && f->offset[*row] < end; ++*row) {
		st = tk_shardfile_row(f, frame, *row, u, err);
		if (st)
			return st;
		got->rows++;
		got->sequences += u->row.n_seqs;
		got->tokens += u->row.n_ids;
	}
	return TOK_OK;
}

static tok_status compare(const struct tk_shardfile *f,
			  const struct tk_shard_info *got,
			  const struct tk_shard_info *want, tok_error *err)
{
	const char *path = (const char *)f->path.p;

	if (got->xxh64_zip != want->xxh64_zip ||
	    got->xxh64_raw != want->xxh64_raw)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: its XXH64 is not the manifest's; fetch or "
			       "write the shard again", path);
	if (got->rows != want->rows || got->sequences != want->sequences ||
	    got->tokens != want->tokens)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s: has %" PRIu64 " rows, %" PRIu64
			       " sequences, %" PRIu64 " tokens; the manifest "
			       "says %" PRIu64 ", %" PRIu64 ", %" PRIu64,
			       path, got->rows, got->sequences, got->tokens,
			       want->rows, want->sequences, want->tokens);
	return TOK_OK;
}

/* The watch is called from the caller's thread only. */
static tok_status report(struct verification *v, const struct hand *h,
			 uint64_t n, tok_error *err)
{
	const tok_progress *w = v->watch;
	uint64_t done = atomic_fetch_add(&v->done, n) + n;

	if (h == v->hand && w && w->tick && !atomic_load(&v->stopped) &&
	    w->tick(w->ctx, "verify", done, v->manifest.set.zip_bytes))
		atomic_store(&v->stopped, true);
	return atomic_load(&v->stopped)
		       ? tk_fail(err, TOK_E_STOPPED, 0, "%s: stopped", v->dir)
		       : TOK_OK;
}

static tok_status check_open_shard(struct verification *v, struct hand *h,
				   const struct tk_shardfile *f,
				   const struct tk_shard_info *want,
				   tok_error *err)
{
	struct tk_shard_info got = {0};
	tok_status st = TOK_OK;
	size_t row = 0;

	tk_xxh64_restart(h->raw);
	tk_xxh64_restart(h->zip);
	for (size_t i = 0; !st && i < f->n_frames; i++) {
		st = check_frame(f, i, &row, h, &got, err);
		if (!st)
			st = report(v, h, h->unpacker.zip.n, err);
	}
	size_t tail = (size_t)(f->size - f->tail_at);
	if (!st)
		st = tk_shardfile_bytes(f, f->tail_at, tail, &h->unpacker.zip,
					err);
	if (st)
		return st;
	tk_xxh64_feed(h->zip, (tok_bytes){h->unpacker.zip.p, tail});
	got.xxh64_raw = tk_xxh64_value(h->raw);
	got.xxh64_zip = tk_xxh64_value(h->zip);
	return compare(f, &got, want, err);
}

static void check_shard(void *ctx, size_t task, unsigned worker)
{
	struct verification *v = ctx;
	struct hand *h = &v->hand[worker];
	size_t shard = v->first + task;
	struct tk_shardfile file;
	tok_error *err = &v->result[task];

	err->code = report(v, h, 0, err);
	if (!err->code)
		err->code = tk_shardfile_open(&file, v->dir, shard,
					      &v->manifest, NULL,
					      &h->unpacker, err);
	if (err->code)
		return;
	err->code = check_open_shard(v, h, &file, &v->manifest.shard[shard],
				     err);
	tk_shardfile_close(&file);
}

static tok_status check_shards(struct verification *v, tok_pool *pool,
			       tok_error *err)
{
	size_t n = v->manifest.n_shards;

	for (; v->first < n; v->first += BATCH) {
		size_t left = n - v->first, now = left < BATCH ? left : BATCH;

		tk_pool_run(pool, now, check_shard, v);
		for (size_t i = 0; i < now; i++) {
			if (!v->result[i].code)
				continue;
			if (err)
				*err = v->result[i];
			return v->result[i].code;
		}
	}
	return TOK_OK;
}

static tok_status check_index(const struct verification *v, tok_error *err)
{
	tok_buf path = {0}, want = {0}, have = {0};
	tok_status st = tk_names_path(v->dir, TK_INDEX_NAME, &path);

	if (!st)
		st = tk_index_write(&v->manifest, &want);
	if (st)
		st = tk_fail_status(err, st, v->dir);
	else
		st = tk_file_read((const char *)path.p, want.n, &have, err);
	if (st == TOK_E_IO && access((const char *)path.p, F_OK))
		st = tk_fail(err, TOK_E_CORRUPT, 0, "%s: is missing",
			     (const char *)path.p);
	if (st == TOK_E_LIMIT ||
	    (!st && (have.n != want.n || memcmp(have.p, want.p, want.n))))
		st = tk_fail(err, TOK_E_CORRUPT, 0,
			     "%s: is not the index that follows from the "
			     "manifest", (const char *)path.p);
	tok_buf_release(&have);
	tok_buf_release(&want);
	tok_buf_release(&path);
	return st;
}

/* Another reader may have unpacked a shard beside the packed one, and will
 * read that copy without a look at it. */
static tok_status check_unpacked(const struct verification *v,
				 const char *name, size_t shard,
				 tok_error *err)
{
	const struct tk_shard_info *want = &v->manifest.shard[shard];
	tok_buf path = {0}, have = {0};
	tok_status st = tk_names_path(v->dir, name, &path);

	if (st)
		st = tk_fail_status(err, st, v->dir);
	else
		st = tk_file_read((const char *)path.p, want->raw_bytes,
				  &have, err);
	if (st == TOK_E_LIMIT ||
	    (!st && (have.n != want->raw_bytes ||
		     tk_xxh64((tok_bytes){have.p, have.n}) !=
			     want->xxh64_raw)))
		st = tk_fail(err, TOK_E_CORRUPT, 0,
			     "%s: is not what %s.zstd unpacks to; remove it",
			     (const char *)path.p, name);
	tok_buf_release(&have);
	tok_buf_release(&path);
	return st;
}

static tok_status check_name(void *ctx, const char *name,
			     enum tk_name_kind kind, size_t shard,
			     tok_error *err)
{
	const struct verification *v = ctx;

	if (kind == TK_NAME_OTHER || kind == TK_NAME_MANIFEST ||
	    kind == TK_NAME_INDEX || kind == TK_NAME_STAGE)
		return TOK_OK;
	if (kind == TK_NAME_PARTIAL || shard >= v->manifest.n_shards)
		return tk_fail(err, TOK_E_CORRUPT, 0,
			       "%s/%s: belongs to no data set; remove it",
			       v->dir, name);
	if (kind == TK_NAME_RAW)
		return check_unpacked(v, name, shard, err);
	return TOK_OK;
}

static tok_status make_hands(struct verification *v, tok_pool *pool)
{
	v->result = tk_new(NULL, BATCH, sizeof(*v->result));
	v->hand = tk_new_zeroed(NULL, tk_pool_width(pool), sizeof(*v->hand));
	if (!v->result || !v->hand)
		return TOK_E_MEMORY;
	for (unsigned i = 0; i < tk_pool_width(pool); i++) {
		struct hand *h = &v->hand[v->n_hands++];

		h->raw = tk_xxh64_new(NULL);
		h->zip = tk_xxh64_new(NULL);
		if (tk_unpacker_init(&h->unpacker, NULL) || !h->raw || !h->zip)
			return TOK_E_MEMORY;
	}
	return TOK_OK;
}

static void release(struct verification *v, const tok_pool *pool)
{
	for (unsigned i = 0; i < v->n_hands; i++) {
		tk_unpacker_release(&v->hand[i].unpacker);
		tk_xxh64_free(v->hand[i].raw);
		tk_xxh64_free(v->hand[i].zip);
	}
	tk_free(NULL, v->hand, tk_pool_width(pool), sizeof(*v->hand));
	tk_free(NULL, v->result, BATCH, sizeof(*v->result));
	tk_manifest_release(&v->manifest);
}

tok_status tok_verify(const char *dir, tok_pool *pool,
		      const tok_progress *watch, tok_dataset *dataset,
		      tok_error *err)
{
	struct verification v = {.dir = dir, .watch = watch};
	tok_status st = tk_manifest_read(dir, &v.manifest, err);

	if (!st)
		st = check_index(&v, err);
	if (!st)
		st = tk_names_each(dir, check_name, &v, err);
	if (!st && make_hands(&v, pool))
		st = tk_fail_status(err, TOK_E_MEMORY, dir);
	if (!st)
		st = check_shards(&v, pool, err);
	if (!st && dataset) {
		*dataset = v.manifest.set;
		dataset->settings = NULL;
	}
	release(&v, pool);
	return st;
}
