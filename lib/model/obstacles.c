/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list of obstacles. In: one after the other, as they are found. Out: one
 * sentence with all of them, so that nobody has to remove them one by one to
 * see the next.
 */
#include "model/obstacles.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

void tk_obstacle(struct tk_obstacles *o, bool never, const char *format, ...)
{
	size_t n = strlen(o->text);
	va_list args;

	if (o->any && n + 2 < sizeof(o->text)) {
		memcpy(o->text + n, "; ", 3);
		n += 2;
	}
	o->any = true;
	o->never |= never;
	va_start(args, format);
	(void)vsnprintf(o->text + n, sizeof(o->text) - n, format, args);
	va_end(args);
}

void tk_obstacle_ids(struct tk_obstacles *o, bool never,
		     const struct tk_tally *t, const char *what,
		     const char *doing)
{
	if (t->n == 1)
		tk_obstacle(o, never, "a %s %s (id %ld)", what, doing,
			    (long)t->first);
	else if (t->n)
		tk_obstacle(o, never, "%zu %ss %s (the first is id %ld)",
			    t->n, what, doing, (long)t->first);
}

tok_status tk_obstacles_end(const struct tk_obstacles *o, const char *format,
			    bool allow_differences, tok_error *err)
{
	if (o->never)
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "cannot be %s, which has nothing for: %s",
			       format, o->text);
	if (o->any && !allow_differences)
		return tk_fail(err, TOK_E_MISMATCH, 0,
			       "as %s it would give other ids to some texts, "
			       "for: %s", format, o->text);
	return TOK_OK;
}
