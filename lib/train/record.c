/* SPDX-License-Identifier: Apache-2.0 */
/* The training record. In: options and report. Out: one line of JSON. */
#include "train/record.h"

#include "base/buf.h"
#include "base/json.h"

static void put_options(struct tk_json_out *json, const tok_train_options *o)
{
	tk_json_put_object(json, "options");
	tk_json_put_u64(json, "vocab_size", o->vocab_size);
	tk_json_put_u64(json, "pad_vocab", o->pad_vocab);
	tk_json_put_u64(json, "max_piece", o->max_piece);
	tk_json_put_string(json, "split", tok_split_name(o->split));
	tk_json_put_string(json, "normalize",
			   tok_normalize_name(o->normalize));
	tk_json_put_u64(json, "seed", o->seed);
	tk_json_put_end(json);
}

static void put_ledger(struct tk_json_out *json, const tok_ledger *l)
{
	tk_json_put_object(json, "ledger");
	tk_json_put_u64(json, "bytes_in", l->bytes_in);
	tk_json_put_u64(json, "bytes_documents", l->bytes_documents);
	tk_json_put_u64(json, "bytes_container", l->bytes_container);
	tk_json_put_object(json, "bytes_skipped");
	for (int i = 0; i < TOK_N_SKIPS; i++)
		tk_json_put_u64(json, tok_skip_name((tok_skip)i),
				l->bytes_skipped[i]);
	tk_json_put_end(json);
	tk_json_put_u64(json, "documents", l->documents);
	tk_json_put_u64(json, "documents_empty", l->documents_empty);
	tk_json_put_end(json);
}

tok_status tk_record_write(const tok_train_options *options,
			   const tok_train_report *report, tok_buf *out)
{
	struct tk_json_out json;

	tk_json_out_init(&json, out->alloc, 0);
	tk_json_put_object(&json, NULL);
	tk_json_put_string(&json, "tok", tok_version());
	put_options(&json, options);
	tk_json_put_u64(&json, "vocab_size", report->vocab_size);
	tk_json_put_u64(&json, "bytes", report->bytes);
	tk_json_put_u64(&json, "tokens", report->tokens);
	put_ledger(&json, &report->ledger);
	tk_json_put_end(&json);
	tok_status st = tk_json_out_finish(&json, out);
	return st ? st : tk_buf_append(out, "", 1);
}
