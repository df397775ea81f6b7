/* SPDX-License-Identifier: Apache-2.0 */
#include "hf_toy.h"

#include <stdio.h>

#include "base/buf.h"
#include "model/import_hf.h"
#include "tok/segment.h"
#include "unit.h"

const char hf_toy_model[] =
	"{\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0], "
	"[\"a\", -1], [\"b\", -1.5], [\"ab\", -2], [\"\u2581\", -3], "
	"[\"\u2581a\", -2.5]]}";

static void put(tok_buf *out, const char *key, const char *value,
		const char *usual)
{
	assert_ok(tk_buf_text(out, key));
	assert_ok(tk_buf_text(out, value ? value : usual));
}

void hf_toy_write(const struct hf_toy *toy, tok_buf *out)
{
	out->n = 0;
	put(out, "{\"version\": \"1.0\", \"truncation\": ", NULL, "null");
	put(out, ", \"added_tokens\": ", toy->added, "[]");
	put(out, ", \"normalizer\": ", toy->normalizer, "null");
	put(out, ", \"pre_tokenizer\": ", toy->pre_tokenizer, "null");
	put(out, ", \"post_processor\": ", toy->post_processor, "null");
	put(out, ", \"decoder\": ", toy->decoder, "null");
	put(out, ", \"model\": ", toy->model, hf_toy_model);
	assert_ok(tk_buf_text(out, "}"));
}

tok_model *hf_toy_load(const struct hf_toy *toy)
{
	tok_buf file = {0};
	tok_error err = {0};
	tok_model *m;

	hf_toy_write(toy, &file);
	if (tk_import_hf((tok_bytes){file.p, file.n}, "x.json", NULL, &m,
			 &err))
		fail_msg("%s", err.text);
	tok_buf_release(&file);
	return m;
}

void hf_toy_refused(const struct hf_toy *toy, tok_status status,
		    const char *says)
{
	tok_buf file = {0};
	tok_error err = {0};
	tok_model *m;

	hf_toy_write(toy, &file);
	assert_int_equal(tk_import_hf((tok_bytes){file.p, file.n}, "x.json",
				      NULL, &m, &err),
			 status);
	assert_null(m);
	assert_int_equal(err.code, status);
	if (!strstr(err.text, "x.json") || !strstr(err.text, says))
		fail_msg("\"%s\" does not say \"%s\"", err.text, says);
	tok_buf_release(&file);
}

const char *hf_toy_ids(const tok_model *m, tok_bytes text, int spans)
{
	static char line[2000];
	tok_encoder_options o;
	tok_ids ids = {0};
	tok_encoder *e;
	size_t n = 0;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.spans = (tok_spans)spans;
	assert_ok(tok_encoder_new(m, &o, &e));
	assert_ok(tok_encode(e, text, &ids));
	line[0] = '\0';
	for (size_t i = 0; i < ids.n; i++) {
		n += (size_t)snprintf(line + n, sizeof(line) - n, "%s%d",
				      i ? " " : "", (int)ids.id[i]);
		if (spans)
			n += (size_t)snprintf(line + n, sizeof(line) - n,
					      ":%d-%d",
					      (int)ids.span[i].begin,
					      (int)ids.span[i].end);
		assert_true(n < sizeof(line));
	}
	tok_ids_release(&ids);
	tok_encoder_free(e);
	return line;
}

const char *hf_toy_decode(const tok_model *m, const char *ids)
{
	static char line[500];
	tok_buf out = {0};
	tok_id id[50];
	size_t n = 0;

	for (char *end; *ids; ids = end)
		id[n++] = (tok_id)strtol(ids, &end, 10);
	assert_ok(tok_decode(m, id, n, &out, NULL));
	assert_true(out.n < sizeof(line));
	if (out.n)
		memcpy(line, out.p, out.n);
	line[out.n] = '\0';
	tok_buf_release(&out);
	return line;
}
