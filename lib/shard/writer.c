/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows to a data set. In: rows. Out: shards, each checked by unpacking it
 * before it is written, then index.json and tok.json; stage.c brings them to
 * their place when all are there. The frames of a shard wait in memory,
 * because the header in front of them holds the offsets of all rows. A shard
 * ends before the row that would make it larger than shard_size, counted as
 * MDSWriter counts.
 */
#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/options.h"
#include "shard/frames.h"
#include "shard/index.h"
#include "shard/names.h"
#include "shard/stage.h"

/* The last frame of a shard may hold twice as much. */
enum { MAX_FRAME_SIZE = TK_SEEKABLE_MAX_FRAME / 2 };

struct tok_writer {
	tok_writer_options options;
	struct tk_stage stage;
	bool finished;
	tok_status status; /* a failure that nothing mends */
	struct tk_manifest manifest;
	tok_buf config;    /* the JSON of each shard's header */
	struct tk_frames frames;
	struct tk_frames header; /* one frame, packed by itself */
	uint32_t *row_size;      /* of the shard being filled */
	size_t cap_rows;
	struct tk_shard_info shard;
	tok_buf scratch;
	tk_xxh64_stream *hash;
};

void tok_writer_options_defaults(tok_writer_options *options, size_t size)
{
	const tok_writer_options o = {
		.size = sizeof(o),
		.level = 3,
		.shard_size = 64 << 20,
		.frame_size = 256 << 10,
	};

	tk_options_give(options, size, &o, sizeof(o));
}

static tok_status check_options(const tok_writer_options *o, tok_error *err)
{
	if (o->n_ids < 1)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "n_ids is %d, must be 1 or more", o->n_ids);
	if (!o->row_len || o->row_len > INT32_MAX)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "row_len is %" PRIu32 ", must be 1 to %d",
			       o->row_len, INT32_MAX);
	if (o->level < 1 || o->level > tk_zstd_max_level())
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "zstd level is %d, must be 1 to %d", o->level,
			       tk_zstd_max_level());
	if (!o->frame_size || o->frame_size > MAX_FRAME_SIZE)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "frame_size is %" PRIu32 ", must be 1 to %d",
			       o->frame_size, MAX_FRAME_SIZE);
	return TOK_OK;
}

/* Every row that row_len allows must fit a shard and a frame, so that no row
 * is refused when half the work is done. */
static tok_status check_sizes(const tok_writer *w, tok_error *err)
{
	uint32_t row_len = w->options.row_len;
	uint64_t row = tk_mds_row_size(w->manifest.mds.wide, row_len, row_len);
	uint64_t need = row + tk_mds_header_size(1, w->config.n);

	if (row > MAX_FRAME_SIZE)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "row_len is %" PRIu32 ", too long for a frame",
			       row_len);
	if (need > w->options.shard_size)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "shard_size is %" PRIu32 ", but one row of %"
			       PRIu32 " tokens can take %" PRIu64 " bytes",
			       w->options.shard_size, row_len, need);
	return TOK_OK;
}

static const char *dir_of(const tok_writer *w)
{
	return (const char *)w->stage.dir.p;
}

static void restart_shard(tok_writer *w)
{
	tk_frames_restart(&w->frames);
	w->shard = (struct tk_shard_info){
		.raw_bytes = tk_mds_header_size(0, w->config.n),
	};
}

static tok_status set_up(tok_writer *w, const char *dir, tok_pool *pool,
			 tok_error *err)
{
	const tok_writer_options *o = &w->options;
	struct tk_manifest *m = &w->manifest;

	tok_buf_init(&w->scratch, o->alloc);
	tok_buf_init(&w->config, o->alloc);
	m->alloc = o->alloc;
	m->set.n_ids = o->n_ids;
	m->set.row_len = o->row_len;
	m->set.has_model = o->model != NULL;
	if (o->model)
		m->set.model = *o->model;
	m->frame_size = o->frame_size;
	m->mds = (struct tk_mds_config){tk_mds_wide(o->n_ids), o->level,
					o->shard_size};
	w->hash = tk_xxh64_new(o->alloc);
	if (!w->hash || tk_mds_config_json(&m->mds, &w->config) ||
	    tk_frames_init(&w->frames, o->alloc, pool, o->level) ||
	    tk_frames_init(&w->header, o->alloc, NULL, o->level))
		return tk_fail_status(err, TOK_E_MEMORY, dir);
	restart_shard(w);
	tok_status st = check_sizes(w, err);
	if (!st)
		st = tk_manifest_settings(m, o->settings, err);
	return st;
}

tok_status tok_writer_open(const char *dir, const tok_writer_options *options,
			   tok_pool *pool, tok_writer **out, tok_error *err)
{
	tok_writer_options o;

	*out = NULL;
	tok_writer_options_defaults(&o, sizeof(o));
	if (!tk_options_take(&o, options, sizeof(o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "tok_writer_options of an unknown size");
	tok_status st = check_options(&o, err);
	if (st)
		return st;
	tok_writer *w = tk_new_zeroed(o.alloc, 1, sizeof(*w));
	if (!w)
		return tk_fail_status(err, TOK_E_MEMORY, dir);
	w->options = o;
	st = set_up(w, dir, pool, err);
	if (!st)
		st = tk_stage_open(&w->stage, dir, o.replace, o.alloc, err);
	if (st)
		tok_writer_abort(w);
	else
		*out = w;
	return st;
}

/* What is hashed is what came out of the packed frames: a reader gets the
 * same, or this fails now. */
static tok_status hash_shard(tok_writer *w, const tok_bytes part[3],
			     tok_error *err)
{
	tk_xxh64_restart(w->hash);
	tok_status st = tk_frames_check(&w->header, w->hash);
	if (!st)
		st = tk_frames_check(&w->frames, w->hash);
	if (st == TOK_E_CORRUPT)
		return tk_fail(err, st, 0,
			       "%s: a frame does not unpack to what was "
			       "packed; the memory of this machine may be "
			       "faulty", dir_of(w));
	if (st)
		return tk_fail_status(err, st, dir_of(w));
	w->shard.xxh64_raw = tk_xxh64_value(w->hash);

	tk_xxh64_restart(w->hash);
	w->shard.zip_bytes = 0;
	for (int i = 0; i < 3; i++) {
		tk_xxh64_feed(w->hash, part[i]);
		w->shard.zip_bytes += part[i].n;
	}
	w->shard.xxh64_zip = tk_xxh64_value(w->hash);
	return TOK_OK;
}

/* Packs the header, and makes the seek table in scratch. */
static tok_status pack_ends(tok_writer *w)
{
	struct tk_frames *h = &w->header, *f = &w->frames;
	tok_bytes json = {w->config.p, w->config.n};

	tk_frames_restart(h);
	tok_status st = tk_frames_finish(f);
	if (!st)
		st = tk_mds_header(w->row_size, (size_t)w->shard.rows, json,
				   &h->raw);
	if (!st)
		st = tk_frames_finish(h);
	w->scratch.n = 0;
	if (!st)
		st = tk_seekable_end(h->frame, f->frame, f->n, &w->scratch);
	return st;
}

static tok_status close_shard(tok_writer *w, tok_error *err)
{
	char name[TK_NAME_SIZE];
	tok_status st = pack_ends(w);

	if (st)
		return tk_fail_status(err, st, dir_of(w));
	const tok_bytes part[3] = {
		{w->header.zip.p, w->header.zip.n},
		{w->frames.zip.p, w->frames.zip.n},
		{w->scratch.p, w->scratch.n},
	};
	tk_names_zip(w->manifest.n_shards, name);
	st = hash_shard(w, part, err);
	if (!st)
		st = tk_stage_write(&w->stage, name, part, 3, err);
	if (st)
		return st;
	st = tk_manifest_add(&w->manifest, &w->shard);
	if (st)
		return tk_fail_status(err, st, dir_of(w));
	restart_shard(w);
	return TOK_OK;
}

static tok_status check_row(const tok_writer *w, const tok_row *row,
			    tok_error *err)
{
	uint32_t bound = (uint32_t)w->options.n_ids;
	uint64_t sum = 0;

	if (!row->n_ids || row->n_ids > w->options.row_len)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "a row of %zu tokens; 1 to %" PRIu32
			       " are allowed", row->n_ids,
			       w->options.row_len);
	if (row->n_seqs > row->n_ids)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "a row of %zu tokens has %zu sequences",
			       row->n_ids, row->n_seqs);
	for (size_t i = 0; i < row->n_seqs; i++) {
		if (row->seq_lengths[i] < 1)
			return tk_fail(err, TOK_E_ARGUMENT, 0,
				       "sequence %zu of a row has length %d",
				       i, row->seq_lengths[i]);
		sum += (uint64_t)row->seq_lengths[i];
	}
	if (sum != row->n_ids)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "sequence lengths sum to %" PRIu64 ", the row "
			       "has %zu tokens", sum, row->n_ids);
	for (size_t i = 0; i < row->n_ids; i++)
		if ((uint32_t)row->input_ids[i] >= bound)
			return tk_fail(err, TOK_E_RANGE, 0,
				       "id %d at place %zu of a row is not "
				       "below n_ids, %d", row->input_ids[i],
				       i, w->options.n_ids);
	return TOK_OK;
}

/* row_size of them counted, the shard has room. */
static tok_status add_row(tok_writer *w, const tok_row *row, size_t size)
{
	struct tk_frames *f = &w->frames;
	size_t n = (size_t)w->shard.rows;

	if (!tk_grow(w->options.alloc, (void **)&w->row_size, &w->cap_rows,
		     n + 1, sizeof(*w->row_size)))
		return TOK_E_MEMORY;
	if (tk_frames_open_size(f) + size > w->options.frame_size &&
	    tk_frames_cut(f))
		return TOK_E_MEMORY;
	uint8_t *p = tk_frames_room(f, size);
	if (!p)
		return TOK_E_MEMORY;
	tk_mds_encode(w->manifest.mds.wide, row, p);
	w->row_size[n] = (uint32_t)size;
	w->shard.rows++;
	w->shard.sequences += row->n_seqs;
	w->shard.tokens += row->n_ids;
	w->shard.raw_bytes += 4 + size;
	return TOK_OK;
}

static tok_status failed_before(const tok_writer *w, tok_error *err)
{
	return tk_fail(err, w->status, 0, "%s: writing failed before: %s",
		       dir_of(w), tok_status_text(w->status));
}

tok_status tok_writer_row(tok_writer *w, const tok_row *row, tok_error *err)
{
	if (w->status)
		return failed_before(w, err);
	if (w->finished)
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "%s: a row after the end", dir_of(w));
	tok_status st = check_row(w, row, err);
	if (st)
		return st;
	uint64_t size = tk_mds_row_size(w->manifest.mds.wide, row->n_ids,
					row->n_seqs);
	if (w->shard.rows &&
	    w->shard.raw_bytes + 4 + size > w->options.shard_size)
		st = close_shard(w, err);
	if (!st && add_row(w, row, (size_t)size))
		st = tk_fail_status(err, TOK_E_MEMORY, dir_of(w));
	w->status = st;
	return st;
}

static tok_status write_json(tok_writer *w, const char *name,
			     tok_status (*write)(const struct tk_manifest *m,
						 tok_buf *out),
			     tok_error *err)
{
	w->scratch.n = 0;
	tok_status st = write(&w->manifest, &w->scratch);
	if (st)
		return tk_fail_status(err, st, name);
	tok_bytes all = {w->scratch.p, w->scratch.n};
	return tk_stage_write(&w->stage, name, &all, 1, err);
}

static tok_status finish(tok_writer *w, const tok_ledger *ledger,
			 tok_error *err)
{
	struct tk_manifest *m = &w->manifest;
	tok_status st = w->shard.rows ? close_shard(w, err) : TOK_OK;

	if (st)
		return st;
	m->set.ledger = ledger ? *ledger
			       : (tok_ledger){.tokens_stored = m->set.tokens};
	if (ledger && (!tok_ledger_balanced(ledger) ||
		       ledger->tokens_stored != m->set.tokens))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "%s: the ledger does not balance, or is not "
			       "that of the %" PRIu64 " tokens written",
			       dir_of(w), m->set.tokens);
	st = write_json(w, TK_INDEX_NAME, tk_index_write, err);
	if (!st)
		st = write_json(w, TK_MANIFEST_NAME, tk_manifest_write, err);
	return st;
}

tok_status tok_writer_finish(tok_writer *w, const tok_ledger *ledger,
			     tok_error *err)
{
	if (w->status)
		return failed_before(w, err);
	if (w->finished)
		return TOK_OK;
	w->status = finish(w, ledger, err);
	w->finished = !w->status;
	return w->status;
}

tok_status tok_writer_close(tok_writer *w, const tok_ledger *ledger,
			    tok_dataset *dataset, tok_error *err)
{
	tok_status st = tok_writer_finish(w, ledger, err);

	if (!st)
		st = tk_stage_publish(&w->stage, err);
	if (!st && dataset) {
		*dataset = w->manifest.set;
		dataset->settings = NULL;
	}
	tok_writer_abort(w); /* what is published stays */
	return st;
}

void tok_writer_abort(tok_writer *w)
{
	if (!w)
		return;
	const tok_alloc *alloc = w->options.alloc;

	tk_stage_close(&w->stage);
	tk_frames_release(&w->frames);
	tk_frames_release(&w->header);
	tk_manifest_release(&w->manifest);
	tok_buf_release(&w->config);
	tok_buf_release(&w->scratch);
	tk_xxh64_free(w->hash);
	tk_free(alloc, w->row_size, w->cap_rows, sizeof(*w->row_size));
	tk_free(alloc, w, 1, sizeof(*w));
}
