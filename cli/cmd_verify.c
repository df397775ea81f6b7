/* SPDX-License-Identifier: Apache-2.0 */
/* tok verify: is everything in a data set or a model as it was written? */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "commands.h"
#include "epochs.h"
#include "operands.h"
#include "progress.h"
#include "put_json.h"
#include "sniff.h"

static const struct option_row rows[] = {
	TEXT("model", 'm', "FILE", model,
	     "also check that this model made the data set"),
	OPTION_SP,
	SWITCH("json", 0, json, "write one JSON object for each"),
	OPTION_THREADS,
	OPTION_QUIET,
};

static const char about[] =
	"Reads all of a data set, with the one in DIR/val if there is one, "
	"or all epochs in DIR, and checks digests, sizes, every row, the totals, the ledger and "
	"the index; or checks a model file. Says what is there and ends with "
	"0, or says what is wrong first and ends with 3.\n"
	"Keys of --json: path, kind (model or dataset), ok; for a model "
	"n_ids and fingerprint; for a dataset rows, sequences, tokens, "
	"shards, raw_bytes and zip_bytes.";

/* Damage is what verify looks for; else the check itself failed. */
static int verdict(tok_status st, const tok_error *err)
{
	int code = say_failed(st, err);

	return st == TOK_E_CORRUPT || st == TOK_E_FORMAT ||
			       st == TOK_E_MISMATCH
		       ? EXIT_WRONG
		       : code;
}

static void put_verdict(struct output *out, const char *path,
			const char *kind, bool ok)
{
	put_text(out, "{\"path\":");
	put_json(out, tok_bytes_of(path));
	put_pair_text(out, "kind", kind);
	put_pair_bool(out, "ok", ok);
}

static void put_model(const struct settings *s, struct output *out,
		      const char *path, const tok_model *model)
{
	tok_digest digest = tok_model_fingerprint(model);
	char hex[33];

	tok_digest_hex(&digest, hex);
	if (!s->json) {
		put_text(out, path);
		put_format(out, ": good model, %" PRId32
				" ids, fingerprint %s\n",
			   tok_model_n_ids(model), hex);
		return;
	}
	put_verdict(out, path, "model", true);
	put_pair(out, "n_ids", (uint64_t)tok_model_n_ids(model));
	put_pair_text(out, "fingerprint", hex);
	put_text(out, "}\n");
}

static void put_dataset(const struct settings *s, struct output *out,
			const char *path, const tok_dataset *d)
{
	if (!s->json) {
		put_text(out, path);
		put_format(out, ": good data set, %" PRIu64 " rows, %" PRIu64
				" sequences, %" PRIu64 " tokens, %" PRIu64
				" shards, %" PRIu64 " bytes\n", d->rows,
			   d->sequences, d->tokens, d->shards, d->zip_bytes);
		return;
	}
	put_verdict(out, path, "dataset", true);
	put_pair(out, "rows", d->rows);
	put_pair(out, "sequences", d->sequences);
	put_pair(out, "tokens", d->tokens);
	put_pair(out, "shards", d->shards);
	put_pair(out, "raw_bytes", d->raw_bytes);
	put_pair(out, "zip_bytes", d->zip_bytes);
	put_text(out, "}\n");
}

static tok_status verify_model(const struct settings *s, struct output *out,
			       const char *path, tok_error *err)
{
	tok_model *model;
	tok_status st = operands_load(s, path, &model, err);

	if (!st)
		put_model(s, out, path, model);
	tok_model_free(model);
	return st;
}

/* With -m: the reader refuses what another model made. */
static tok_status check_made_by(const char *dir, const tok_model *model,
				tok_error *err)
{
	tok_digest made_by = tok_model_fingerprint(model);
	tok_reader *reader = NULL;
	tok_reader_options o;

	tok_reader_options_defaults(&o, sizeof(o));
	o.model = &made_by;
	tok_status st = tok_reader_open(dir, &o, &reader, err);
	tok_reader_close(reader);
	return st;
}

struct checking {
	const struct settings *s;
	tok_model *model;
	tok_pool *pool;
};

static int tick(void *ctx, const char *stage, uint64_t done, uint64_t total)
{
	progress_show(ctx, stage, done, total, done, 0);
	return 0;
}

static tok_status verify_dataset(const struct checking *c, struct output *out,
				 const char *dir, tok_error *err)
{
	struct progress progress;
	const tok_progress watch = {tick, &progress};
	tok_dataset counted;

	progress_begin(&progress, c->s);
	tok_status st = tok_verify(dir, c->pool, &watch, &counted, err);
	progress_end(&progress);
	if (!st && c->model)
		st = check_made_by(dir, c->model, err);
	if (!st)
		put_dataset(c->s, out, dir, &counted);
	return st;
}

static int verify_thing(const struct checking *c, struct output *out,
			const char *path, bool dataset)
{
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = dataset ? verify_dataset(c, out, path, &err)
				: verify_model(c->s, out, path, &err);

	if (!st)
		return EXIT_DONE;
	if (c->s->json) {
		put_verdict(out, path, dataset ? "dataset" : "model", false);
		put_pair_text(out, "error", err.text);
		put_text(out, "}\n");
	}
	return verdict(st, &err);
}

/* All that pack --epochs made, or began to make, in dir. */
static int verify_epochs(const struct checking *c, struct output *out,
			 const char *dir)
{
	struct epochs found;
	char path[MAX_PATH];
	tok_error err = {TOK_OK, 0, ""};
	int worst = EXIT_DONE;
	tok_status st = epochs_find(dir, &found, &err);

	for (size_t i = 0; !st && i < found.n; i++) {
		st = epochs_path(dir, found.number[i], path, &err);
		int code = st ? EXIT_DONE : verify_thing(c, out, path, true);

		if (code > worst)
			worst = code;
	}
	epochs_release(&found);
	return st ? say_failed(st, &err) : worst;
}

/* What a name on the command line stands for, DIR/val with DIR. */
static int verify_one(const struct checking *c, struct output *out,
		      const char *path)
{
	char val[MAX_PATH];
	struct stat info;
	bool dir = !stat(path, &info) && S_ISDIR(info.st_mode);
	int code = dir && sniff(path) == THING_EPOCHS
			   ? verify_epochs(c, out, path)
			   : verify_thing(c, out, path, dir);
	int n = snprintf(val, sizeof(val), "%s/val", path);

	if (code || !dir || n < 0 || (size_t)n >= sizeof(val) ||
	    sniff(val) != THING_DATASET)
		return code;
	return verify_thing(c, out, val, true);
}

static int run(const struct settings *s)
{
	struct checking c = {.s = s};
	struct output out;
	tok_error err = {TOK_OK, 0, ""};
	int worst = EXIT_DONE;

	tok_status st = tok_pool_new((unsigned)s->threads, NULL, &c.pool);
	if (!st && s->model)
		st = operands_load(s, s->model, &c.model, &err);
	if (!st)
		st = output_open(&out, NULL, false, &err);
	for (size_t i = 0; !st && i < s->n_inputs; i++) {
		int code = verify_one(&c, &out, s->input[i]);

		if (code > worst)
			worst = code;
		st = output_flush(&out, &err);
	}
	if (!st)
		st = output_end(&out, st, &err);
	if (st && st != TOK_END)
		worst = say_failed(st, &err);
	tok_pool_free(c.pool);
	tok_model_free(c.model);
	return worst;
}

const struct command cmd_verify = {
	.name = "verify",
	.operands = "DIR|MODEL...",
	.summary = "check a data set or a model, all of it",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = SIZE_MAX,
	.run = run,
};
