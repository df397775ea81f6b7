/* SPDX-License-Identifier: Apache-2.0 */
/* tok bench: how fast a model is on a text. In: documents, which are held in
 * memory. Out: times. No time decides what is written beside the times. */
#include <inttypes.h>

#include "bench.h"
#include "commands.h"
#include "operands.h"
#include "pipeline.h"
#include "report.h"

static const struct option_row rows[] = {
	OPTION_MODEL,
	COUNT("repeats", 0, repeats, 1, BENCH_MAX_REPEATS,
	      "how often all is measured; the medians are written (default: "
	      "5)"),
	SWITCH("json", 0, json, "write one JSON object"),
	OPTION_BOS,
	OPTION_ADD_SPECIAL,
	OPTION_EOS,
	OPTION_SAMPLE("", ". bench measures this beside the best"),
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	COUNT("threads", 't', threads, 0, 1024,
	      "worker threads of the second row (default: one a processor)"),
	OPTION_STRICT,
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads documents as encode does, holds them in memory and measures "
	"there, disk and output left out: how long the model takes to load; "
	"how many MB (10^6 bytes) of text become ids in a second, on one "
	"thread and on all, the first time that an encoder sees them and "
	"again, once its cache knows their words; how long a call for the "
	"first 40 bytes of the text takes, again and again; and the most "
	"memory that all of this took, the text and its ids among it.\n"
	"--json: {\"model\", \"n_ids\", \"load_ms\", \"documents\", "
	"\"bytes\", \"tokens\", \"bytes_per_token\", \"repeats\", "
	"\"passes\": [{\"threads\", \"alpha\", \"first_mb_s\", "
	"\"repeated_mb_s\"}], \"call_bytes\", \"call_us\", "
	"\"peak_bytes\", \"ledger\"}; alpha is null for the best "
	"segmentation (\"inf\" where that was asked for), tokens are those "
	"that count counts.\n"
	"Compare runs on one machine, side by side, on several MB of text.";

static tok_status read_text(struct bench *b, tok_source *source,
			    tok_error *err)
{
	tok_doc doc = {.path = "-"};
	tok_status st;

	while (!(st = tok_source_next(source, &doc, err)))
		if (!held_add(&b->text, doc.text, doc.offset > 0))
			return fail(err, TOK_E_MEMORY, "%s: line %" PRIu64
				    ": the text does not fit in memory",
				    doc.path, doc.line);
	if (st != TOK_END)
		return st;
	held_finish(&b->text);
	tok_source_ledger(source, &b->ledger);
	if (!b->text.n_text)
		return fail(err, TOK_E_ARGUMENT, "there is no text in the "
			    "inputs, so nothing to measure");
	return TOK_OK;
}

static int bench_all(struct bench *b)
{
	const struct settings *s = b->s;
	tok_error err = {TOK_OK, 0, ""};
	tok_source *source = NULL;
	struct output out;
	tok_status st = tok_pool_new((unsigned)s->threads, NULL, &b->pool);

	if (st)
		st = fail(&err, st, "the threads: %s", tok_status_text(st));
	if (!st)
		st = bench_load(b, &err);
	if (!st)
		st = operands_open(s, NULL, feed_size(1), &source, &err);
	if (!st)
		st = read_text(b, source, &err);
	if (!st)
		st = bench_measure(b, &err);
	if (!st)
		st = output_open(&out, NULL, false, &err);
	if (!st) {
		(s->json ? bench_put_object : bench_put_table)(&out, b);
		st = output_end(&out, st, &err);
	}
	if (!st)
		report_books(s, "bench", source, &b->ledger);
	int code = st ? say_failed(st, &err)
		      : report_strict(s, &b->ledger);
	tok_source_close(source);
	return code;
}

static int run(const struct settings *s)
{
	struct bench b = {.s = s};

	if (s->sample.wor)
		return say_misused("bench: wor= makes several segmentations of "
				   "a document; only encode writes those");
	tok_flat_init(&b.flat, NULL);
	int code = bench_all(&b);
	held_release(&b.text);
	tok_flat_release(&b.flat);
	tok_pool_free(b.pool);
	tok_model_free(b.model);
	return code;
}

const struct command cmd_bench = {
	.name = "bench",
	.operands = "[INPUT...]",
	.summary = "how fast a model is on text",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = SIZE_MAX,
	.run = run,
};
