/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The post-processor of a tokenizer.json for a single text. In: JSON. Out:
 * the ids before and behind it. Of several, each frames what the one before
 * it made.
 */
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/error.h"
#include "model/hf_steps.h"

enum { MAX_PROCESSORS = 16, MAX_FRAME = 1000 /* ids */ };

static const char what[] = "post-processor";

/* An id that goes before what is there, or behind it. */
static tok_status add(struct tk_hf_reading *r, uint64_t id, bool before,
		      tok_buf *front)
{
	size_t n = r->draft.n_before + r->draft.n_behind + front->n / 4;
	uint8_t bytes[4];
	tok_status st;

	/* A template may name a long list of ids again and again. */
	if (n >= MAX_FRAME)
		return tk_hf_refuse(r, what, "more than 1000 ids");
	if (id > INT32_MAX)
		return tk_hf_bad(r, what, "special token");
	tk_put32(bytes, (uint32_t)id);
	if (before)
		st = tk_buf_append(front, bytes, sizeof(bytes));
	else
		st = tk_steps_add_behind(&r->draft, (tok_id)id);
	return st ? tk_fail_status(r->err, st, r->path) : TOK_OK;
}

static tok_status add_special(struct tk_hf_reading *r, const tk_json *template,
			      const tk_json *item, bool before, tok_buf *front)
{
	const char *name = tk_json_string(tk_json_member(item, "id"));
	const tk_json *all = tk_json_member(template, "special_tokens");
	const tk_json *ids = name ? tk_json_member(tk_json_member(all, name),
						   "ids")
				  : NULL;
	tok_status st = TOK_OK;
	uint64_t id;

	if (!tk_json_n_items(ids))
		return tk_hf_bad(r, what, "TemplateProcessing");
	for (size_t i = 0; !st && i < tk_json_n_items(ids); i++)
		st = tk_json_u64(tk_json_item(ids, i), &id)
			     ? add(r, id, before, front)
			     : tk_hf_bad(r, what, "TemplateProcessing");
	return st;
}

/* [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, ...] */
static tok_status read_template(struct tk_hf_reading *r, const tk_json *value,
				tok_buf *front)
{
	const tk_json *single = tk_json_member(value, "single");
	size_t n = tk_json_n_items(single);
	bool seen = false;
	tok_status st = TOK_OK;

	if (n > MAX_FRAME)
		return tk_hf_refuse(r, what, "TemplateProcessing");
	for (size_t i = 0; !st && i < n; i++) {
		const tk_json *item = tk_json_item(single, i);
		const tk_json *text = tk_json_member(item, "Sequence");
		const char *id = tk_json_string(tk_json_member(text, "id"));

		if (!text) {
			st = add_special(r, value,
					 tk_json_member(item, "SpecialToken"),
					 !seen, front);
			continue;
		}
		if (seen || !id || strcmp(id, "A") != 0)
			return tk_hf_refuse(r, what, "TemplateProcessing");
		seen = true;
	}
	if (!st && !seen)
		return tk_hf_refuse(r, what, "TemplateProcessing");
	return st;
}

/* {"cls": ["<s>", 0], "sep": ["</s>", 2]} */
static tok_status read_pair(struct tk_hf_reading *r, const tk_json *value,
			    tok_buf *front)
{
	uint64_t cls, sep;

	if (!tk_json_u64(tk_json_item(tk_json_member(value, "cls"), 1),
			 &cls) ||
	    !tk_json_u64(tk_json_item(tk_json_member(value, "sep"), 1), &sep))
		return tk_hf_bad(r, what, tk_hf_type(value));
	tok_status st = add(r, cls, true, front);
	return st ? st : add(r, sep, false, front);
}

/* It frames nothing, and trims offsets where it is told to. */
static tok_status read_byte_level(struct tk_hf_reading *r,
				  const tk_json *value)
{
	struct tk_hf_byte_level o;
	tok_status st = tk_hf_read_byte_level(r, value, what, &o);

	if (!st && o.trim)
		st = tk_hf_refuse(r, what, "ByteLevel with trim_offsets");
	return st;
}

static tok_status read_one(struct tk_hf_reading *r, const tk_json *value)
{
	tok_buf front = {.alloc = r->alloc};
	const char *type = tk_hf_type(value);
	tok_status st;

	if (!strcmp(type, "TemplateProcessing"))
		st = read_template(r, value, &front);
	else if (!strcmp(type, "BertProcessing") ||
		 !strcmp(type, "RobertaProcessing"))
		st = read_pair(r, value, &front);
	else if (!strcmp(type, "ByteLevel"))
		st = read_byte_level(r, value);
	else
		st = tk_hf_refuse(r, what, type);
	/* What frames later stands further out. */
	if (!st)
		st = tk_steps_add_front(&r->draft,
					(tok_bytes){front.p, front.n});
	if (st == TOK_E_MEMORY)
		(void)tk_fail_status(r->err, st, r->path);
	tok_buf_release(&front);
	return st;
}

/* The original then goes on with several texts, not with one: what another
 * processor makes of them is no frame, or a panic. */
static bool makes_several(const tk_json *value)
{
	return !strcmp(tk_hf_type(value), "TemplateProcessing") &&
	       tk_json_n_items(tk_json_member(value, "single")) > 1;
}

tok_status tk_hf_read_frame(struct tk_hf_reading *r, const tk_json *value)
{
	const tk_json *all = tk_json_member(value, "processors");
	size_t n = tk_json_n_items(all);
	tok_status st = TOK_OK;

	if (!value || tk_json_is_null(value))
		return TOK_OK;
	if (strcmp(tk_hf_type(value), "Sequence") != 0)
		return read_one(r, value);
	if (n > MAX_PROCESSORS)
		return tk_hf_refuse(r, what, "Sequence");
	for (size_t i = 0; !st && i < n; i++) {
		const tk_json *one = tk_json_item(all, i);

		if (i + 1 < n && makes_several(one))
			return tk_hf_refuse(r, what, "Sequence");
		st = read_one(r, one);
	}
	return st;
}
