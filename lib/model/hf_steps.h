/* SPDX-License-Identifier: Apache-2.0 */
/* The rules of a tokenizer.json as steps. */
#ifndef TK_HF_STEPS_H
#define TK_HF_STEPS_H

#include "base/json.h"
#include "text/steps.h"

/* What every reader of a tokenizer.json needs. */
struct tk_hf_reading {
	const char *path;
	const tok_alloc *alloc;
	tok_error *err;
	const tk_json *root;
	struct tk_steps_draft draft;
};

/*
 * Adds to the draft: normalizer, the place of added tokens, pre-tokenizer and
 * decoder.
 * TOK_E_UNSUPPORTED names what tok cannot do; TOK_E_CORRUPT names what is
 * malformed; TOK_E_MEMORY.
 */
tok_status tk_hf_read_steps(struct tk_hf_reading *r);

/* The options of ByteLevel, which is a pre-tokenizer, a decoder and a
 * post-processor. TOK_E_CORRUPT. */
struct tk_hf_byte_level {
	bool prefix, trim, regex;
};
tok_status tk_hf_read_byte_level(const struct tk_hf_reading *r,
				 const tk_json *value, const char *what,
				 struct tk_hf_byte_level *out);

/* Its steps as a pre-tokenizer. */
tok_status tk_hf_add_byte_level(struct tk_hf_reading *r, const tk_json *value);

/* What the post-processor, which may be missing, puts around a text. */
tok_status tk_hf_read_frame(struct tk_hf_reading *r, const tk_json *value);

/* The "type" of a part of the file, or that it has none. */
const char *tk_hf_type(const tk_json *value);

/* "a.json: the normalizer "X" cannot be represented", TOK_E_UNSUPPORTED. */
tok_status tk_hf_refuse(const struct tk_hf_reading *r, const char *what,
			const char *type);
/* "a.json: the normalizer "X": ...", TOK_E_CORRUPT. */
tok_status tk_hf_bad(const struct tk_hf_reading *r, const char *what,
		     const char *type);

#endif
