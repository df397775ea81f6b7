/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Epochs lie side by side: DIR/epoch-0, DIR/epoch-1, and what they share, the
 * validation set, in DIR/val. A name counts only in the one form that we
 * write, so that no two names are one epoch.
 */
#include "epochs.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

#define PREFIX "epoch-"

tok_status epochs_path(const char *dir, uint64_t number, char path[MAX_PATH],
		       tok_error *err)
{
	int n = snprintf(path, MAX_PATH, "%s/" PREFIX "%" PRIu64, dir, number);

	if (n < 0 || n >= MAX_PATH)
		return fail(err, TOK_E_ARGUMENT, "%s: the name is too long",
			    dir);
	return TOK_OK;
}

static bool number_of(const char *name, uint64_t *number)
{
	static const char prefix[] = PREFIX;
	const char *digits = name + sizeof(prefix) - 1;

	return !strncmp(name, prefix, sizeof(prefix) - 1) &&
	       number_count(digits, number) &&
	       (*digits != '0' || !digits[1]);
}

static tok_status keep(struct epochs *e, uint64_t number, tok_error *err)
{
	/* full at every power of two */
	if (!(e->n & (e->n - 1))) {
		size_t cap = e->n ? 2 * e->n : 1;
		void *moved = realloc(e->number, cap * sizeof(*e->number));

		if (!moved)
			return fail(err, TOK_E_MEMORY, "out of memory");
		e->number = moved;
	}
	e->number[e->n++] = number;
	return TOK_OK;
}

static int compare(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

tok_status epochs_find(const char *dir, struct epochs *found, tok_error *err)
{
	DIR *d = opendir(dir);
	tok_status st = TOK_OK;
	const struct dirent *entry;

	*found = (struct epochs){0};
	while (d && !st && (entry = readdir(d))) {
		uint64_t number;

		if (number_of(entry->d_name, &number))
			st = keep(found, number, err);
	}
	if (d)
		(void)closedir(d);
	if (st)
		epochs_release(found);
	else if (found->n)
		qsort(found->number, found->n, sizeof(*found->number),
		      compare);
	return st;
}

void epochs_release(struct epochs *found)
{
	free(found->number);
	*found = (struct epochs){0};
}
