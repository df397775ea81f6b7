/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of a command's options. Parsing, help, the manual page and shell
 * completion are made from it.
 */
#ifndef OPTION_TABLE_H
#define OPTION_TABLE_H

#include <stddef.h>

#include "settings.h"

struct option_row;

/* Reads value into the field at `to`; NULL, or what the value should be
 * ("a whole number from 1 to 8"). value may be changed in place. */
typedef const char *parse_value(const struct option_row *row, char *value,
				void *to);

struct option_row {
	const char *name;
	char letter;     /* 0: none */
	const char *arg; /* how help calls the value; NULL: a switch */
	const char *help;
	parse_value *parse; /* NULL: a switch, sets a bool */
	size_t at;          /* of the field in struct settings */
	uint64_t min, max;  /* for parse_count and parse_size */
	const char *const *choices; /* for parse_choice; NULL at the end */
};

struct command {
	const char *name;
	const char *operands; /* "[INPUT...]" */
	const char *summary;  /* a line */
	const char *about;    /* paragraphs, for help */
	const struct option_row *row;
	size_t n_rows;
	size_t min_inputs, max_inputs;
	int (*run)(const struct settings *s);
};

parse_value parse_text, parse_count, parse_size, parse_choice, parse_by;
parse_value parse_jsonl, parse_sample, parse_special, parse_share;
parse_value parse_entropy;

/* "[ROLE=]NAME" taken apart; value is changed and borrowed from. */
tok_control special_of(char *value);

#define FIELD(name) offsetof(struct settings, name)
#define SWITCH(name, letter, field, help) \
	{name, letter, NULL, help, NULL, FIELD(field), 0, 0, NULL}
#define TEXT(name, letter, arg, field, help) \
	{name, letter, arg, help, parse_text, FIELD(field), 0, 0, NULL}
#define VALUE(name, letter, arg, field, parse, help) \
	{name, letter, arg, help, parse, FIELD(field), 0, 0, NULL}
#define COUNT(name, letter, field, min, max, help) \
	{name, letter, "N", help, parse_count, FIELD(field), min, max, NULL}
#define SIZE(name, letter, field, min, max, help) \
	{name, letter, "SIZE", help, parse_size, FIELD(field), min, max, NULL}
#define CHOICE(name, letter, arg, field, choices, help) \
	{name, letter, arg, help, parse_choice, FIELD(field), 0, 0, choices}

/* Rows that commands share. */
#define OPTION_MODEL \
	TEXT("model", 'm', "FILE", model, \
	     "the model: of tok, or a .model of SentencePiece (Unigram) or " \
	     "BytePiece (default: model.tok)"), \
	OPTION_SP
#define OPTION_SP \
	CHOICE("sp-arithmetic", 0, "0.2.3|0.2.1", sp_arithmetic, \
	       sp_arithmetics, \
	       "round as this version of SentencePiece, where the model is " \
	       "one of its files (default: 0.2.3, as since 0.2.2)")
#define OPTION_FORCE \
	SWITCH("force", 'f', force, "replace an output that exists")
#define OPTION_QUIET \
	SWITCH("quiet", 'q', quiet, \
	       "say nothing but errors: no progress, no ledger")
#define OPTION_VERBOSE \
	SWITCH("verbose", 'v', verbose, \
	       "name every input in the ledger, however many there are")
#define OPTION_BOS \
	SWITCH("bos", 0, bos, "the bos control before each document")
#define OPTION_EOS \
	SWITCH("eos", 0, eos, "the eos control after each document")
#define OPTION_ADD_SPECIAL \
	SWITCH("add-special", 0, add_special, \
	       "what a tokenizer.json's post-processor adds to a document")
#define OPTION_STRICT \
	SWITCH("strict", 0, strict, \
	       "end with exit code 3 if anything was skipped, truncated or " \
	       "dropped")
#define OPTION_THREADS \
	COUNT("threads", 't', threads, 0, 1024, \
	      "worker threads; the output does not depend on it (default: " \
	      "one a processor)")
#define OPTION_BY \
	VALUE("by", 0, "END", by, parse_by, \
	      "what ends a document: line (default), file, null or " \
	      "sep:STRING with escapes as in printf")
#define OPTION_JSONL \
	VALUE("jsonl", 0, "FIELD", by, parse_jsonl, \
	      "lines are JSON objects and FIELD holds the document")
#define OPTION_BAD_LINE \
	CHOICE("on-bad-line", 0, "error|skip", on_bad_line, \
	       on_bad_line_choices, \
	       "a line that is not such JSON is an error (default), or " \
	       "skipped and counted")
#define OPTION_SAMPLE(more, about_more) \
	VALUE("sample", 0, "alpha=A[,seed=N][,epoch=N][,key=number|content]" \
	      "[,p=P][,nbest=N]" more, sample, parse_sample, \
	      "draw the segmentation from p^A instead of taking the best; " \
	      "seed and epoch default to 0. The draw goes by the document's " \
	      "running number, or with key=content by its bytes, whatever " \
	      "its place. With p, only this share of the documents is drawn; " \
	      "the others have the best. With nbest, it is one of the N best " \
	      "segmentations, 1 to 1024" about_more)
#define OPTION_DOC_OFFSET \
	COUNT("doc-offset", 0, doc_offset, 0, UINT64_MAX / 2, \
	      "number of the first document, on which its sample depends " \
	      "unless key=content (default: 0)")

extern const char *const on_bad_line_choices[];
extern const char *const sp_arithmetics[];

/* The values of options that are not given. */
void settings_defaults(struct settings *s);

/*
 * argv[0] is the command's name. Returns EXIT_DONE and fills s, or says what
 * is wrong and returns EXIT_MISUSED; *help is set if --help was given.
 * argv is permuted, and s borrows from it.
 */
int options_parse(const struct command *c, int argc, char **argv,
		  struct settings *s, bool *help);

#endif
