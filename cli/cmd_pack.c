/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok pack: text (or ids) to rows in shards, in one pass, or in one an epoch. A
 * document goes to the main data set or, by the hash of its bytes, to the one
 * in DIR/val; each has its own packer, writer and books, and both balance.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "commands.h"
#include "place.h"
#include "report.h"
#include "sink.h"
#include "space.h"
#include "stop.h"

#define MAX_EPOCHS 65536

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
	OPTION_BOS,
	OPTION_ADD_SPECIAL,
	OPTION_EOS,
	OPTION_SAMPLE("", ""),
	OPTION_DOC_OFFSET,
	COUNT("epochs", 0, epochs, 1, MAX_EPOCHS,
	      "make N data sets, DIR/epoch-0, DIR/epoch-1, ..., each with its "
	      "own draw, and read the inputs once for each; the first is the "
	      "epoch of --sample"),
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
	"With --epochs, DIR holds a data set an epoch, and what --val sets "
	"aside, once, in DIR/val. Each is published when it is whole: those "
	"that are there stay if a later one fails, and are what a run of "
	"their own with that epoch would make.\n"
	"What is written depends on inputs and options alone.";

struct packing {
	struct settings s; /* of the epoch being made: its sample.epoch */
	struct pipeline pipe;
	struct place place;
	struct sink main, val;
	uint64_t n_done;   /* passes over the inputs */
	tok_ledger first;  /* what the first pass read */
	tok_ledger all;    /* the books of all data sets */
	char stage[40];
};

static int check_epochs(const struct settings *s)
{
	if (s->epochs && !s->sample.on)
		return say_misused("pack: --epochs needs --sample alpha=A: "
				   "without a draw all epochs would be equal");
	if (s->epochs && (isinf(s->sample.alpha) || !(s->sample.p > 0) ||
			  s->sample.nbest == 1))
		return say_misused("pack: --epochs would make all epochs "
				   "equal: with alpha=inf, p=0 or nbest=1 "
				   "nothing is drawn");
	if (s->epochs && s->sample.epoch > UINT64_MAX - s->epochs)
		return say_misused("pack: --epochs counts on from the epoch of "
				   "--sample, which is too large for that");
	return EXIT_DONE;
}

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
	if (s->sample.wor)
		return say_misused("pack: wor= makes several segmentations of "
				   "a document; a data set an epoch "
				   "(--epochs) is another draw each");
	return check_epochs(s);
}

/* Asked before anything is read or written. */
static tok_status check_twice(const struct packing *k, tok_error *err)
{
	tok_error why = {TOK_OK, 0, ""};

	if (k->s.epochs < 2 || !tok_source_rewind(k->pipe.source, &why))
		return TOK_OK;
	return fail(err, why.code, "--epochs reads the inputs once for each "
				   "epoch: %s", why.text);
}

/* Shards are about as large as the text is compressed. */
static tok_status check_space(const struct packing *k, tok_error *err)
{
	uint64_t done, total, passes = k->s.epochs ? k->s.epochs : 1;

	tok_source_progress(k->pipe.source, &done, &total);
	uint64_t need = total / 2;
	need = need > UINT64_MAX / passes ? UINT64_MAX : need * passes;
	return space_check(&k->s, k->s.output, need, err);
}

static tok_status open_all(struct packing *k, tok_error *err)
{
	tok_status st = pipeline_open(&k->pipe, &k->s, k->stage, err);

	if (!st)
		st = check_twice(k, err);
	if (!st)
		st = place_check(&k->place, &k->s, k->pipe.model, err);
	if (!st)
		st = check_space(k, err);
	stop_catch();
	return st ? st : place_make(&k->place, &k->s, err);
}

/* The validation set is made once, in the first pass, and is not drawn: it is
 * the same whatever --sample says. */
static tok_status open_sinks(struct packing *k, tok_error *err)
{
	struct settings plain = k->s;
	tok_status st = place_next(&k->place, &k->s, err);

	plain.sample.on = false;
	if (!st)
		st = sink_open(&k->main, k->place.main, &k->s, &k->pipe, err);
	if (!st && k->s.val > 0 && !k->n_done)
		st = sink_open(&k->val, k->place.val, &plain, &k->pipe, err);
	return st;
}

/* Books of what goes to val; the rest of all is that of main. */
static void note_val(struct packing *k, size_t i)
{
	tok_ledger *l = &k->val.ledger;
	uint64_t size = k->pipe.feed.doc[i].n;
	uint64_t begin = i ? k->pipe.end[i - 1] : 0;

	l->bytes_in += size;
	l->bytes_documents += size;
	l->documents++;
	l->documents_empty += !size;
	l->tokens_control += k->pipe.n_controls;
	l->tokens_text += k->pipe.end[i] - begin - k->pipe.n_controls;
}

static tok_status add_document(struct packing *k, size_t i, tok_error *err)
{
	if (!k->pipe.val || !k->pipe.val[i])
		return sink_add(&k->main, &k->s, &k->pipe, i, err);
	note_val(k, i);
	if (!k->val.writer)
		return TOK_OK; /* in an earlier pass */
	return sink_add(&k->val, &k->s, &k->pipe, i, err);
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

/* Files may be written to while they are read again. */
static tok_status check_same(struct packing *k, tok_error *err)
{
	const tok_ledger *now = &k->pipe.ledger, *first = &k->first;

	if (!k->n_done)
		k->first = *now;
	if (now->bytes_in != first->bytes_in ||
	    now->bytes_documents != first->bytes_documents ||
	    now->documents != first->documents)
		return fail(err, TOK_E_MISMATCH,
			    "the inputs have changed since the first epoch: "
			    "%" PRIu64 " bytes then and %" PRIu64 " now",
			    first->bytes_in, now->bytes_in);
	return TOK_OK;
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

static tok_status end_rows(struct packing *k, tok_error *err)
{
	bool val = k->val.writer != NULL;
	tok_status st;

	split_books(k);
	st = sink_end_rows(&k->main, err);
	if (!st && val)
		st = sink_end_rows(&k->val, err);
	if (!st && !k->main.ledger.tokens_stored)
		return fail(err, TOK_E_ARGUMENT,
			    "%s: there is no token to store; look at the "
			    "inputs%s", k->main.dir,
			    k->s.val > 0 ? " or choose a smaller --val" : "");
	if (!st && val && !k->val.ledger.tokens_stored)
		return fail(err, TOK_E_ARGUMENT,
			    "%s: no document fell to the validation set; "
			    "choose a larger --val, or none", k->val.dir);
	return st;
}

/* Nothing is published before all is written; then val first: where the main
 * data set is, all is. */
static tok_status close_sinks(struct packing *k, tok_error *err)
{
	tok_status st = end_rows(k, err);
	bool val = k->val.writer != NULL;

	if (!st && val)
		st = sink_finish(&k->val, err);
	if (!st)
		st = sink_finish(&k->main, err);
	if (!st && val)
		st = sink_close(&k->val, err);
	if (!st)
		st = sink_close(&k->main, err);
	return st;
}

/* The validation set is in the books of the pass that made it. */
static void report_pass(struct packing *k)
{
	bool first = !k->n_done;
	tok_ledger books = k->main.ledger;
	const char *less = !first && k->s.val > 0 ? ", less val" : "";
	char name[64];

	(void)snprintf(name, sizeof(name), "%s%s", k->stage, less);
	sink_say_made(&k->main, &k->s);
	if (first && k->s.val > 0) {
		tok_ledger_add(&books, &k->val.ledger);
		sink_say_made(&k->val, &k->s);
	}
	report_books(&k->s, name, first ? k->pipe.source : NULL, &books);
	tok_ledger_add(&k->all, &books);
}

/* One pass over the inputs: one epoch, or all there is to do. */
static tok_status pack_pass(struct packing *k, tok_error *err)
{
	tok_status st = TOK_OK;

	if (k->s.epochs)
		(void)snprintf(k->stage, sizeof(k->stage),
			       "pack epoch-%" PRIu64, k->s.sample.epoch);
	if (k->n_done)
		st = pipeline_again(&k->pipe, err);
	if (!st)
		st = open_sinks(k, err);
	if (!st)
		st = pack_all(k, err);
	if (!st)
		st = check_same(k, err);
	if (!st)
		st = close_sinks(k, err);
	progress_end(&k->pipe.progress);
	if (!st)
		report_pass(k);
	sink_release(&k->val);
	sink_release(&k->main);
	return st;
}

static tok_status pack_epochs(struct packing *k, tok_error *err)
{
	uint64_t passes = k->s.epochs ? k->s.epochs : 1;
	tok_status st = TOK_OK;

	while (!st && k->n_done < passes) {
		st = pack_pass(k, err);
		if (!st && ++k->n_done < passes)
			k->s.sample.epoch++;
	}
	return st;
}

/* An epoch failed; those before it are whole, and hours of work. */
static void tell_what_is_left(const struct packing *k, tok_status st,
			      tok_error *err)
{
	const tok_error why = *err;

	if (k->n_done)
		(void)fail(err, st,
			   "%.500s; what was made before %.200s stays, and "
			   "--epochs %" PRIu64 "%s with epoch=%" PRIu64
			   " in --sample makes the rest",
			   why.code ? why.text : tok_status_text(st),
			   k->place.main, k->s.epochs - k->n_done,
			   k->s.val > 0 ? " -f" : "", k->s.sample.epoch);
}

static int run(const struct settings *s)
{
	struct packing k = {.s = *s, .stage = "pack"};
	tok_error err = {TOK_OK, 0, ""};
	int code = check_options(s);

	if (code)
		return code;
	tok_status st = open_all(&k, &err);
	if (!st)
		st = pack_epochs(&k, &err);
	if (st) {
		tell_what_is_left(&k, st, &err);
		place_unmake(&k.place, s);
	}
	code = st ? say_failed(st, &err) : report_strict(s, &k.all);
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
