/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An exported model is read again and tried beside the one it was made of.
 * In: both, texts. Out: how many texts give the same ids.
 */
#include "check_export.h"

#include <stdio.h>

#include "escape.h"
#include "operands.h"

#define N_TEXTS 1000

struct pair {
	tok_encoder *one, *other;
	struct export_check *check;
	bool only_utf8;
};

/* As much of a text as fits a sentence. */
static void show(char *to, tok_bytes text)
{
	size_t n = text.n < MAX_SHOWN ? text.n : MAX_SHOWN;

	for (size_t i = 0; i < n; i++) {
		uint8_t c = text.p[i];

		to += c < ' ' || c == '\\' || c == 0x7F
			      ? snprintf(to, 5, "\\x%02X", c)
			      : snprintf(to, 2, "%c", c);
	}
	if (n < text.n)
		(void)snprintf(to, 4, "...");
}

static bool is_utf8(tok_bytes text)
{
	uint32_t c;

	for (size_t n = 1; n && text.n; text.p += n, text.n -= n)
		n = utf8_next(text, &c);
	return !text.n;
}

static tok_status try_text(const struct pair *pair, tok_bytes text)
{
	struct export_check *c = pair->check;
	uint64_t same = c->sum.same;
	tok_status st = tok_agree(pair->one, pair->other, &text, 1, &c->sum);

	if (!st && c->sum.same == same && !c->first[0])
		show(c->first, text);
	return st;
}

static tok_status try_vocabulary(const struct pair *pair,
				 const tok_model *model)
{
	tok_buf text;
	tok_status st = TOK_OK;

	tok_buf_init(&text, NULL);
	for (uint64_t i = 0; !st && i < N_TEXTS; i++) {
		text.n = 0;
		st = tok_model_sample_text(model, i, &text);
		if (!st)
			st = try_text(pair, (tok_bytes){text.p, text.n});
	}
	tok_buf_release(&text);
	return st;
}

static tok_status try_documents(const struct pair *pair,
				const struct settings *s, tok_error *err)
{
	struct settings own = *s;
	tok_source *source;
	tok_doc doc;

	own.input = &s->try_on;
	own.n_inputs = 1;
	tok_status st = operands_open(&own, NULL, 0, &source, err);
	while (!st) {
		st = tok_source_next(source, &doc, err);
		if (!st && pair->only_utf8 && !is_utf8(doc.text))
			pair->check->left_out++;
		else if (!st)
			st = try_text(pair, doc.text);
	}
	tok_source_close(source);
	return st == TOK_END ? TOK_OK : st;
}

static tok_status try_all(const struct settings *s, const tok_model *model,
			  const tok_model *again, struct pair *pair,
			  tok_error *err)
{
	tok_status st = tok_encoder_new(model, NULL, &pair->one);

	if (!st)
		st = tok_encoder_new(again, NULL, &pair->other);
	if (!st)
		st = try_vocabulary(pair, model);
	if (!st && s->try_on)
		st = try_documents(pair, s, err);
	tok_encoder_free(pair->one);
	tok_encoder_free(pair->other);
	return st;
}

tok_status check_export(const struct settings *s, const tok_model *model,
			tok_model_format format, tok_bytes file,
			struct export_check *check, tok_error *err)
{
	struct pair pair = {.check = check,
			    .only_utf8 = format == TOK_FORMAT_HUGGINGFACE};
	tok_load_options o;
	tok_model *again;

	*check = (struct export_check){.n_ids = tok_model_n_ids(model)};
	tok_load_options_defaults(&o, sizeof(o));
	o.sp_rules = (tok_sp_rules)s->sp_arithmetic;
	tok_status st = tok_model_parse(file, &o, &again, err);
	if (st)
		return st;
	check->n_ids = tok_model_n_ids(again);
	st = try_all(s, model, again, &pair, err);
	tok_model_free(again);
	return st;
}
