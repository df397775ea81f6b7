/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of steps for tests: written as a section, read back, run, and what
 * comes out as a line of text. Zero it; release when done.
 */
#ifndef STEPS_TOY_H
#define STEPS_TOY_H

#include "text/steps.h"

enum { STEPS_TOY_IDS = 1000 };

struct steps_toy {
	struct tk_steps_draft draft;
	tok_buf section, line;
	struct tk_steps steps;
	struct tk_steps_room room;
	bool read;
};

void steps_toy_release(struct steps_toy *toy);

/* The Unicode version of the linked ICU. */
struct tk_unicode steps_toy_unicode(void);

void steps_toy_add(struct steps_toy *toy, enum tk_step_kind kind,
		   uint32_t arg, tok_bytes a, tok_bytes b);
/* A step with a pattern: a regular expression, or with "=" before it a
 * string; REPLACE or SPLIT. */
void steps_toy_add_pattern(struct steps_toy *toy, enum tk_step_kind kind,
			   uint32_t arg, const char *pattern, const char *b);
void steps_toy_add_token(struct steps_toy *toy, const char *text, tok_id id,
			 unsigned flags);

/* Runs the steps, which are written and read before the first text: the
 * parts with "|" between them, "7:" before an added token with id 7. Both
 * lines are valid until the next call. */
const char *steps_toy_parts(struct steps_toy *toy, tok_bytes text);
/* For each character that comes out the raw bytes that it came from, as
 * "0-1 1-3". */
const char *steps_toy_spans(struct steps_toy *toy, tok_bytes text);

/* An expected line for a text. */
struct steps_toy_case {
	const char *text, *want, *spans; /* spans may be NULL */
};

/* Checks n cases and releases toy. */
void steps_toy_check(struct steps_toy *toy, const struct steps_toy_case *c,
		     size_t n);

#endif
