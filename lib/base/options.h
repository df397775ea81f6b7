/* SPDX-License-Identifier: Apache-2.0 */
/* Options that a program was compiled with, however old its header is. */
#ifndef TK_OPTIONS_H
#define TK_OPTIONS_H

#include <stdbool.h>
#include <string.h>

#include "tok/base.h"

/*
 * Options begin with their size. Fills the caller's struct, of given bytes,
 * with as much of the defaults as its header knows. One of a newer header is
 * left with zeros at its end, and tk_options_take refuses it.
 */
static inline void tk_options_give(void *to, size_t given, const void *from,
				   size_t size)
{
	if (given < sizeof(given))
		return;
	memset(to, 0, given);
	memcpy(to, from, given < size ? given : size);
	memcpy(to, &given, sizeof(given));
}

/*
 * Copies what the caller's struct has over the defaults in to, so that fields
 * its header did not know keep them; a caller without options (NULL) has the
 * defaults. false for a size that no header of this or an older version has.
 */
static inline bool tk_options_take(void *to, const void *from, size_t size)
{
	size_t given;

	if (!from)
		return true;
	memcpy(&given, from, sizeof(given));
	if (given <= sizeof(given) || given > size)
		return false;
	memcpy(to, from, given);
	memcpy(to, &size, sizeof(size));
	return true;
}

#endif
