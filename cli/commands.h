/* SPDX-License-Identifier: Apache-2.0 */
/* All subcommands, in the order of help. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "option_table.h"

extern const struct command cmd_train, cmd_encode, cmd_decode, cmd_pack;
extern const struct command cmd_cat, cmd_verify, cmd_info, cmd_convert;
extern const struct command cmd_model, cmd_count, cmd_bench, cmd_help;

extern const struct command *const commands[];
extern const size_t n_commands;

/* NULL if there is none of this name. */
const struct command *command_find(const char *name);
/* Says that there is none, and which one was likely meant. */
int command_unknown(const char *name);

/* Help for one command, or for tok (NULL). Returns an exit code. */
int help_print(const struct command *c);

#endif
