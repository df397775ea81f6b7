/* SPDX-License-Identifier: Apache-2.0 */
/* Where pack writes, and whether what lies there may be joined. */
#ifndef PLACE_H
#define PLACE_H

#include "epochs.h"

struct place {
	char main[MAX_PATH]; /* of the epoch in s, or the output itself */
	char val[MAX_PATH];
	bool made_dir;       /* the directory of epochs is ours */
};

/* Looks before anything is written: data sets that do not belong together
 * must not come to lie together. TOK_E_EXISTS, TOK_E_ARGUMENT. */
tok_status place_check(struct place *p, const struct settings *s,
		       const tok_model *model, tok_error *err);
/* The directory that epochs go to; nothing without --epochs. */
tok_status place_make(struct place *p, const struct settings *s,
		      tok_error *err);
/* Sets main to the place of s's epoch. */
tok_status place_next(struct place *p, const struct settings *s,
		      tok_error *err);
/* Removes a directory that was made for nothing. */
void place_unmake(struct place *p, const struct settings *s);

#endif
