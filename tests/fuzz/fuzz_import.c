/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a model file, by both rules of SentencePiece: refused with a
 * sentence, or a model that encodes some texts and the file itself to ids
 * that text may yield, whose spans tile it or, the original's, rise in it, and
 * that decode; and an encoder with a cache and without spans gives the same.
 * By a tokenizer.json's rules text may yield special tokens, spans may lie
 * over each other, and what is too much or unknown is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "model/lint.h"
#include "model/sentencepiece.h"
#include "tok/segment.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { MAX_TEXT = 5000 };

static void need(int right)
{
	if (!right)
		abort();
}

static bool has_steps(const tok_model *m)
{
	return tok_model_normalize(m) == TOK_NORMALIZE_STEPS;
}

static void check_ids(const tok_model *m, const tok_ids *ids, size_t n,
		      bool tiles)
{
	bool rises = tiles || !has_steps(m);
	uint64_t at = 0;

	for (size_t i = 0; i < ids->n; i++) {
		tok_kind kind = tok_model_kind(m, ids->id[i]);

		need(ids->id[i] >= 0 && ids->id[i] < tok_model_n_ids(m));
		need((kind != TOK_KIND_CONTROL || has_steps(m)) &&
		     kind != TOK_KIND_RESERVED && kind != TOK_KIND_UNUSED);
		uint64_t begin = ids->span[i].begin;

		need(tiles ? begin == at : begin >= at || !rises);
		at = ids->span[i].end;
		need(at <= n && (at >= begin || !rises));
	}
	need(!ids->n || !tiles || at == n);
}

static void check_text(tok_encoder *const e[2], const tok_model *m,
		       tok_bytes text, bool tiles)
{
	tok_ids ids = {0}, again = {0};
	tok_buf out = {0};

	tok_status st = tok_encode(e[0], text, &ids);
	need(!st || (has_steps(m) && !ids.n &&
		     (st == TOK_E_UNSUPPORTED || st == TOK_E_LIMIT)));
	check_ids(m, &ids, text.n, tiles);
	need(tok_encode(e[1], text, &again) == st);
	need(ids.n == again.n &&
	     (!ids.n || !memcmp(ids.id, again.id, ids.n * sizeof(*ids.id))));
	st = tok_decode(m, ids.id, ids.n, &out, NULL);
	need(!st || (has_steps(m) && st == TOK_E_LIMIT && !out.n));
	tok_ids_release(&ids);
	tok_ids_release(&again);
	tok_buf_release(&out);
}

static void check_spans(const tok_model *m, tok_bytes file, tok_spans spans)
{
	bool tiles = spans == TOK_SPANS_COVER;
	static uint8_t runs[MAX_TEXT];
	tok_encoder_options o;
	tok_encoder *e[2];

	tok_encoder_options_defaults(&o, sizeof(o));
	o.spans = spans;
	o.cache_size = 0;
	if (tok_encoder_new(m, &o, &e[0])) {
		need(!tiles);
		return;
	}
	o.spans = TOK_SPANS_NONE;
	o.cache_size = 1 << 14;
	need(!tok_encoder_new(m, &o, &e[1]));
	check_text(e, m, tok_bytes_of(""), tiles);
	check_text(e, m, tok_bytes_of("  a  hi <s> \xE2\x96\x81 \xC3\xA9\xC3"),
		   tiles);
	memset(runs, 'a', sizeof(runs));
	check_text(e, m, (tok_bytes){runs, sizeof(runs)}, tiles);
	file.n = file.n < MAX_TEXT ? file.n : MAX_TEXT;
	check_text(e, m, file, tiles);
	for (tok_id id = 0; id < tok_model_n_ids(m) && id < 300; id++) {
		tok_buf out = {0};

		check_text(e, m, tok_model_piece(m, id), tiles);
		tok_status st = tok_decode(m, &id, 1, &out, NULL);
		need(!st || (has_steps(m) && st == TOK_E_LIMIT));
		tok_buf_release(&out);
	}
	tok_encoder_free(e[0]);
	tok_encoder_free(e[1]);
}

/* What it becomes elsewhere is read again; its own format gives it back. */
static void check_exports(const tok_model *m, const tok_load_options *o)
{
	tok_export_options e;
	tok_error err = {0};

	tok_export_options_defaults(&e, sizeof(e));
	e.allow_differences = 1;
	for (int to = 0; to < 3; to++) {
		tok_model_format format = (tok_model_format)to;
		tok_buf out = {0};
		tok_model *again = NULL;

		if (tok_model_export(m, format, &e, &out, &err))
			need(err.code == TOK_E_UNSUPPORTED && !out.n &&
			     strlen(err.text) > 0);
		else if (format != TOK_FORMAT_HUGGINGFACE)
			need(!tok_model_parse((tok_bytes){out.p, out.n}, o,
					      &again, NULL));
		if (again && (format == TOK_FORMAT_TOK ||
			      m->form == TOK_NORMALIZE_SENTENCEPIECE))
			need(!memcmp(&again->fingerprint, &m->fingerprint,
				     sizeof(tok_digest)));
		tok_model_free(again);
		tok_buf_release(&out);
	}
}

static void see(void *ctx, const tok_finding *f)
{
	need(f->text[0] && f->id >= -1);
	*(size_t *)ctx += f->is_error != 0;
}

/* An error is found if, and only if, the file is refused; names may be there
 * twice in one that is not. */
static void check_lint(tok_bytes file, const tok_model *m)
{
	size_t n_errors = 0;
	struct tk_lint lint = {.see = see, .ctx = &n_errors};
	tok_status st = TOK_OK;

	if (tk_sp_sniff(file))
		st = tk_lint_sp(&lint, file, "x", NULL);
	need(!m || (!st && !n_errors));
	if (m)
		need(!tk_lint_model(&lint, m));
}

static void check_model(const tok_model *m, tok_bytes file)
{
	check_spans(m, file, TOK_SPANS_COVER);
	check_spans(m, file, TOK_SPANS_PEER);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const tok_bytes file = {p, n};
	tok_load_options o;

	tok_load_options_defaults(&o, sizeof(o));
	for (int i = 0; i < 2; i++) {
		tok_error err = {0};
		tok_model *m;

		o.sp_rules = i ? TOK_SP_RULES_0_2_1 : TOK_SP_RULES_0_2_3;
		tok_status st = tok_model_parse(file, &o, &m, &err);
		if (st)
			need(!m && err.code == st && strlen(err.text) > 0);
		else
			check_model(m, file);
		if (!st)
			check_exports(m, &o);
		check_lint(file, m);
		tok_model_free(m);
	}
	return 0;
}
