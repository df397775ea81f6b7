/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of the data sets that pack --epochs makes. */
#ifndef EPOCHS_H
#define EPOCHS_H

#include "say.h"

#define MAX_PATH 4096

/* DIR/epoch-NUMBER. TOK_E_ARGUMENT where that is too long. */
tok_status epochs_path(const char *dir, uint64_t number, char path[MAX_PATH],
		       tok_error *err);

/* Numbers of epochs, rising; release them. */
struct epochs {
	uint64_t *number;
	size_t n;
};

/* Those whose names are in dir, whatever they are; none where dir cannot be
 * read. TOK_E_MEMORY. */
tok_status epochs_find(const char *dir, struct epochs *found, tok_error *err);
void epochs_release(struct epochs *found);

#endif
