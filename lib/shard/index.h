/* SPDX-License-Identifier: Apache-2.0 */
/* index.json, what MosaicML's readers ask for. */
#ifndef TK_INDEX_H
#define TK_INDEX_H

#include "shard/manifest.h"

/* Appends the file's bytes: those that MDSWriter writes for these shards.
 * They follow from the manifest, so to read the one is to know the other. */
tok_status tk_index_write(const struct tk_manifest *manifest, tok_buf *out);

#endif
