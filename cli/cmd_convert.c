/* SPDX-License-Identifier: Apache-2.0 */
/* tok convert: a model of others, once and for all, as one of ours. */
#include <inttypes.h>

#include "commands.h"
#include "operands.h"

static const struct option_row rows[] = {
	OPTION_SP,
	OPTION_FORCE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads IN, a model of tok or a .model file of SentencePiece (type "
	"Unigram) or BytePiece, and writes OUT, a model of tok that gives the "
	"same ids and loads faster. Every -m takes those files directly too.";

static int run(const struct settings *s)
{
	tok_error err = {TOK_OK, 0, ""};
	tok_model *model;
	tok_status st = operands_load(s, s->input[0], &model, &err);

	if (!st)
		st = tok_model_save(model, s->input[1], s->force, &err);
	if (!st)
		say_note(s, "%s: %" PRId32 " ids", s->input[1],
			 tok_model_n_ids(model));
	int code = st ? say_failed(st, &err) : EXIT_DONE;
	tok_model_free(model);
	return code;
}

const struct command cmd_convert = {
	.name = "convert",
	.operands = "IN OUT",
	.summary = "a model of SentencePiece or BytePiece to one of tok",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 2,
	.max_inputs = 2,
	.run = run,
};
