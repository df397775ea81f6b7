/* SPDX-License-Identifier: Apache-2.0 */
/* tok info: what is this, and the numbers a person wants. */
#include "commands.h"
#include "epochs.h"
#include "info.h"
#include "operands.h"
#include "sniff.h"

static const struct option_row rows[] = {
	SWITCH("json", 0, json, "write one JSON object for each"),
	SWITCH("pieces", 0, pieces, "of a model: the table of its pieces"),
	OPTION_SP,
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_QUIET,
};

static const char about[] =
	"Tells models, data sets and texts apart and says what is in them; of "
	"a directory of epochs, in each.\n"
	"--pieces writes a line an id with tabs between: id, kind (byte, "
	"piece, control, reserved; in imported models also user, unknown, "
	"fallback, unused, special, added), score in nats, and the piece, in "
	"which backslash, white space, control characters and bytes that are not "
	"UTF-8 are written \\xHH.\n"
	"Keys of --json: kind (model, dataset or text) and path, and\n"
	"of a model: n_ids; bytes, pieces, reserved, user, unknown, "
	"fallback, unused, special, added and longest_piece (counts); "
	"controls (role to id); "
	"names (name to id, all controls); "
	"split; normalize; unicode (version or null); lossless; fingerprint; "
	"record (what training noted, or null);\n"
	"of a dataset: n_ids, row_len, rows, sequences, tokens, fill (0 to "
	"1), shards, raw_bytes, zip_bytes, model (fingerprint or null), "
	"settings, ledger;\n"
	"of a text: inputs, documents, lines, longest_document (bytes), "
	"invalid_bytes, invalid_documents, utf8, ledger.";

static tok_status info_of_model(struct output *out, const struct settings *s,
				const char *path, tok_error *err)
{
	tok_model *model;
	tok_status st = operands_load(s, path, &model, err);

	if (st)
		return st;
	if (s->pieces)
		info_pieces(out, model);
	else if (s->json)
		info_model_json(out, path, model);
	else
		info_model_text(out, path, model);
	tok_model_free(model);
	return TOK_OK;
}

static tok_status info_of_dataset(struct output *out,
				  const struct settings *s, const char *path,
				  tok_error *err)
{
	tok_reader *reader;
	tok_status st = tok_reader_open(path, NULL, &reader, err);

	if (st)
		return st;
	if (s->json)
		info_dataset_json(out, path, tok_reader_dataset(reader));
	else
		info_dataset_text(out, path, tok_reader_dataset(reader));
	tok_reader_close(reader);
	return TOK_OK;
}

static tok_status info_of_epochs(struct output *out,
				 const struct settings *s, const char *dir,
				 tok_error *err)
{
	struct epochs found;
	char path[MAX_PATH];
	tok_status st = epochs_find(dir, &found, err);

	for (size_t i = 0; !st && i < found.n; i++) {
		st = epochs_path(dir, found.number[i], path, err);
		if (!st)
			st = info_of_dataset(out, s, path, err);
	}
	epochs_release(&found);
	return st;
}

static tok_status info_of(struct output *out, const struct settings *s,
			  const char *path, tok_error *err)
{
	enum thing thing = sniff(path);

	if (s->pieces && thing != THING_MODEL)
		return fail(err, TOK_E_FORMAT,
			    "%s: is no model, and --pieces shows those of "
			    "one", path);
	if (thing == THING_MODEL)
		return info_of_model(out, s, path, err);
	if (thing == THING_DATASET)
		return info_of_dataset(out, s, path, err);
	if (thing == THING_EPOCHS)
		return info_of_epochs(out, s, path, err);
	return info_text(out, s, path, err);
}

static int run(const struct settings *s)
{
	struct output out;
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = output_open(&out, NULL, false, &err);

	for (size_t i = 0; !st && i < s->n_inputs; i++) {
		st = info_of(&out, s, s->input[i], &err);
		if (!st)
			st = output_flush(&out, &err);
	}
	st = output_end(&out, st, &err);
	return st ? say_failed(st, &err) : EXIT_DONE;
}

const struct command cmd_info = {
	.name = "info",
	.operands = "MODEL|DIR|TEXT...",
	.summary = "what something is, and its numbers",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 1,
	.max_inputs = SIZE_MAX,
	.run = run,
};
