/* SPDX-License-Identifier: Apache-2.0 */
/* What tok info says, each for people and for programs. */
#ifndef INFO_H
#define INFO_H

#include "output.h"

void info_model_text(struct output *out, const char *path,
		     const tok_model *model);
void info_model_json(struct output *out, const char *path,
		     const tok_model *model);
/* A line an id: id, kind, score in nats, piece; tabs between them. */
void info_pieces(struct output *out, const tok_model *model);

void info_dataset_text(struct output *out, const char *path,
		       const tok_dataset *d);
void info_dataset_json(struct output *out, const char *path,
		       const tok_dataset *d);

/* Reads all of the text at path. */
tok_status info_text(struct output *out, const struct settings *s,
		     const char *path, tok_error *err);

#endif
