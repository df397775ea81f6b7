/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents to one data set: a packer, a writer, and the books between them.
 * The ledger given to the writer balances, or it does not close.
 */
#include "sink.h"

#include <inttypes.h>

#include "report.h"
#include "settings_json.h"

static tok_status open_packer(struct sink *sink, const struct settings *s,
			      tok_error *err)
{
	tok_pack_options pack;

	tok_pack_options_defaults(&pack, sizeof(pack));
	pack.row_len = (uint32_t)s->row_len;
	pack.method = (tok_method)s->method;
	pack.over_long = (tok_over_long)s->over_long;
	pack.open_rows = (uint32_t)s->open_rows;
	tok_status st = tok_packer_new(&pack, &sink->packer);
	if (st)
		return fail(err, st, "the packer: %s", tok_status_text(st));
	return TOK_OK;
}

tok_status sink_open(struct sink *sink, const char *dir,
		     const struct settings *s, const struct pipeline *pipe,
		     tok_error *err)
{
	char settings[MAX_SETTINGS];
	tok_writer_options write;
	tok_digest made_by;

	*sink = (struct sink){.dir = dir};
	tok_status st = settings_json(s, settings, err);
	if (!st)
		st = open_packer(sink, s, err);
	if (st)
		return st;
	tok_writer_options_defaults(&write, sizeof(write));
	write.n_ids = pipe->n_ids;
	write.row_len = (uint32_t)s->row_len;
	write.level = (int)s->level;
	write.shard_size = (uint32_t)s->shard_size;
	write.replace = s->force;
	write.settings = settings;
	if (pipe->model) {
		made_by = tok_model_fingerprint(pipe->model);
		write.model = &made_by;
	}
	return tok_writer_open(dir, &write, pipe->pool, &sink->writer, err);
}

static tok_status fail_packing(tok_status st, tok_error *err)
{
	return fail(err, st, "packing: %s", tok_status_text(st));
}

static tok_status move_rows(struct sink *sink, tok_error *err)
{
	tok_row row;
	tok_status st;

	while (!(st = tok_packer_next(sink->packer, &row))) {
		st = tok_writer_row(sink->writer, &row, err);
		if (st)
			return st;
	}
	return st == TOK_END ? TOK_OK : fail_packing(st, err);
}

tok_status sink_add(struct sink *sink, const struct settings *s,
		    const struct pipeline *pipe, size_t i, tok_error *err)
{
	uint64_t begin = i ? pipe->end[i - 1] : 0;
	uint64_t n = pipe->end[i] - begin;
	const struct feed_place *at = &pipe->feed.place[i];
	bool part = pipe->feed.continues || pipe->feed.goes_on;
	tok_status st = tok_packer_add_part(sink->packer,
					    n ? pipe->id + begin : NULL,
					    (size_t)n, pipe->feed.first + i,
					    pipe->feed.goes_on);

	if (st == TOK_E_LIMIT)
		return fail(err, st,
			    "%s: line %" PRIu64 ": the document has %s%" PRIu64
			    " tokens and a row holds %" PRIu64
			    "; choose --over-long split, truncate or drop",
			    at->path, at->line,
			    part ? "more than " : "", part ? s->row_len : n,
			    s->row_len);
	return st ? fail_packing(st, err) : move_rows(sink, err);
}

tok_status sink_end_rows(struct sink *sink, tok_error *err)
{
	tok_status st = tok_packer_finish(sink->packer);
	tok_ledger packed = {0};

	if (st)
		return fail_packing(st, err);
	st = move_rows(sink, err);
	tok_packer_ledger(sink->packer, &packed);
	tok_ledger_add(&sink->ledger, &packed);
	return st;
}

tok_status sink_finish(struct sink *sink, tok_error *err)
{
	return tok_writer_finish(sink->writer, &sink->ledger, err);
}

tok_status sink_close(struct sink *sink, tok_error *err)
{
	tok_status st = tok_writer_close(sink->writer, NULL, &sink->made, err);

	sink->writer = NULL;
	return st;
}

void sink_release(struct sink *sink)
{
	tok_writer_abort(sink->writer);
	tok_packer_free(sink->packer);
	*sink = (struct sink){0};
}

void sink_say_made(const struct sink *sink, const struct settings *s)
{
	const tok_dataset *d = &sink->made;

	say_note(s, "%s: %" PRIu64 " rows, %" PRIu64 " sequences, %" PRIu64
		    " tokens, %.2f%% full, %" PRIu64 " shards, %" PRIu64
		    " bytes",
		 sink->dir, d->rows, d->sequences, d->tokens,
		 100 * dataset_fill(d), d->shards, d->zip_bytes);
}
