/* SPDX-License-Identifier: Apache-2.0 */
/* The place where the files of a data set wait until all of them are there:
 * the directory "unfinished" in that of the data set. */
#ifndef TK_STAGE_H
#define TK_STAGE_H

#include <stdbool.h>

#include "tok/base.h"

struct tk_stage {
	tok_buf dir, temp, old; /* NUL-terminated */
	tok_buf path, from;     /* scratch, with room for any name */
	bool replace, made_dir, made_temp;
};

/* Makes dir (if missing) and the place in it, empty. TOK_E_EXISTS if files of
 * a data set or of an unfinished one lie there and replace is false. To be
 * closed also after a failure. */
tok_status tk_stage_open(struct tk_stage *s, const char *dir, bool replace,
			 const tok_alloc *alloc, tok_error *err);

/* Writes a file that is all the parts, one behind the other, and syncs it. */
tok_status tk_stage_write(struct tk_stage *s, const char *name,
			  const tok_bytes *part, size_t n_parts,
			  tok_error *err);

/* Moves what was written to its place, and the data set that is there out of
 * it. On failure the latter is as it was. A process that is killed between
 * the first and the last of these renames leaves no data set. */
tok_status tk_stage_publish(struct tk_stage *s, tok_error *err);

/* Removes what was not published or was replaced, and the directories that
 * were made for it. Accepts the zero state. */
void tk_stage_close(struct tk_stage *s);

#endif
