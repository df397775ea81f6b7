/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ByteLevel in a tokenizer.json (tokenizers 0.23, pre_tokenizers/byte_level.rs,
 * observed), without GPT-2's own regular expression. In: JSON. Out: steps. The
 * characters of the bytes behind the first of a character came from all of
 * that character.
 */
#include "model/hf_steps.h"

#include "base/error.h"

tok_status tk_hf_read_byte_level(const struct tk_hf_reading *r,
				 const tk_json *value, const char *what,
				 struct tk_hf_byte_level *out)
{
	const tk_json *regex = tk_json_member(value, "use_regex");

	*out = (struct tk_hf_byte_level){.regex = true};
	if (!tk_json_bool(tk_json_member(value, "add_prefix_space"),
			  &out->prefix) ||
	    !tk_json_bool(tk_json_member(value, "trim_offsets"),
			  &out->trim) ||
	    (regex && !tk_json_bool(regex, &out->regex)))
		return tk_hf_bad(r, what, "ByteLevel");
	return TOK_OK;
}

/* trim_offsets says nothing there. */
tok_status tk_hf_add_byte_level(struct tk_hf_reading *r, const tk_json *value)
{
	static const char what[] = "pre-tokenizer";
	static const struct tk_step step[] = {
		{.kind = TK_STEP_PREPEND,
		 .arg = TK_PREPEND_MISSING,
		 .a = {(const uint8_t *)" ", 1}},
		{.kind = TK_STEP_BYTE_LEVEL}};
	struct tk_hf_byte_level o;
	tok_status st = tk_hf_read_byte_level(r, value, what, &o);

	if (st)
		return st;
	if (o.regex)
		return tk_hf_refuse(r, what, "ByteLevel with use_regex");
	if (o.prefix)
		st = tk_steps_add_step(&r->draft, &step[0]);
	if (!st)
		st = tk_steps_add_step(&r->draft, &step[1]);
	return st ? tk_fail_status(r->err, st, r->path) : st;
}
