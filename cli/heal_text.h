/* SPDX-License-Identifier: Apache-2.0 */
/* tok encode --heal. */
#ifndef HEAL_TEXT_H
#define HEAL_TEXT_H

#include "output.h"
#include "pipeline.h"

/* What of s does not go with --heal: said; else EXIT_DONE. */
int heal_check(const struct settings *s);

/* Writes what is stable of each document, and its tail. */
tok_status heal_all(const struct settings *s, struct pipeline *p,
		    struct output *out, tok_error *err);

#endif
