/* SPDX-License-Identifier: Apache-2.0 */
/* tok decode: ids in, the bytes of the documents out. */
#include "commands.h"
#include "ids_text.h"
#include "operands.h"
#include "pieces_text.h"
#include "progress.h"
#include "report.h"
#include "stop.h"

static const char *const formats[] = {"ids", "jsonl", "u16", "u32", "pieces",
				      NULL};

static const struct option_row rows[] = {
	OPTION_MODEL,
	TEXT("output", 'o', "FILE", output,
	     "write there and not to standard output"),
	OPTION_FORCE,
	CHOICE("format", 0, "ids|jsonl|u16|u32|pieces", format, formats,
	       "how ids are written in the input (default: ids)"),
	VALUE("by", 0, "END", by, parse_by,
	      "what to write after each document: line (a newline, default), "
	      "file (nothing), null (a zero byte) or sep:STRING"),
	SWITCH("controls", 0, controls,
	       "write the names of control ids; without it they are left out"),
	SWITCH("bytes", 0, bytes,
	       "write the bytes of each piece as they are and not the text "
	       "that the model's original makes of them"),
	OPTION_VERBOSE,
	OPTION_QUIET,
};

static const char about[] =
	"The inverse of encode, byte for byte: a line of ids gives its "
	"document, and after each document stands what --by says. With "
	"--format u16 or u32 a whole input is one document. Offsets that "
	"encode wrote beside the ids are passed over.\n"
	"A model of SentencePiece gives the text that SentencePiece gives. "
	"With --bytes it gives the normalized text as the pieces hold it: "
	"U+2581 stays, byte pieces are bytes also where they form no "
	"character, and unknown is nothing.\n"
	"An id that is out of range or no number is an error that names the "
	"file, the line and the id's place in the line, from 1.";

struct decoding {
	const struct settings *s;
	tok_model *model;
	tok_source *source;
	tok_ids ids;
	tok_buf text;
	tok_ledger ledger;
	struct progress progress;
};

static tok_status open_all(struct decoding *d, tok_error *err)
{
	struct doc_end by = {.by = TOK_BY_LINE};
	bool raw = d->s->format == FORMAT_U16 || d->s->format == FORMAT_U32;

	if (raw)
		by.by = TOK_BY_FILE;
	tok_status st = operands_model(d->s, &d->model, err);
	if (!st)
		st = operands_open(d->s, &by, 0, &d->source, err);
	return st;
}

static bool is_control(const struct decoding *d, tok_id id)
{
	tok_kind kind = tok_model_kind(d->model, id);

	return kind == TOK_KIND_CONTROL || kind == TOK_KIND_SPECIAL;
}

static void put_control(struct decoding *d, struct output *out, tok_id id)
{
	tok_bytes name = tok_model_piece(d->model, id);

	put(out, name.p, name.n);
}

/* Ids are decoded together, as what one becomes may depend on those before it;
 * only where the name of a control goes between them, they are cut. */
static tok_status put_document(struct decoding *d, struct output *out,
			       tok_error *err)
{
	tok_status (*decode)(const tok_model *, const tok_id *, size_t,
			     tok_buf *, size_t *) =
		d->s->bytes ? tok_decode_bytes : tok_decode;
	const tok_id *id = d->ids.id;
	size_t begin = 0;

	for (size_t i = 0; i <= d->ids.n; i++) {
		bool end = i == d->ids.n;
		bool control = !end && is_control(d, id[i]);

		d->ledger.tokens_control += control;
		d->ledger.tokens_text += !end && !control;
		if (!end && !(control && d->s->controls))
			continue;
		d->text.n = 0;
		tok_status st = decode(d->model, id + begin, i - begin,
				       &d->text, NULL);
		if (st)
			return fail(err, st, "decoding: %s",
				    tok_status_text(st));
		put(out, d->text.p, d->text.n);
		if (control)
			put_control(d, out, id[i]);
		begin = i + 1;
	}
	d->ledger.tokens_stored += d->ids.n;
	return TOK_OK;
}

static void show(struct decoding *d)
{
	uint64_t done, total;
	tok_ledger read = {0};

	tok_source_ledger(d->source, &read);
	tok_source_progress(d->source, &done, &total);
	progress_show(&d->progress, "decode", done, total, read.bytes_in,
		      d->ledger.tokens_stored);
}

static tok_status parse(struct decoding *d, const tok_doc *doc, tok_error *err)
{
	struct feed_place place = {doc->path, doc->line};

	d->ids.n = 0;
	if (d->s->format == FORMAT_PIECES)
		return pieces_parse(d->model, doc->text, &place, &d->ids, err);
	return ids_parse((enum id_format)d->s->format, doc->text,
			 tok_model_n_ids(d->model), &place, &d->ids, err);
}

static tok_status decode_one(struct decoding *d, const tok_doc *doc,
			     struct output *out, tok_error *err)
{
	tok_status st = parse(d, doc, err);

	if (!st)
		st = put_document(d, out, err);
	if (st)
		return st;
	put_document_end(out, &d->s->by);
	if (out->status || operands_would_wait(doc->path))
		return output_flush(out, err);
	return TOK_OK;
}

static tok_status decode_all(struct decoding *d, struct output *out,
			     tok_error *err)
{
	tok_doc doc;
	tok_status st;

	while (!(st = tok_source_next(d->source, &doc, err)) &&
	       !stop_asked()) {
		st = decode_one(d, &doc, out, err);
		if (st)
			return st;
		if (d->progress.on && !(doc.index & 255))
			show(d);
	}
	if (stop_asked())
		return fail(err, TOK_E_STOPPED, "stopped");
	if (st != TOK_END)
		return st;

	tok_ledger read = {0};
	tok_source_ledger(d->source, &read);
	tok_ledger_add(&d->ledger, &read);
	return TOK_OK;
}

static int report(const struct decoding *d)
{
	report_books(d->s, "decode", d->source, &d->ledger);
	return EXIT_DONE;
}

static int run(const struct settings *s)
{
	struct decoding d = {.s = s};
	struct output out;
	tok_error err = {TOK_OK, 0, ""};

	progress_begin(&d.progress, s);
	tok_ids_init(&d.ids, NULL);
	tok_buf_init(&d.text, NULL);
	tok_status st = open_all(&d, &err);
	if (!st)
		st = output_open(&out, s->output, s->force, &err);
	if (!st) {
		st = decode_all(&d, &out, &err);
		st = output_end(&out, st, &err);
	}
	progress_end(&d.progress);
	int code = st ? say_failed(st, &err) : report(&d);
	tok_ids_release(&d.ids);
	tok_buf_release(&d.text);
	tok_source_close(d.source);
	tok_model_free(d.model);
	return code;
}

const struct command cmd_decode = {
	.name = "decode",
	.operands = "[INPUT...]",
	.summary = "ids to text, the inverse of encode",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = SIZE_MAX,
	.run = run,
};
