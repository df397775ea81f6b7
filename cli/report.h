/* SPDX-License-Identifier: Apache-2.0 */
/* The books of a run: on standard error for people, in JSON for programs. */
#ifndef REPORT_H
#define REPORT_H

#include "output.h"

/*
 * Unless -q: every input once, then
 *   bytes      IN in = D documents + C container + S skipped
 *   tokens     T text + C control = S stored + T truncated + D dropped
 *   documents  ...
 * source may be NULL.
 */
void report_books(const struct settings *s, const char *command,
		  const tok_source *source, const tok_ledger *ledger);

/* EXIT_WRONG if --strict and something was lost, saying so; else EXIT_DONE. */
int report_strict(const struct settings *s, const tok_ledger *ledger);

/* Tokens over what the rows could hold, 0 to 1. */
double dataset_fill(const tok_dataset *d);

/* The ledger as a JSON object; keys are the fields' names. */
void put_ledger(struct output *out, const tok_ledger *ledger);

#endif
