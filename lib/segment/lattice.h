/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lattice of a text: its positions, and from each the pieces that begin
 * there. What of it differs from model to model, for all who weigh paths
 * rather than look for the best one alone.
 */
#ifndef TK_LATTICE_H
#define TK_LATTICE_H

#include "model/loaded.h"

/* Do pieces begin at characters only, and may a character that no piece of
 * its own length covers be unknown, the id -1? Else every byte is a piece. */
static inline bool tk_lattice_of_characters(const tok_model *m)
{
	return m->arithmetic != TK_INTEGER && m->arithmetic != TK_DOUBLE;
}

/* What id, or -1, adds to the logarithm of a path's probability, in nats. */
double tk_lattice_score(const tok_model *m, tok_id id);

#endif
