/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models to files of any format. In: a model. Out: the bytes of a file that
 * gives the same ids to the same text, or one sentence with all reasons why
 * there is none.
 */
#include "model/export.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/options.h"
#include "base/utf8.h"

static const char *const format_name[] = {"tok", "sentencepiece",
					  "huggingface"};

const char *tok_model_format_name(tok_model_format format)
{
	return (size_t)format < sizeof(format_name) / sizeof(*format_name)
		       ? format_name[format]
		       : NULL;
}

void tok_export_options_defaults(tok_export_options *options, size_t size)
{
	const tok_export_options o = {.size = sizeof(o)};

	tk_options_give(options, size, &o, sizeof(o));
}

bool tk_export_is_utf8(tok_bytes text)
{
	uint32_t c;

	while (text.n) {
		size_t n = tk_utf8_decode(text, &c);

		if (!n)
			return false;
		text.p += n;
		text.n -= n;
	}
	return true;
}

bool tk_export_is_of_bytes(const tok_model *m)
{
	if (m->form > TOK_NORMALIZE_NFKC_CASEFOLD ||
	    m->split.kind > TOK_SPLIT_WORD)
		return false;
	for (int i = 0; i < 256; i++)
		if (tk_trie_find(&m->trie,
				 (tok_bytes){&tk_every_byte[i], 1}) < 0)
			return false;
	for (tok_id id = 0; id < m->n_ids; id++)
		if (m->kind[id] > TOK_KIND_RESERVED)
			return false;
	return true;
}

tok_bytes tk_export_reserved_name(tok_id id, char name[TK_RESERVED_NAME])
{
	(void)snprintf(name, TK_RESERVED_NAME, "<reserved_%ld>", (long)id);
	return tok_bytes_of(name);
}

tok_status tok_model_export(const tok_model *m, tok_model_format format,
			    const tok_export_options *options, tok_buf *out,
			    tok_error *err)
{
	struct tk_obstacles found = {0};
	size_t before = out->n;
	tok_export_options o;
	const char *what = "a model of SentencePiece";
	tok_status st;

	tok_export_options_defaults(&o, sizeof(o));
	if (!tk_options_take(&o, options, sizeof(o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "tok_export_options: size is not set");
	switch (format) {
	case TOK_FORMAT_TOK:
		st = tk_model_image(m, out);
		break;
	case TOK_FORMAT_SENTENCEPIECE:
		st = tk_export_sp(m, out, &found);
		break;
	case TOK_FORMAT_HUGGINGFACE:
		what = "a tokenizer.json of Hugging Face";
		st = tk_export_hf(m, out, &found);
		break;
	default:
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "a format that is none");
	}
	st = st ? tk_fail_status(err, st, "a model's file")
		: tk_obstacles_end(&found, what, o.allow_differences, err);
	if (st)
		out->n = before;
	return st;
}
