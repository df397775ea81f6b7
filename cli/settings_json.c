/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings of a manifest. Equal settings on equal inputs give equal
 * shards, so whatever decides a byte is in here, and nothing else is.
 */
#include "settings_json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "put_json.h"

static const char *const by_names[] = {
	[TOK_BY_LINE] = "line",	     [TOK_BY_FILE] = "file",
	[TOK_BY_NULL] = "null",	     [TOK_BY_SEPARATOR] = "sep",
	[TOK_BY_JSONL] = "jsonl",
};

/* Integers of JSON end, for many readers, where those of 64 bits with a sign
 * do: larger ones are text. */
static void put_whole(struct output *out, const char *key, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	if (n > INT64_MAX)
		put_pair_text(out, key, text);
	else
		put_pair(out, key, n);
}

static void put_documents(struct output *out, const struct settings *s)
{
	put_pair_text(out, "by", by_names[s->by.by]);
	if (s->by.by == TOK_BY_SEPARATOR) {
		/* bytes of any kind: in hexadecimal */
		put_key(out, "separator");
		put_text(out, "\"");
		for (size_t i = 0; i < s->by.n_separator; i++)
			put_format(out, "%02x", s->by.separator[i]);
		put_text(out, "\"");
	}
	if (s->by.by == TOK_BY_JSONL) {
		put_pair_text(out, "field", s->by.field);
		put_pair_text(out, "on_bad_line",
			      s->on_bad_line ? "skip" : "error");
	}
}

static void put_sample(struct output *out, const struct settings *s)
{
	const struct sampling *how = &s->sample;

	put_key(out, "sample");
	if (!how->on) {
		put_text(out, "null");
		return;
	}
	put_text(out, "{\"alpha\":");
	if (how->alpha > 1.7e308) /* JSON has no infinity */
		put_text(out, "\"inf\"");
	else
		put_real(out, how->alpha);
	put_whole(out, "seed", how->seed);
	put_whole(out, "epoch", how->epoch);
	if (how->key == TOK_KEY_CONTENT) {
		put_pair_text(out, "key", "content");
	} else {
		put_pair_text(out, "key", "number");
		put_pair(out, "doc_offset", s->doc_offset);
	}
	put_key(out, "p");
	put_real(out, how->p);
	if (how->nbest)
		put_pair(out, "nbest", how->nbest);
	put_text(out, "}");
}

tok_status settings_json(const struct settings *s, char text[MAX_SETTINGS],
			 tok_error *err)
{
	struct output out;
	tok_status st = output_open(&out, NULL, false, err);

	if (st)
		return st;
	put_format(&out, "{\"input\":\"%s\"", s->ids ? "ids" : "text");
	put_documents(&out, s);
	put_pair_bool(&out, "add_special", s->add_special);
	put_pair_bool(&out, "bos", s->bos);
	put_pair_bool(&out, "eos", s->eos);
	put_sample(&out, s);
	put_pair(&out, "row_len", s->row_len);
	put_pair_text(&out, "method", tok_method_name((tok_method)s->method));
	if (s->method == TOK_METHOD_BEST_FIT)
		put_pair(&out, "open_rows", s->open_rows);
	if (s->method != TOK_METHOD_WRAP)
		put_pair_text(&out, "over_long",
			      tok_over_long_name((tok_over_long)s->over_long));
	put_key(&out, "val");
	put_real(&out, s->val);
	put_pair(&out, "level", s->level);
	put_pair(&out, "shard_size", s->shard_size);
	put_text(&out, "}");
	/* Never flushed: the buffer is the text. */
	if (out.total >= MAX_SETTINGS || out.total != out.n)
		return fail(err, TOK_E_LIMIT, "--jsonl: the name is too long");
	memcpy(text, out.byte, out.n);
	text[out.n] = 0;
	return TOK_OK;
}
