/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tok: the command line of libtok. Finds the subcommand and hands over.
 * Standard output carries data alone; everything else goes to standard error.
 */
#include <signal.h>
#include <string.h>

#include "commands.h"
#include "output.h"
#include "say.h"
#include "stop.h"

const struct command *const commands[] = {
	&cmd_train, &cmd_encode, &cmd_count, &cmd_decode,  &cmd_pack,
	&cmd_cat,   &cmd_verify, &cmd_info,  &cmd_convert, &cmd_model,
	&cmd_bench, &cmd_help,
};
const size_t n_commands = sizeof(commands) / sizeof(*commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	return NULL;
}

int command_unknown(const char *name)
{
	const char *names[sizeof(commands) / sizeof(*commands)];

	for (size_t i = 0; i < n_commands; i++)
		names[i] = commands[i]->name;
	const char *meant = did_you_mean(name, names, n_commands);
	if (meant)
		return say_misused("unknown command '%s'; did you mean '%s'?",
				   name, meant);
	return say_misused("unknown command '%s'; 'tok help' lists them",
			   name);
}

static int print_version(void)
{
	struct output out;
	tok_error err = {TOK_OK, 0, ""};
	tok_status st = output_open(&out, NULL, false, &err);

	put_format(&out, "tok %s\n", tok_version());
	st = output_end(&out, st, &err);
	return st ? say_failed(st, &err) : EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct settings settings;
	bool help;

	/* A reader that went away is seen by write, and is a quiet end. */
	(void)signal(SIGPIPE, SIG_IGN);
	/* A file over ulimit -f is an error that write says, like a full disk. */
	(void)signal(SIGXFSZ, SIG_IGN);
	if (argc < 2)
		return say_misused("name a command; 'tok help' lists them");
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V"))
		return print_version();
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return help_print(NULL);

	const struct command *c = command_find(argv[1]);
	if (!c)
		return command_unknown(argv[1]);
	int code = options_parse(c, argc - 1, argv + 1, &settings, &help);
	if (code)
		return code;
	code = help ? help_print(c) : c->run(&settings);
	stop_now();
	return code;
}
