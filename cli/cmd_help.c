/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok help: everything that the tables of the commands say, as text for a
 * terminal, as a manual page, and as completion for bash.
 */
#include <string.h>

#include "commands.h"
#include "output.h"

#define WIDTH 79
#define HELP_COLUMN 30

static const struct option_row rows[] = {
	SWITCH("man", 0, man, "write the manual page (troff)"),
	SWITCH("completion", 0, completion,
	       "write completion for bash; load it with: source <(tok help "
	       "--completion)"),
};

static const char about[] =
	"Says how tok or one of its commands is used.";

static const char examples[] =
	"Examples:\n"
	"  tok train corpus.txt                    learn model.tok\n"
	"  tok encode < corpus.txt | tok decode    there and back again\n"
	"  tok encode --sample alpha=0.1 < text    a segmentation drawn\n"
	"  tok count --total corpus.txt            how many ids it has\n"
	"  tok pack corpus.txt -o shards           rows of 2048 tokens\n"
	"  tok verify shards                       is all as it was written?\n"
	"\n"
	"Exit codes: 0 done, 1 failed, 2 misused, 3 checked and found wrong.\n";

/* Words of a paragraph between column and WIDTH; the cursor is at `at`. */
static void put_wrapped(struct output *out, const char *text, size_t n,
			size_t at, size_t column)
{
	static const char blanks[WIDTH + 1] =
		"                                        "
		"                                       ";
	bool first = true;

	while (n) {
		size_t word = 0;

		while (word < n && text[word] != ' ')
			word++;
		if (!first && at + 1 + word > WIDTH) {
			put_text(out, "\n");
			at = 0;
			first = true;
		}
		if (first && at < column) {
			put(out, blanks, column - at);
			at = column;
		} else if (!first) {
			put_text(out, " ");
			at++;
		}
		put(out, text, word);
		at += word;
		first = false;
		text += word + (word < n);
		n -= word + (word < n);
	}
	put_text(out, "\n");
}

static void put_about(struct output *out, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		put_wrapped(out, text, n, 0, 0);
		text += n + (text[n] == '\n');
	}
}

static void put_option(struct output *out, const struct option_row *row)
{
	uint64_t begin = out->total;

	if (row->letter)
		put_format(out, "  -%c, --%s", row->letter, row->name);
	else
		put_format(out, "      --%s", row->name);
	if (row->arg)
		put_format(out, " %s", row->arg);
	size_t at = (size_t)(out->total - begin);
	if (at + 2 > HELP_COLUMN) {
		put_text(out, "\n");
		at = 0;
	}
	put_wrapped(out, row->help, strlen(row->help), at, HELP_COLUMN);
}

static void put_command_help(struct output *out, const struct command *c)
{
	put_format(out, "tok %s: %s\n\nUsage: tok %s [OPTION...] %s\n\n",
		   c->name, c->summary, c->name, c->operands);
	put_about(out, c->about);
	put_text(out, "\nOptions:\n");
	for (size_t i = 0; i < c->n_rows; i++)
		put_option(out, &c->row[i]);
	put_text(out, "  -h, --help                  this text\n");
}

static void put_overview(struct output *out)
{
	put_format(out, "tok %s: Unigram tokenization, packing and shards\n\n"
			"Usage: tok COMMAND [OPTION...] [INPUT...]\n\n"
			"Commands:\n", tok_version());
	for (size_t i = 0; i < n_commands; i++)
		put_format(out, "  %-8s %s\n", commands[i]->name,
			   commands[i]->summary);
	put_text(out, "\n'tok help COMMAND' says more.\n\n");
	put_text(out, examples);
}

/* Troff reads a backslash, and a dot or a quote that begins a line. */
static void put_troff(struct output *out, const char *text)
{
	put_text(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			put_text(out, "\\e");
		else if (*text == '-')
			put_text(out, "\\-");
		else if (*text == '\n')
			put_text(out, "\n.PP\n\\&");
		else
			put(out, text, 1);
	}
	put_text(out, "\n");
}

static void put_troff_command(struct output *out, const struct command *c)
{
	put_format(out, ".SS tok %s\n", c->name);
	put_troff(out, c->about);
	for (size_t i = 0; i < c->n_rows; i++) {
		const struct option_row *row = &c->row[i];

		put_text(out, ".TP\n.B ");
		if (row->letter)
			put_format(out, "\\-%c, ", row->letter);
		put_format(out, "\\-\\-%s", row->name);
		if (row->arg)
			put_format(out, " \\fI%s\\fR", row->arg);
		put_text(out, "\n");
		put_troff(out, row->help);
	}
}

static void put_man(struct output *out)
{
	put_format(out, ".TH TOK 1 \"\" \"tok %s\"\n.SH NAME\n"
			"tok \\- Unigram tokenization, packing and shards\n"
			".SH SYNOPSIS\n", tok_version());
	for (size_t i = 0; i < n_commands; i++) {
		put_format(out, ".B tok %s\n", commands[i]->name);
		put_troff(out, commands[i]->operands);
		put_text(out, ".br\n");
	}
	put_text(out, ".SH COMMANDS\n");
	for (size_t i = 0; i < n_commands; i++)
		put_troff_command(out, commands[i]);
	put_text(out, ".SH EXIT STATUS\n0 done, 1 failed, 2 misused, 3 "
		      "checked and found wrong.\n");
}

static void put_completion(struct output *out)
{
	put_text(out, "_tok()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]} "
		      "words=\n\tcase $COMP_CWORD:${COMP_WORDS[1]}:$word in\n"
		      "\t1:*) words='");
	for (size_t i = 0; i < n_commands; i++)
		put_format(out, "%s%s", i ? " " : "", commands[i]->name);
	put_text(out, "' ;;\n");
	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = commands[i];

		put_format(out, "\t*:%s:-*) words='--help", c->name);
		for (size_t k = 0; k < c->n_rows; k++)
			put_format(out, " --%s", c->row[k].name);
		put_text(out, "' ;;\n");
	}
	put_text(out, "\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- "
		      "\"$word\"))\n}\n"
		      "complete -o default -o bashdefault -F _tok tok\n");
}

static int end_help(struct output *out)
{
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = output_end(out, TOK_OK, &err);

	return st ? say_failed(st, &err) : EXIT_DONE;
}

int help_print(const struct command *c)
{
	struct output out;
	tok_error err;

	(void)output_open(&out, NULL, false, &err);
	if (c)
		put_command_help(&out, c);
	else
		put_overview(&out);
	return end_help(&out);
}

static int run(const struct settings *s)
{
	const struct command *c = NULL;
	struct output out;
	tok_error err;

	if (s->n_inputs) {
		c = command_find(s->input[0]);
		if (!c)
			return command_unknown(s->input[0]);
	}
	if (!s->man && !s->completion)
		return help_print(c);
	(void)output_open(&out, NULL, false, &err);
	if (s->man)
		put_man(&out);
	else
		put_completion(&out);
	return end_help(&out);
}

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "how tok or a command is used",
	.about = about,
	.row = rows,
	.n_rows = sizeof(rows) / sizeof(*rows),
	.max_inputs = 1,
	.run = run,
};
