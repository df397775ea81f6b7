/* SPDX-License-Identifier: Apache-2.0 */
/* What lies at a path. */
#ifndef SNIFF_H
#define SNIFF_H

#include <stdbool.h>

enum thing {
	THING_MODEL,
	THING_DATASET, /* a directory with shards and a manifest */
	THING_EPOCHS,  /* a directory of data sets, from pack --epochs */
	THING_TEXT     /* anything else, a directory of texts too */
};

enum thing sniff(const char *path);
/* A data set of ours for sure: texts, too, may lie beside an index.json. */
bool sniff_manifest(const char *path);
/* A directory of epochs for sure: texts, too, may lie in directories of such
 * names, and one with a manifest tells. */
bool sniff_epochs(const char *dir);

#endif
