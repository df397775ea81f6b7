/* SPDX-License-Identifier: Apache-2.0 */
/* Does what was made of a model give the ids that the model gives? */
#ifndef CHECK_EXPORT_H
#define CHECK_EXPORT_H

#include "say.h"
#include "settings.h"

#define MAX_SHOWN 60

struct export_check {
	int32_t n_ids; /* of the file */
	tok_agreement sum;
	char first[4 * MAX_SHOWN + 4]; /* the first text that gets others */
	uint64_t left_out; /* documents that are not UTF-8 */
};

/*
 * Compares the model with the file that it became: on texts out of its own
 * vocabulary, and on the documents of --sample if there is one. Hugging Face's
 * tokenizers take UTF-8 alone: in that format other documents are left out.
 */
tok_status check_export(const struct settings *s, const tok_model *model,
			tok_model_format format, tok_bytes file,
			struct export_check *check, tok_error *err);

#endif
