/* SPDX-License-Identifier: Apache-2.0 */
/* Small files in the form of a tokenizer.json. */
#ifndef HF_TOY_H
#define HF_TOY_H

#include "model/loaded.h"

/* JSON of each part; NULL: none, and a small model. */
struct hf_toy {
	const char *added, *normalizer, *pre_tokenizer, *post_processor;
	const char *decoder, *model;
};

/* ["<unk>", "a", "b", "ab", U+2581, U+2581 "a"], the first is unknown. */
extern const char hf_toy_model[];

/* Replaces out. */
void hf_toy_write(const struct hf_toy *toy, tok_buf *out);
/* The model, which must be one. */
tok_model *hf_toy_load(const struct hf_toy *toy);
/* It must be refused with this status, and a sentence that holds these. */
void hf_toy_refused(const struct hf_toy *toy, tok_status status,
		    const char *says);

/* "1 3": the ids of text; with spans, "1:0-1 3:1-3". Valid until the next
 * call. */
const char *hf_toy_ids(const tok_model *model, tok_bytes text,
		       int spans);
/* What n ids, "1 3", are decoded to. */
const char *hf_toy_decode(const tok_model *model, const char *ids);

#endif
