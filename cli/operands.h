/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that a command line names, and the model. */
#ifndef OPERANDS_H
#define OPERANDS_H

#include "say.h"
#include "settings.h"

/* The inputs of s (standard input if there are none) as documents; a name
 * that is no file and has * ? or [ in it is expanded as shells do. by may be
 * NULL: that of s. Documents longer than max_part bytes come in parts; 0: none
 * does. */
tok_status operands_open(const struct settings *s, const struct doc_end *by,
			 size_t max_part, tok_source **out, tok_error *err);

/* The model that s names, or model.tok. */
tok_status operands_model(const struct settings *s, tok_model **out,
			  tok_error *err);

/* A model file of any known format, as --sp-arithmetic asks. */
tok_status operands_load(const struct settings *s, const char *path,
			 tok_model **out, tok_error *err);

/* 1 if reading on from the input at path would wait: for the writer of a
 * pipe, or for a person. */
bool operands_would_wait(const char *path);

#endif
