/* SPDX-License-Identifier: Apache-2.0 */
/* All that stands between a model and a format of others, in one sentence. */
#ifndef TK_OBSTACLES_H
#define TK_OBSTACLES_H

#include <stdbool.h>

#include "base/compiler.h"
#include "tok/base.h"

struct tk_obstacles {
	bool any;
	bool never; /* one of them cannot be put up with */
	char text[800];
};

/* Ids that have something in common. */
struct tk_tally {
	size_t n;
	tok_id first;
};

static inline void tk_tally(struct tk_tally *t, tok_id id)
{
	if (!t->n++)
		t->first = id;
}

/* Never: it cannot be written at all. Otherwise it can, but some texts then
 * get other ids. */
void tk_obstacle(struct tk_obstacles *o, bool never, const char *format, ...)
	TK_PRINTF(3, 4);
/* "3 pieces holding ... (the first is id 300)", if there are any; what is one
 * word in the singular, as "piece". */
void tk_obstacle_ids(struct tk_obstacles *o, bool never,
		     const struct tk_tally *t, const char *what,
		     const char *doing);

/*
 * TOK_OK if there are none, or none but such as may be put up with.
 * TOK_E_UNSUPPORTED if there are others; TOK_E_MISMATCH if all of them only
 * make a difference. format is what the model should become.
 */
tok_status tk_obstacles_end(const struct tk_obstacles *o, const char *format,
			    bool allow_differences, tok_error *err);

#endif
