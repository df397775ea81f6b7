/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok pack: text (or ids) to rows in shards, in one pass. A document goes to
 * the main data set or, by the hash of its bytes, to the one in DIR/val; each
 * has its own packer, writer and books, and both balance.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "pipeline.h"
#include "report.h"
#include "settings_json.h"
#include "sniff.h"
#include "space.h"
#include "stop.h"

#define MAX_PATH 4096

static const char *const methods[] = {"best-fit", "next-fit", "wrap", NULL};
static const char *const policies[] = {"split", "truncate", "drop", "error",
				       NULL};

static const struct option_row rows[] = {
	OPTION_MODEL,
	TEXT("output", 'o', "DIR", output, "the data set to make (required)"),
	SWITCH("force", 'f', force,
	       "replace a data set that exists, which stays until the new one "
	       "is whole"),
	COUNT("row-len", 0, row_len, 1, INT32_MAX,
	      "tokens a row holds at most (default: 2048)"),
	CHOICE("method", 0, "best-fit|next-fit|wrap", method, methods,
	       "how documents are put into rows (default: best-fit)"),
	CHOICE("over-long", 0, "split|truncate|drop|error", over_long,
	       policies,
	       "what becomes of a document longer than a row (default: split)"),
	COUNT("open-rows", 0, open_rows, 1, 1 << 20,
	      "rows that best-fit chooses from (default: 64)"),
	SWITCH("bos", 0, bos, "the bos control before each document"),
	SWITCH("add-special", 0, add_special,
	       "what a tokenizer.json's post-processor adds to a document"),
	SWITCH("eos", 0, eos, "the eos control after each document"),
	OPTION_SAMPLE,
	OPTION_DOC_OFFSET,
	VALUE("val", 0, "SHARE", val, parse_share,
	      "send this share of the documents, chosen by the hash of their "
	      "content, to DIR/val; they have their best segmentation, also "
	      "with --sample"),
	SWITCH("ids", 0, ids,
	       "documents are ids separated by spaces, not text"),
	COUNT("vocab-size", 0, vocab_size, 1, INT32_MAX,
	      "with --ids: every id is below N"),
	COUNT("level", 0, level, 1, 22, "of zstd (default: 3)"),
	SIZE("shard-size", 0, shard_size, 1 << 16, UINT32_MAX,
	     "unpacked bytes of a shard at most (default: 64M)"),
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_THREADS,
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Encodes documents and packs their ids into rows, and writes the rows "
	"as MDS shards (zstd) with index.json and the manifest tok.json. Rows "
	"hold only real tokens and the lengths of their documents: no padding "
	"and, unless --bos or --eos asks, no control id.\n"
	"best-fit puts a document where the least room is left and keeps "
	"documents whole; next-fit keeps their order; wrap fills every row "
	"and cuts documents where a row ends.\n"
	"What is written depends on inputs and options alone.";

/* One data set that is being made. */
struct sink {
	const char *dir;
	tok_packer *packer;
	tok_writer *writer;
	tok_ledger ledger;
	tok_dataset made;
};

struct packing {
	const struct settings *s;
	struct pipeline pipe;
	struct sink main, val;
	char val_dir[MAX_PATH];
	char settings[MAX_SETTINGS];
};

static int check_options(const struct settings *s)
{
	if (!s->output)
		return say_misused("pack: name the data set to make with -o "
				   "DIR");
	if (s->ids && !s->vocab_size)
		return say_misused("pack: --ids needs --vocab-size N, the "
				   "number of ids there are");
	if (!s->ids && s->vocab_size)
		return say_misused("pack: --vocab-size belongs to --ids; with "
				   "text the model knows it");
	if (s->ids && (s->model || s->sample.on || s->bos || s->eos ||
		       s->add_special))
		return say_misused("pack: --ids takes the ids as they are: "
				   "no --model, --sample, --bos, --eos or "
				   "--add-special");
	return EXIT_DONE;
}

static tok_status sink_open(struct packing *k, struct sink *sink,
			    const char *dir, tok_error *err)
{
	const struct settings *s = k->s;
	tok_pack_options pack;
	tok_writer_options write;
	tok_digest made_by;

	sink->dir = dir;
	tok_pack_options_defaults(&pack, sizeof(pack));
	pack.row_len = (uint32_t)s->row_len;
	pack.method = (tok_method)s->method;
	pack.over_long = (tok_over_long)s->over_long;
	pack.open_rows = (uint32_t)s->open_rows;
	tok_status st = tok_packer_new(&pack, &sink->packer);
	if (st)
		return fail(err, st, "the packer: %s", tok_status_text(st));

	tok_writer_options_defaults(&write, sizeof(write));
	write.n_ids = k->pipe.n_ids;
	write.row_len = (uint32_t)s->row_len;
	write.level = (int)s->level;
	write.shard_size = (uint32_t)s->shard_size;
	write.replace = s->force;
	write.settings = k->settings;
	if (k->pipe.model) {
		made_by = tok_model_fingerprint(k->pipe.model);
		write.model = &made_by;
	}
	return tok_writer_open(dir, &write, k->pipe.pool, &sink->writer, err);
}

/* A validation set of an earlier run would belong to other training data. */
static tok_status check_val(struct packing *k, tok_error *err)
{
	int n = snprintf(k->val_dir, sizeof(k->val_dir), "%s/val",
			 k->s->output);

	if (n < 0 || (size_t)n >= sizeof(k->val_dir))
		return fail(err, TOK_E_ARGUMENT, "%s: the name is too long",
			    k->s->output);
	if (!(k->s->val > 0) && sniff(k->val_dir) == THING_DATASET)
		return fail(err, TOK_E_EXISTS,
			    "%s: holds the validation set of an earlier run; "
			    "remove it, or pack with --val", k->val_dir);
	return TOK_OK;
}

static tok_status open_all(struct packing *k, tok_error *err)
{
	const struct settings *s = k->s;
	uint64_t done, total;

	tok_status st = pipeline_open(&k->pipe, s, "pack", err);
	if (!st)
		st = settings_json(s, k->settings, err);
	if (!st)
		st = check_val(k, err);
	if (st)
		return st;
	/* Shards are about as large as the text is compressed. */
	tok_source_progress(k->pipe.source, &done, &total);
	st = space_check(s, s->output, total / 2, err);
	stop_catch();
	if (!st)
		st = sink_open(k, &k->main, s->output, err);
	if (!st && s->val > 0)
		st = sink_open(k, &k->val, k->val_dir, err);
	return st;
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
	if (st != TOK_END)
		return fail(err, st, "packing: %s", tok_status_text(st));
	return TOK_OK;
}

/* The sink of document i of the batch. */
static struct sink *choose(struct packing *k, size_t i)
{
	return k->pipe.val && k->pipe.val[i] ? &k->val : &k->main;
}

/* Books of what goes to val; the rest of all is that of main. */
static void note_val(struct packing *k, size_t i, uint64_t n_ids)
{
	tok_ledger *l = &k->val.ledger;
	uint64_t size = k->pipe.feed.doc[i].n;

	l->bytes_in += size;
	l->bytes_documents += size;
	l->documents++;
	l->documents_empty += !size;
	l->tokens_control += k->pipe.n_controls;
	l->tokens_text += n_ids - k->pipe.n_controls;
}

static tok_status add_document(struct packing *k, size_t i, tok_error *err)
{
	struct sink *sink = choose(k, i);
	uint64_t begin = i ? k->pipe.end[i - 1] : 0;
	uint64_t n = k->pipe.end[i] - begin;
	const struct feed_place *at = &k->pipe.feed.place[i];

	if (sink == &k->val)
		note_val(k, i, n);
	tok_status st = tok_packer_add(sink->packer,
				       n ? k->pipe.id + begin : NULL,
				       (size_t)n, k->pipe.feed.first + i);
	if (st == TOK_E_LIMIT)
		return fail(err, st,
			    "%s: line %" PRIu64 ": the document has %" PRIu64
			    " tokens and a row holds %" PRIu64
			    "; choose --over-long split, truncate or drop",
			    at->path, at->line, n, k->s->row_len);
	if (st)
		return fail(err, st, "packing: %s", tok_status_text(st));
	return move_rows(sink, err);
}

static tok_status pack_all(struct packing *k, tok_error *err)
{
	tok_status st;

	while (!(st = pipeline_next(&k->pipe, err))) {
		for (size_t i = 0; !st && i < k->pipe.feed.n; i++)
			st = add_document(k, i, err);
		if (st)
			return st;
	}
	return st == TOK_END ? TOK_OK : st;
}

static void add_packed(struct sink *sink)
{
	tok_ledger packed = {0};

	tok_packer_ledger(sink->packer, &packed);
	tok_ledger_add(&sink->ledger, &packed);
}

static tok_status finish_rows(struct sink *sink, tok_error *err)
{
	tok_status st = tok_packer_finish(sink->packer);

	if (st)
		return fail(err, st, "packing: %s", tok_status_text(st));
	st = move_rows(sink, err);
	add_packed(sink);
	return st;
}

/* main is all less val: separators and skipped lines are counted there. */
static void split_books(struct packing *k)
{
	tok_ledger *all = &k->pipe.ledger, *val = &k->val.ledger;

	k->main.ledger = *all;
	k->main.ledger.bytes_in -= val->bytes_in;
	k->main.ledger.bytes_documents -= val->bytes_documents;
	k->main.ledger.documents -= val->documents;
	k->main.ledger.documents_empty -= val->documents_empty;
	k->main.ledger.tokens_text -= val->tokens_text;
	k->main.ledger.tokens_control -= val->tokens_control;
}

static tok_status sink_close(struct sink *sink, tok_error *err)
{
	tok_status st = tok_writer_close(sink->writer, NULL, &sink->made, err);

	sink->writer = NULL;
	return st;
}

/* Nothing is published before all is written; then val first: where the main
 * data set is, all is. */
static tok_status close_all(struct packing *k, tok_error *err)
{
	split_books(k);
	tok_status st = finish_rows(&k->main, err);

	if (!st && k->val.writer)
		st = finish_rows(&k->val, err);
	if (!st && !k->main.ledger.tokens_stored)
		return fail(err, TOK_E_ARGUMENT,
			    "%s: there is no token to store; look at the "
			    "inputs%s", k->s->output,
			    k->s->val > 0 ? " or choose a smaller --val" : "");
	if (!st && k->val.writer && !k->val.ledger.tokens_stored)
		return fail(err, TOK_E_ARGUMENT,
			    "%s: no document fell to the validation set; "
			    "choose a larger --val, or none", k->val_dir);
	if (!st && k->val.writer)
		st = tok_writer_finish(k->val.writer, &k->val.ledger, err);
	if (!st)
		st = tok_writer_finish(k->main.writer, &k->main.ledger, err);
	if (!st && k->val.writer)
		st = sink_close(&k->val, err);
	if (!st)
		st = sink_close(&k->main, err);
	return st;
}

static void say_made(const struct settings *s, const struct sink *sink)
{
	const tok_dataset *d = &sink->made;

	say_note(s, "%s: %" PRIu64 " rows, %" PRIu64 " sequences, %" PRIu64
		    " tokens, %.2f%% full, %" PRIu64 " shards, %" PRIu64
		    " bytes",
		 sink->dir, d->rows, d->sequences, d->tokens,
		 100 * dataset_fill(d), d->shards, d->zip_bytes);
}

static int report(struct packing *k)
{
	tok_ledger all = k->main.ledger;

	tok_ledger_add(&all, &k->val.ledger);
	say_made(k->s, &k->main);
	if (k->s->val > 0)
		say_made(k->s, &k->val);
	report_books(k->s, "pack", k->pipe.source, &all);
	return report_strict(k->s, &all);
}

static int run(const struct settings *s)
{
	struct packing k = {.s = s};
	tok_error err = {TOK_OK, 0, ""};
	int code = check_options(s);

	if (code)
		return code;
	tok_status st = open_all(&k, &err);
	if (!st)
		st = pack_all(&k, &err);
	if (!st)
		st = close_all(&k, &err);
	progress_end(&k.pipe.progress);
	code = st ? say_failed(st, &err) : report(&k);
	tok_writer_abort(k.val.writer);
	tok_writer_abort(k.main.writer);
	tok_packer_free(k.val.packer);
	tok_packer_free(k.main.packer);
	pipeline_close(&k.pipe);
	return code;
}

const struct command cmd_pack = {
	.name = "pack",
	.operands = "INPUT... -o DIR",
	.summary = "text to packed rows in checked, compressed shards",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = SIZE_MAX,
	.run = run,
};
