/* SPDX-License-Identifier: Apache-2.0 */
/* tok cat: the rows of a data set, as JSON or as the text they stand for. */
#include <inttypes.h>
#include <string.h>

#include "commands.h"
#include "operands.h"
#include "sniff.h"
#include "put_json.h"

static const struct option_row rows[] = {
	COUNT("row", 0, row, 0, UINT64_MAX - 1, "only this row, from 0"),
	SWITCH("text", 0, text,
	       "write the bytes of each sequence, decoded with --model"),
	SWITCH("batch", 0, batch,
	       "write each row as a trainer takes it: cu_seqlens, "
	       "position_ids, labels, ..."),
	OPTION_MODEL,
	VALUE("by", 0, "END", by, parse_by,
	      "with --text, what to write after each sequence: line (a "
	      "newline, default), file (nothing), null or sep:STRING"),
	SWITCH("force", 'f', force,
	       "go on also if another model made the data set, or if it does "
	       "not say which"),
	OPTION_QUIET,
};

static const char about[] =
	"Writes one JSON object a row: {\"row\":0,\"seq_lengths\":[...],"
	"\"input_ids\":[...]}. With --batch also total, n_seqs, max_seqlen, "
	"cu_seqlens, position_ids, labels and seq_idx. What is read is "
	"checked.";

struct printing {
	const struct settings *s;
	tok_model *model; /* with --text or --model */
	tok_reader *reader;
	tok_batch batch;
	tok_buf text;
};

static tok_status check_made_by(const struct printing *c, tok_error *err)
{
	const tok_dataset *set = tok_reader_dataset(c->reader);
	tok_digest model = tok_model_fingerprint(c->model);

	if (!set->has_model)
		return fail(err, TOK_E_MISMATCH,
			    "%s: does not say which model made its ids (pack "
			    "--ids knows none); if this one did, insist with "
			    "--force", c->s->input[0]);
	if (memcmp(set->model.byte, model.byte, sizeof(model.byte)) != 0)
		return fail(err, TOK_E_MISMATCH,
			    "%s: was made with another model; name that one "
			    "with -m, or insist with --force",
			    c->s->input[0]);
	return TOK_OK;
}

static tok_status open_all(struct printing *c, tok_error *err)
{
	const struct settings *s = c->s;
	tok_status st = TOK_OK;

	if (sniff_epochs(s->input[0]))
		return fail(err, TOK_E_FORMAT,
			    "%s: holds several epochs; name one, such as "
			    "%s/epoch-0", s->input[0], s->input[0]);
	if (s->text || s->model)
		st = operands_model(s, &c->model, err);
	if (!st)
		st = tok_reader_open(s->input[0], NULL, &c->reader, err);
	if (!st && c->model && !s->force)
		st = check_made_by(c, err);
	return st;
}

static void put_row(struct output *out, uint64_t at, const tok_row *row)
{
	put_text(out, "{\"row\":");
	put_count(out, at);
	put_key(out, "seq_lengths");
	put_array(out, row->seq_lengths, row->n_seqs);
	put_key(out, "input_ids");
	put_array(out, row->input_ids, row->n_ids);
	put_text(out, "}\n");
}

static tok_status put_batch(struct printing *c, struct output *out,
			    uint64_t at, const tok_row *row, tok_error *err)
{
	tok_batch *b = &c->batch;
	tok_status st = tok_batch_view(row, 1, b);

	if (st)
		return fail(err, st, "row %" PRIu64 ": %s", at,
			    tok_status_text(st));
	put_text(out, "{\"row\":");
	put_count(out, at);
	put_pair(out, "total", b->total);
	put_pair(out, "n_seqs", b->n_seqs);
	put_pair(out, "max_seqlen", (uint64_t)b->max_seqlen);
	put_key(out, "cu_seqlens");
	put_array(out, b->cu_seqlens, b->n_seqs + 1);
	put_key(out, "input_ids");
	put_array(out, b->input_ids, b->total);
	put_key(out, "position_ids");
	put_array(out, b->position_ids, b->total);
	put_key(out, "labels");
	put_array(out, b->labels, b->total);
	put_key(out, "seq_idx");
	put_array(out, b->seq_idx, b->total);
	put_text(out, "}\n");
	return TOK_OK;
}

static tok_status put_decoded(struct printing *c, struct output *out,
			      uint64_t at, const tok_row *row, tok_error *err)
{
	const tok_id *id = row->input_ids;

	for (size_t i = 0; i < row->n_seqs; i++) {
		size_t n = (size_t)row->seq_lengths[i];

		c->text.n = 0;
		tok_status st = tok_decode(c->model, id, n, &c->text, NULL);
		if (st)
			return fail(err, st,
				    "row %" PRIu64 ", sequence %zu: an id is "
				    "outside the model; name the model that "
				    "made the data set with -m", at, i);
		put(out, c->text.p, c->text.n);
		put_document_end(out, &c->s->by);
		id += n;
	}
	return TOK_OK;
}

static tok_status print_row(struct printing *c, struct output *out,
			    uint64_t at, tok_error *err)
{
	tok_row row;
	tok_status st = tok_reader_row(c->reader, at, &row, err);

	if (st)
		return st;
	if (c->s->text)
		st = put_decoded(c, out, at, &row, err);
	else if (c->s->batch)
		st = put_batch(c, out, at, &row, err);
	else
		put_row(out, at, &row);
	return st;
}

static tok_status print_rows(struct printing *c, struct output *out,
			     tok_error *err)
{
	uint64_t n = tok_reader_dataset(c->reader)->rows, row = c->s->row;
	tok_status st = TOK_OK;

	if (row != NO_ROW && row >= n)
		return fail(err, TOK_E_RANGE,
			    "%s: row %" PRIu64 " is not below %" PRIu64
			    ", the number of rows", c->s->input[0], row, n);
	if (row != NO_ROW)
		return print_row(c, out, row, err);
	for (row = 0; !st && !out->status && row < n; row++)
		st = print_row(c, out, row, err);
	return st;
}

static int run(const struct settings *s)
{
	struct printing c = {.s = s};
	struct output out;
	tok_error err = {TOK_OK, 0, ""};

	if (s->text && s->batch)
		return say_misused("cat: choose --text or --batch");
	tok_batch_init(&c.batch, NULL);
	tok_buf_init(&c.text, NULL);
	tok_status st = open_all(&c, &err);
	if (!st)
		st = output_open(&out, NULL, false, &err);
	if (!st) {
		st = print_rows(&c, &out, &err);
		/* rows before a damaged one are worth having */
		tok_error late = {TOK_OK, 0, ""};
		if (st)
			(void)output_flush(&out, &late);
		st = output_end(&out, st, &err);
	}
	int code = st ? say_failed(st, &err) : EXIT_DONE;
	tok_reader_close(c.reader);
	tok_batch_release(&c.batch);
	tok_buf_release(&c.text);
	tok_model_free(c.model);
	return code;
}

const struct command cmd_cat = {
	.name = "cat",
	.operands = "DIR",
	.summary = "the rows of a data set",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = 1,
	.run = run,
};
