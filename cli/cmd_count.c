/* SPDX-License-Identifier: Apache-2.0 */
/* tok count: documents in, how many ids each has out, in the same order. What
 * is encoded is counted and thrown away, batch by batch. */
#include <inttypes.h>

#include "commands.h"
#include "pipeline.h"
#include "report.h"

enum { FORMAT_TEXT, FORMAT_OBJECT }; /* in the order of formats */

static const char *const formats[] = {"text", "jsonl", NULL};

static const struct option_row rows[] = {
	OPTION_MODEL,
	TEXT("output", 'o', "FILE", output,
	     "write there and not to standard output"),
	OPTION_FORCE,
	CHOICE("format", 0, "text|jsonl", format, formats,
	       "how numbers are written (default: text)"),
	SWITCH("total", 0, total, "one number for all documents together"),
	OPTION_BOS,
	OPTION_ADD_SPECIAL,
	OPTION_EOS,
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_THREADS,
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads documents as encode does and writes for each how many ids "
	"encode would write, with what --bos, --eos and --add-special add; "
	"with --total, how many for all of them.\n"
	"text: a number, one line a document.\n"
	"jsonl: {\"tokens\":7}, one line a document; with --total "
	"{\"tokens\":19,\"documents\":2,\"bytes\":61}, the bytes being those "
	"of the documents.\n"
	"No ids are kept: memory does not grow with the input, save with the "
	"longest document of --jsonl or of a tokenizer.json.";

static void put_tally(const struct settings *s, struct output *out, uint64_t n)
{
	bool object = s->format == FORMAT_OBJECT;

	if (object)
		put_text(out, "{\"tokens\":");
	put_count(out, n);
	put_text(out, object ? "}\n" : "\n");
}

/* *n: ids of a document that goes on from batch to batch. */
static void put_batch(const struct settings *s, struct pipeline *p,
		      struct output *out, uint64_t *n)
{
	uint64_t begin = 0;

	for (size_t i = 0; i < p->feed.n; i++) {
		*n += p->end[i] - begin;
		begin = p->end[i];
		if (p->feed.goes_on)
			return;
		if (!s->total)
			put_tally(s, out, *n);
		*n = 0;
	}
}

static void put_total(const struct settings *s, const tok_ledger *l,
		      struct output *out)
{
	if (s->format == FORMAT_TEXT)
		put_tally(s, out, l->tokens_stored);
	else
		put_format(out, "{\"tokens\":%" PRIu64 ",\"documents\":%" PRIu64
				",\"bytes\":%" PRIu64 "}\n",
			   l->tokens_stored, l->documents, l->bytes_documents);
}

static tok_status count_all(const struct settings *s, struct pipeline *p,
			    struct output *out, tok_error *err)
{
	uint64_t n = 0;
	tok_status st;

	while (!(st = pipeline_next(p, err))) {
		put_batch(s, p, out, &n);
		st = output_flush(out, err);
		if (st)
			return st;
	}
	if (st != TOK_END)
		return st;
	/* In the books, what is counted has come to where it should. */
	p->ledger.tokens_stored =
		p->ledger.tokens_text + p->ledger.tokens_control;
	if (s->total)
		put_total(s, &p->ledger, out);
	return TOK_OK;
}

static int run(const struct settings *s)
{
	struct pipeline p;
	struct output out;
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = pipeline_open(&p, s, "count", &err);

	if (!st)
		st = output_open(&out, s->output, s->force, &err);
	if (!st) {
		st = count_all(s, &p, &out, &err);
		st = output_end(&out, st, &err);
	}
	progress_end(&p.progress);
	if (!st)
		report_books(s, "count", p.source, &p.ledger);
	int code = st ? say_failed(st, &err) : report_strict(s, &p.ledger);
	pipeline_close(&p);
	return code;
}

const struct command cmd_count = {
	.name = "count",
	.operands = "[INPUT...]",
	.summary = "how many ids text has",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = SIZE_MAX,
	.run = run,
};
