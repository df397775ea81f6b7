/* SPDX-License-Identifier: Apache-2.0 */
/* Files of any known format to models. In: a path or bytes. Out: a model; the
 * format is known by the first bytes, never by the name. */
#include "base/error.h"
#include "base/file.h"
#include "base/options.h"
#include "model/import_bytepiece.h"
#include "model/import_hf.h"
#include "model/import_sp.h"
#include "model/sentencepiece.h"

void tok_load_options_defaults(tok_load_options *options, size_t size)
{
	const tok_load_options o = {
		.size = sizeof(o),
		.max_file = UINT64_C(1) << 30,
	};

	tk_options_give(options, size, &o, sizeof(o));
}

int tok_model_sniff(tok_bytes head)
{
	size_t n = sizeof(tk_image_magic);

	return (head.n >= n && !memcmp(head.p, tk_image_magic, n)) ||
	       tk_sp_sniff(head) || tk_bytepiece_sniff(head) ||
	       tk_hf_sniff(head);
}

tok_status tk_load_bytes(tok_buf *file, const tok_load_options *o,
			 const char *path, tok_model **out, tok_error *err)
{
	tok_bytes bytes = {file->p, file->n};

	enum tk_arithmetic floats = o->sp_rules == TOK_SP_RULES_0_2_1
					    ? TK_SP_FLOAT_OLD
					    : TK_SP_FLOAT;
	tok_status st;

	if (tk_sp_sniff(bytes))
		st = tk_import_sp(bytes, path, floats, o->alloc, out, err);
	else if (tk_bytepiece_sniff(bytes))
		st = tk_import_bytepiece(bytes, path, o->alloc, out, err);
	else if (tk_hf_sniff(bytes))
		st = tk_import_hf(bytes, path, o->alloc, out, err);
	else
		return tk_model_adopt(file, o->alloc, path, out, err);
	tok_buf_release(file);
	return st;
}

tok_status tk_load_options_take(tok_load_options *o,
				const tok_load_options *given, tok_error *err)
{
	tok_load_options_defaults(o, sizeof(*o));
	if (!tk_options_take(o, given, sizeof(*o)))
		return tk_fail(err, TOK_E_ARGUMENT, 0,
			       "tok_load_options: size is not set");
	return TOK_OK;
}

tok_status tok_model_load(const char *path, const tok_load_options *options,
			  tok_model **out, tok_error *err)
{
	tok_load_options o;
	tok_buf file;

	*out = NULL;
	tok_status st = tk_load_options_take(&o, options, err);
	if (st)
		return st;
	tok_buf_init(&file, o.alloc);
	st = tk_file_read(path, o.max_file, &file, err);
	if (st) {
		tok_buf_release(&file);
		return st;
	}
	return tk_load_bytes(&file, &o, path, out, err);
}

tok_status tok_model_parse(tok_bytes bytes, const tok_load_options *options,
			   tok_model **out, tok_error *err)
{
	tok_load_options o;
	tok_buf file;

	*out = NULL;
	tok_status st = tk_load_options_take(&o, options, err);
	if (!st && bytes.n > o.max_file)
		st = tk_fail(err, TOK_E_LIMIT, o.max_file,
			     "the model is larger than %llu bytes",
			     (unsigned long long)o.max_file);
	if (st)
		return st;
	tok_buf_init(&file, o.alloc);
	if (tk_buf_append(&file, bytes.p, bytes.n)) {
		tok_buf_release(&file);
		return tk_fail_status(err, TOK_E_MEMORY, "the model");
	}
	return tk_load_bytes(&file, &o, "the model", out, err);
}
