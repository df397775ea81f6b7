/* SPDX-License-Identifier: Apache-2.0 */
/* tok train: a corpus becomes a model file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "commands.h"
#include "operands.h"
#include "progress.h"
#include "report.h"
#include "space.h"
#include "stop.h"

/* Of a model file, about: pieces, scores and the trie. */
#define BYTES_PER_ID 64

static const char *const splits[] = {"none", "space", "word", NULL};
static const char *const forms[] = {"none", "nfc", "nfkc", "nfkc_casefold",
				    NULL};

static const struct option_row rows[] = {
	TEXT("output", 'o', "FILE", output,
	     "the model to write (default: model.tok)"),
	OPTION_FORCE,
	COUNT("vocab-size", 0, vocab_size, 256, INT32_MAX,
	      "ids of the model: bytes, pieces and controls (default: 32000)"),
	CHOICE("split", 0, "none|space|word", split, splits,
	       "what no piece reaches across: line ends, also blanks, or also "
	       "words as Unicode sees them (default: none)"),
	CHOICE("normalize", 0, "none|nfc|nfkc|nfkc_casefold", normalize,
	       forms, "Unicode form to bring text into; anything but none "
	       "loses the original (default: none)"),
	VALUE("special", 0, "[ROLE=]NAME", special, parse_special,
	      "a control id, such as eos='<|endoftext|>'; may be given many "
	      "times"),
	COUNT("pad-vocab", 0, pad_vocab, 1, 1 << 20,
	      "round the number of ids up to a multiple of N (default: 1)"),
	COUNT("max-piece", 0, max_piece, 2, 255,
	      "bytes of a piece at most (default: 48)"),
	SIZE("memory", 0, memory, 1, UINT64_MAX,
	     "memory that training may hold (default: 2G)"),
	COUNT("seed", 0, seed, 0, UINT64_MAX,
	      "chooses the sample if the text does not fit the memory"),
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_THREADS,
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Learns a Unigram model over bytes from text. All 256 bytes are "
	"always in it, so that any text can be encoded. The same documents "
	"and options give the same file, whatever their order and the number "
	"of threads.\n"
	"Text never yields a control id, also where it holds the name.";

/* What saving would say, now and not after an hour's training. */
static tok_status check_output(const struct settings *s, const char *path,
			       uint64_t n_ids, tok_error *err)
{
	tok_outfile *probe;
	struct stat info;

	/* A pipe would be gone for its reader after a first opening. */
	if (!stat(path, &info) && !S_ISREG(info.st_mode) &&
	    !S_ISDIR(info.st_mode))
		return TOK_OK;
	tok_status st = tok_outfile_open(path, s->force, NULL, &probe, err);
	if (st)
		return st;
	tok_outfile_abort(probe);
	return space_check(s, path, n_ids * BYTES_PER_ID, err);
}

struct training {
	tok_source *source;
	tok_pool *pool;
	tok_model *model;
	tok_train_report report;
	struct progress progress;
};

static int tick(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
	struct training *t = ctx;
	tok_ledger read = {0};

	/* only the first stage reads */
	if (!strcmp(stage, "count"))
		tok_source_ledger(t->source, &read);
	progress_show(&t->progress, stage, done, total, read.bytes_in, 0);
	return 0;
}

static tok_status train(struct training *t, const struct settings *s,
			const char *path, tok_error *err)
{
	const tok_progress watch = {tick, t};
	tok_train_options o;

	tok_train_options_defaults(&o, sizeof(o));
	if (s->vocab_size)
		o.vocab_size = (uint32_t)s->vocab_size;
	o.pad_vocab = (uint32_t)s->pad_vocab;
	o.max_piece = (uint32_t)s->max_piece;
	o.split = (tok_split)s->split;
	o.normalize = (tok_normalize)s->normalize;
	o.control = s->special;
	o.n_controls = s->n_specials;
	o.memory = s->memory;
	o.seed = s->seed;

	tok_status st = check_output(s, path, o.vocab_size, err);
	if (!st)
		st = operands_open(s, NULL, 0, &t->source, err);
	if (st)
		return st;
	st = tok_pool_new((unsigned)s->threads, NULL, &t->pool);
	if (st)
		return fail(err, st, "the threads: %s", tok_status_text(st));
	return tok_train(t->source, &o, t->pool, &watch, &t->model,
			 &t->report, err);
}

static void say_sampled(const struct settings *s, const tok_ledger *l)
{
	uint64_t out = l->bytes_skipped[TOK_SKIP_SAMPLED];

	if (out)
		say_note(s, "trained on a sample, %.0f%% of the text, to stay "
			    "within --memory; more memory takes more of it",
			 100.0 * (double)l->bytes_documents /
				 (double)(l->bytes_documents + out));
}

static void say_made(const struct settings *s, const char *path,
		     const struct training *t)
{
	const tok_train_report *r = &t->report;
	double per_token = r->tokens ? (double)r->bytes / (double)r->tokens
				     : 0;

	if (r->vocab_size < r->vocab_size_asked)
		say_note(s, "this text supports a vocabulary of %" PRIu32
			    ", not the %" PRIu32
			    " asked for; give more text or --vocab-size %"
			    PRIu32, r->vocab_size, r->vocab_size_asked,
			 r->vocab_size);
	say_sampled(s, &r->ledger);
	say_note(s, "%s: %" PRId32 " ids, %.3f bytes/token on %" PRIu64
		    " bytes, %.1f seconds", path,
		 tok_model_n_ids(t->model), per_token, r->bytes,
		 progress_seconds(&t->progress));
}

static int report(const struct settings *s, const char *path,
		  const struct training *t)
{
	say_made(s, path, t);
	report_books(s, "train", t->source, &t->report.ledger);
	return report_strict(s, &t->report.ledger);
}

static int run(const struct settings *s)
{
	const char *path = s->output ? s->output : "model.tok";
	struct training t = {0};
	tok_error err = {TOK_OK, 0, ""};

	progress_begin(&t.progress, s);
	tok_status st = train(&t, s, path, &err);
	/* Until here nothing lies on the disk; a save is short, and ends. */
	stop_catch();
	if (!st)
		st = tok_model_save(t.model, path, s->force, &err);
	progress_end(&t.progress);
	int code = st ? say_failed(st, &err) : report(s, path, &t);
	tok_model_free(t.model);
	tok_pool_free(t.pool);
	tok_source_close(t.source);
	return code;
}

const struct command cmd_train = {
	.name = "train",
	.operands = "INPUT...",
	.summary = "text to a model",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = SIZE_MAX,
	.run = run,
};
