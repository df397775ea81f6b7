/* SPDX-License-Identifier: Apache-2.0 */
/* tok convert: a model of any format as one of another, and tried. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "check_export.h"
#include "commands.h"
#include "operands.h"

/* The order of tok_model_format. */
static const char *const formats[] = {"tok", "sentencepiece", "huggingface",
				      NULL};

static const struct option_row rows[] = {
	CHOICE("to", 0, "tok|sentencepiece|huggingface", to, formats,
	       "the format of OUT (default: by its name; .model is "
	       "sentencepiece, .json is huggingface, all else is tok)"),
	TEXT("sample", 0, "FILE", try_on,
	     "try what was made on the documents of FILE, too"),
	SWITCH("allow-differences", 0, allow_differences,
	       "write OUT also if some texts get other ids by it"),
	OPTION_SP,
	OPTION_BY,
	OPTION_JSONL,
	OPTION_BAD_LINE,
	OPTION_FORCE,
	OPTION_QUIET,
};

static const char about[] =
	"Reads IN, a model of tok, SentencePiece (type Unigram) or "
	"BytePiece, and writes OUT with the same ids. A model of tok loads "
	"faster than one of others; every -m takes those directly too.\n"
	"What the other format has nothing for is refused, and all of it is "
	"listed. What was made is read again and tried on 1,000 texts out of "
	"the vocabulary, a quarter of them runs of one piece, and on those of "
	"--sample (for Hugging Face, which takes no others, on those that are "
	"UTF-8). If a text gets other ids, nothing is written and the exit "
	"code is 3, unless --allow-differences is given.\n"
	"Models of tok take, of two paths with equal scores, the one whose "
	"last piece is shorter; SentencePiece and Hugging Face the longer. "
	"SentencePiece has no ids for bytes beside those of characters, so "
	"that up to 128 are added, which no text yields; U+2581 in a text is "
	"a space there. In Hugging Face, text that spells the name of a "
	"control becomes the control, unless encode_special_tokens is set.";

struct conversion {
	const struct settings *s;
	const char *path;
	tok_model_format format;
	tok_model *model;
	tok_buf file;
	struct export_check check;
};

static bool ends_with(const char *path, const char *end)
{
	size_t n = strlen(path), k = strlen(end);

	return n >= k && !strcmp(path + n - k, end);
}

static tok_model_format format_of(const struct settings *s, const char *path)
{
	if (s->to >= 0)
		return (tok_model_format)s->to;
	if (ends_with(path, ".model"))
		return TOK_FORMAT_SENTENCEPIECE;
	return ends_with(path, ".json") ? TOK_FORMAT_HUGGINGFACE
					: TOK_FORMAT_TOK;
}

static tok_status make(struct conversion *c, tok_error *err)
{
	tok_export_options o;

	tok_export_options_defaults(&o, sizeof(o));
	tok_status st = tok_model_export(c->model, c->format, &o, &c->file,
					 err);
	if (st == TOK_E_MISMATCH && c->s->allow_differences) {
		say_note(c->s, "%s: %s", c->s->input[0], err->text);
		o.allow_differences = 1;
		st = tok_model_export(c->model, c->format, &o, &c->file, err);
	}
	tok_error inner = *err;
	return st ? fail(err, st, "%s: %.900s", c->s->input[0], inner.text)
		  : st;
}

/* Also where they are allowed, they are said. */
static bool differs(const struct conversion *c)
{
	const tok_agreement *a = &c->check.sum;
	uint64_t n = a->texts - a->same;

	if (c->check.left_out)
		say_note(c->s, "%" PRIu64 " sample documents are not UTF-8 "
			       "and were left out: %s takes no others",
			 c->check.left_out,
			 tok_model_format_name(c->format));
	if (!n) {
		say_note(c->s, "verified: %" PRIu64 " of %" PRIu64
			       " sample texts give the same ids", a->same,
			 a->texts);
		return false;
	}
	say_note(c->s, "%" PRIu64 " of %" PRIu64 " sample texts get other "
		       "ids as %s, %" PRIu64 " of them by a path with the "
		       "same score; the first is '%s'", n, a->texts,
		 tok_model_format_name(c->format), a->ties, c->check.first);
	return true;
}

/* Into the file that was opened before all else. */
static int finish(struct conversion *c, tok_outfile *file, tok_error *err)
{
	if (c->format != TOK_FORMAT_TOK && differs(c) &&
	    !c->s->allow_differences) {
		tok_outfile_abort(file);
		fprintf(stderr, "tok: %s: not written, for these differences; "
				"--allow-differences writes it all the "
				"same\n", c->path);
		return EXIT_WRONG;
	}
	tok_status st = tok_outfile_write(
		file, (tok_bytes){c->file.p, c->file.n}, err);
	if (st)
		tok_outfile_abort(file);
	else
		st = tok_outfile_commit(file, err);
	if (st)
		return say_failed(st, err);
	say_note(c->s, "%s: a model of %s, %" PRId32 " ids", c->path,
		 tok_model_format_name(c->format), c->check.n_ids);
	return EXIT_DONE;
}

static int run(const struct settings *s)
{
	struct conversion c = {.s = s, .path = s->input[1]};
	tok_error err = {TOK_OK, 0, ""};
	tok_outfile *file = NULL;
	int code;

	c.format = format_of(s, c.path);
	tok_buf_init(&c.file, NULL);
	tok_status st = operands_load(s, s->input[0], &c.model, &err);
	if (!st)
		st = tok_outfile_open(c.path, s->force, NULL, &file, &err);
	if (!st)
		st = make(&c, &err);
	if (!st)
		st = check_export(s, c.model, c.format,
				  (tok_bytes){c.file.p, c.file.n}, &c.check,
				  &err);
	if (st) {
		tok_outfile_abort(file);
		code = say_failed(st, &err);
		if (st == TOK_E_MISMATCH)
			code = EXIT_WRONG;
	} else {
		code = finish(&c, file, &err);
	}
	tok_buf_release(&c.file);
	tok_model_free(c.model);
	return code;
}

const struct command cmd_convert = {
	.name = "convert",
	.operands = "IN OUT",
	.summary = "a model of one format as one of another",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.min_inputs = 2,
	.max_inputs = 2,
	.run = run,
};
