/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a data set by number. In: a directory. Out: row i for one frame's
 * work. The shards used last stay open (their seek table and row offsets are
 * read once), and the frame read last stays unpacked, so reading in order
 * unpacks each frame once.
 */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/options.h"
#include "shard/shardfile.h"

enum { MAX_OPEN = 16 };

struct slot {
	struct tk_shardfile file;
	size_t shard;
	uint64_t used; /* 0: empty */
};

struct tok_reader {
	tok_reader_options options;
	char *dir;
	size_t dir_size;
	struct tk_manifest manifest;
	uint64_t *first; /* row of each shard, and the end */
	struct slot slot[MAX_OPEN];
	uint64_t clock;
	struct tk_unpacker unpacker;
	const struct slot *loaded; /* whose frame is unpacked, or NULL */
	size_t loaded_frame;
};

void tok_reader_options_defaults(tok_reader_options *options, size_t size)
{
	const tok_reader_options o = {.size = sizeof(o)};

	tk_options_give(options, size, &o, sizeof(o));
}

static tok_status set_up(tok_reader *r, const char *dir)
{
	const tok_alloc *alloc = r->options.alloc;
	size_t n = r->manifest.n_shards;

	r->dir_size = strlen(dir) + 1;
	r->dir = tk_new(alloc, r->dir_size, 1);
	r->first = tk_new(alloc, n + 1, sizeof(*r->first));
	if (!r->dir || !r->first || tk_unpacker_init(&r->unpacker, alloc))
		return TOK_E_MEMORY;
	memcpy(r->dir, dir, r->dir_size);
	r->first[0] = 0;
	for (size_t i = 0; i < n; i++)
		r->first[i + 1] = r->first[i] + r->manifest.shard[i].rows;
	return TOK_OK;
}

static tok_status check_model(const tok_reader *r, const char *dir,
			      tok_error *err)
{
	const tok_digest *want = r->options.model;
	const tok_dataset *set = &r->manifest.set;
	char have_hex[33], want_hex[33];

	if (!want)
		return TOK_OK;
	if (!set->has_model)
		return tk_fail(err, TOK_E_MISMATCH, 0,
			       "%s: does not say which model made its ids",
			       dir);
	if (!memcmp(want->byte, set->model.byte, 16))
		return TOK_OK;
	tok_digest_hex(want, want_hex);
	tok_digest_hex(&set->model, have_hex);
	return tk_fail(err, TOK_E_MISMATCH, 0,
		       "%s: its ids were made by another model (%s, not %s)",
		       dir, have_hex, want_hex);
}

tok_status tok_reader_open(const char *dir, const tok_reader_options *options,
			   tok_reader **out, tok_error *err)
{
	tok_reader_options o;

	*out = NULL;
	tok_reader_options_defaults(&o, sizeof(o));
	if (options && !tk_options_take(&o, options, sizeof(o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "tok_reader_options of an unknown size");
	tok_reader *r = tk_new_zeroed(o.alloc, 1, sizeof(*r));
	if (!r)
		return tk_fail_status(err, TOK_E_MEMORY, dir);
	r->options = o;
	r->manifest.alloc = o.alloc;

	tok_status st = tk_manifest_read(dir, &r->manifest, err);
	if (!st)
		st = check_model(r, dir, err);
	if (!st) {
		st = set_up(r, dir);
		if (st)
			(void)tk_fail_status(err, st, dir);
	}
	if (st)
		tok_reader_close(r);
	else
		*out = r;
	return st;
}

void tok_reader_close(tok_reader *r)
{
	if (!r)
		return;
	const tok_alloc *alloc = r->options.alloc;

	for (int i = 0; i < MAX_OPEN; i++)
		if (r->slot[i].used)
			tk_shardfile_close(&r->slot[i].file);
	tk_unpacker_release(&r->unpacker);
	tk_free(alloc, r->first, r->manifest.n_shards + 1, sizeof(*r->first));
	tk_free(alloc, r->dir, r->dir_size, 1);
	tk_manifest_release(&r->manifest);
	tk_free(alloc, r, 1, sizeof(*r));
}

const tok_dataset *tok_reader_dataset(const tok_reader *r)
{
	return &r->manifest.set;
}

/* The slot with the shard: the one that has it, or the one unused longest,
 * which then takes it. */
static tok_status open_shard(tok_reader *r, size_t shard, struct slot **out,
			     tok_error *err)
{
	struct slot *oldest = &r->slot[0];

	for (int i = 0; i < MAX_OPEN; i++) {
		struct slot *s = &r->slot[i];

		if (s->used && s->shard == shard) {
			s->used = ++r->clock;
			*out = s;
			return TOK_OK;
		}
		if (s->used < oldest->used)
			oldest = s;
	}
	if (oldest->used)
		tk_shardfile_close(&oldest->file);
	oldest->used = 0;
	r->loaded = NULL; /* opening unpacks the header */
	tok_status st = tk_shardfile_open(&oldest->file, r->dir, shard,
					  &r->manifest, r->options.alloc,
					  &r->unpacker, err);
	if (st)
		return st;
	oldest->shard = shard;
	oldest->used = ++r->clock;
	*out = oldest;
	return TOK_OK;
}

static size_t shard_of(const tok_reader *r, uint64_t row)
{
	size_t low = 0, high = r->manifest.n_shards;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->first[mid] <= row)
			low = mid;
		else
			high = mid;
	}
	return low;
}

static tok_status load(tok_reader *r, const struct slot *s, size_t frame,
		       tok_error *err)
{
	if (r->loaded == s && r->loaded_frame == frame)
		return TOK_OK;
	r->loaded = NULL;
	tok_status st = tk_shardfile_load(&s->file, frame, &r->unpacker, err);
	if (st)
		return st;
	r->loaded = s;
	r->loaded_frame = frame;
	return TOK_OK;
}

tok_status tok_reader_row(tok_reader *r, uint64_t row, tok_row *out,
			  tok_error *err)
{
	struct slot *s;

	if (row >= r->manifest.set.rows)
		return tk_fail(err, TOK_E_RANGE, 0,
			       "%s: row %llu of %llu (the first is 0)", r->dir,
			       (unsigned long long)row,
			       (unsigned long long)r->manifest.set.rows);
	size_t shard = shard_of(r, row);
	size_t i = (size_t)(row - r->first[shard]);

	tok_status st = open_shard(r, shard, &s, err);
	if (st)
		return st;
	size_t frame = tk_shardfile_frame_of(&s->file, i);
	st = load(r, s, frame, err);
	if (!st)
		st = tk_shardfile_row(&s->file, frame, i, &r->unpacker, err);
	if (st)
		return st;
	*out = (tok_row){
		.input_ids = r->unpacker.row.id,
		.n_ids = r->unpacker.row.n_ids,
		.seq_lengths = r->unpacker.row.length,
		.n_seqs = r->unpacker.row.n_seqs,
	};
	return TOK_OK;
}
