/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command line, read by a table. In: the rows of a command and argv. Out:
 * struct settings, or one sentence on what is wrong. getopt_long does the
 * walking; every value is parsed strictly, here or in values.c.
 */
#include "option_table.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "say.h"

#define MAX_ROWS 40
/* Above every short letter: what getopt_long returns for row i is ROW + i. */
#define ROW 256

void settings_defaults(struct settings *s)
{
	tok_train_options train;
	tok_pack_options pack;
	tok_writer_options writer;

	tok_train_options_defaults(&train, sizeof(train));
	tok_pack_options_defaults(&pack, sizeof(pack));
	tok_writer_options_defaults(&writer, sizeof(writer));
	*s = (struct settings){
		.vocab_size = 0,
		.pad_vocab = train.pad_vocab,
		.max_piece = train.max_piece,
		.memory = train.memory,
		.seed = train.seed,
		.row_len = pack.row_len,
		.open_rows = pack.open_rows,
		.level = (uint64_t)writer.level,
		.shard_size = writer.shard_size,
		.repeats = 5,
		.to = -1,
		.row = NO_ROW,
	};
}

/* getopt_long's view of the table: "--help" is row number n_rows. */
struct view {
	struct option longs[MAX_ROWS + 2];
	char shorts[2 * MAX_ROWS + 4];
};

static void view_make(struct view *v, const struct command *c)
{
	size_t n = 0, i;

	/* ':' first: a missing value is told from an unknown option. */
	v->shorts[n++] = ':';
	v->shorts[n++] = 'h';
	for (i = 0; i < c->n_rows && i < MAX_ROWS; i++) {
		const struct option_row *row = &c->row[i];

		v->longs[i] = (struct option){row->name, row->arg ?
			required_argument : no_argument, NULL, ROW + (int)i};
		if (!row->letter)
			continue;
		v->shorts[n++] = row->letter;
		if (row->arg)
			v->shorts[n++] = ':';
	}
	v->shorts[n] = 0;
	v->longs[i] = (struct option){"help", no_argument, NULL, 'h'};
	v->longs[i + 1] = (struct option){NULL, 0, NULL, 0};
}

static const struct option_row *row_of(const struct command *c, int code)
{
	if (code >= ROW)
		return &c->row[code - ROW];
	for (size_t i = 0; i < c->n_rows; i++)
		if (c->row[i].letter == code)
			return &c->row[i];
	return NULL;
}

/* The next option from row i on that begins with bare; n_rows if none. */
static size_t next_longer(const struct command *c, size_t i, const char *bare)
{
	while (i < c->n_rows &&
	       strncmp(c->row[i].name, bare, strlen(bare)) != 0)
		i++;
	return i;
}

static int unknown_long(const struct command *c, const char *word)
{
	const char *name[MAX_ROWS], *meant;
	char bare[80];

	(void)snprintf(bare, sizeof(bare), "%.*s",
		       (int)strcspn(word + 2, "="), word + 2);
	size_t one = next_longer(c, 0, bare);
	size_t other = next_longer(c, one + 1, bare);
	if (other < c->n_rows)
		return say_misused("%s: --%s is --%s or --%s; say which",
				   c->name, bare, c->row[one].name,
				   c->row[other].name);
	for (size_t i = 0; i < c->n_rows; i++)
		name[i] = c->row[i].name;
	meant = did_you_mean(bare, name, c->n_rows);
	if (meant)
		return say_misused("%s: unknown option --%s; did you mean "
				   "--%s?", c->name, bare, meant);
	return say_misused("%s: unknown option --%s; 'tok help %s' lists "
			   "them", c->name, bare, c->name);
}

static int refused(const struct command *c, int code, char **argv)
{
	const struct option_row *row = row_of(c, optopt);

	if (code == ':' && row)
		return say_misused("%s: --%s needs a value, %s", c->name,
				   row->name, row->arg);
	if (row && optopt >= ROW)
		return say_misused("%s: --%s takes no value", c->name,
				   row->name);
	/* An unknown long option leaves optopt 0 (or, with a value given to
	 * --help, its letter). */
	if (!strncmp(argv[optind - 1], "--", 2))
		return unknown_long(c, argv[optind - 1]);
	return say_misused("%s: unknown option -%c; 'tok help %s' lists them",
			   c->name, optopt, c->name);
}

static int take(const struct command *c, const struct option_row *row,
		struct settings *s)
{
	void *to = (char *)s + row->at;
	char given[200];

	if (!row->parse) {
		*(bool *)to = true;
		return EXIT_DONE;
	}
	/* A parser may cut the value, and the sentence shows all of it. */
	(void)snprintf(given, sizeof(given), "%s", optarg);
	const char *wanted = row->parse(row, optarg, to);
	if (!wanted)
		return EXIT_DONE;
	return say_misused("%s: --%s '%s': give %s", c->name, row->name,
			   given, wanted);
}

static int count_inputs(const struct command *c, const struct settings *s)
{
	if (s->n_inputs < c->min_inputs)
		return say_misused("%s: nothing to work on; usage: tok %s "
				   "[OPTION...] %s", c->name, c->name,
				   c->operands);
	if (s->n_inputs > c->max_inputs)
		return say_misused("%s: '%s' is too much; usage: tok %s "
				   "[OPTION...] %s", c->name,
				   s->input[c->max_inputs], c->name,
				   c->operands);
	return EXIT_DONE;
}

/* What every option by itself allows. */
static int check_together(const struct command *c, const struct settings *s)
{
	if (s->by.named && s->by.field)
		return say_misused("%s: choose --by or --jsonl: a line of "
				   "JSON is a document", c->name);
	if (s->doc_offset && s->sample.key == TOK_KEY_CONTENT)
		return say_misused("%s: --doc-offset goes with key=number: "
				   "with key=content, a draw depends on no "
				   "number", c->name);
	return count_inputs(c, s);
}

int options_parse(const struct command *c, int argc, char **argv,
		  struct settings *s, bool *help)
{
	struct view view;
	int code;

	*help = false;
	settings_defaults(s);
	view_make(&view, c);
	opterr = 0;
	optind = 1;
	while ((code = getopt_long(argc, argv, view.shorts, view.longs,
				   NULL)) != -1) {
		int ends = EXIT_DONE;

		if (code == 'h')
			*help = true;
		else if (code == '?' || code == ':')
			ends = refused(c, code, argv);
		else
			ends = take(c, row_of(c, code), s);
		if (ends)
			return ends;
	}
	s->input = (const char *const *)(argv + optind);
	s->n_inputs = (size_t)(argc - optind);
	return *help ? EXIT_DONE : check_together(c, s);
}
