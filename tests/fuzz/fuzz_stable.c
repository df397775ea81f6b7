/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text and any continuation, through our own splits and forms, a model of
 * SentencePiece's rules and steps of a tokenizer.json: the ids that are said
 * to be stable are those that the longer text begins with, where text comes in
 * those two parts it has the ids of the whole, also drawn, and it is cut off
 * behind its first ids in the same place however early looking stops. The
 * first byte chooses the model, the second says where the text is parted; the
 * rest is text.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "model/make.h"
#include "segment/stream.h"
#include "segment/truncate.h"
#include "text/pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { N_OWN = 12, N_MODELS = N_OWN + 5 };

static const char *const word[] = {
	"a", "b", "ab", "abc", "bc", " a", "a b", "  ", "\n\n", "a\n", "aaaa",
	"aaaaa", "aaaaaaaaa", "12", "\u00E9", "\u2581", "\u2581a", "\u2581ab",
	"e\u0301", "\u65E5", "\u65E5\u672C", "</s>", "-"};
enum { N_WORDS = sizeof(word) / sizeof(*word) };

static void need(int right)
{
	if (!right)
		abort();
}

static tok_model *own(size_t i)
{
	struct tk_piece piece[N_WORDS];
	int32_t byte_score[256];
	size_t n = 0;
	tok_model *m;

	for (int k = 0; k < 256; k++)
		byte_score[k] = -65536 * (5 + k % 3);
	for (int k = 0; k < N_WORDS; k++)
		if (word[k][1])
			piece[n++] = (struct tk_piece){
				tok_bytes_of(word[k]), -65536 * (3 + k % 4)};
	const struct tk_spec spec = {
		.byte_score = byte_score,
		.piece = piece,
		.n_pieces = n,
		.split = (tok_split)(i % 3),
		.normalize = (tok_normalize)(i / 3),
	};
	need(!tk_model_build(&spec, NULL, &m, NULL));
	return m;
}

static void add_step(struct tk_steps_draft *draft, enum tk_step_kind kind,
		     uint32_t arg, const char *regex, const char *b)
{
	struct tk_step step = {.kind = kind, .arg = arg};
	tok_buf pattern = {0};

	if (kind == TK_STEP_PREPEND)
		step.a = tok_bytes_of(regex);
	else if (regex) {
		need(!tk_pattern_add_regex(&pattern, tok_bytes_of(regex)));
		step.a = (tok_bytes){pattern.p, pattern.n};
	}
	step.b = tok_bytes_of(b);
	need(!tk_steps_add_step(draft, &step));
	tok_buf_release(&pattern);
}

static void add_steps(struct tk_steps_draft *draft, bool spaces)
{
	if (spaces) {
		add_step(draft, TK_STEP_FORM, TK_NFKC, NULL, "");
		add_step(draft, TK_STEP_REPLACE, 0, " {2,}", " ");
		add_step(draft, TK_STEP_ADDED, 0, NULL, "");
		add_step(draft, TK_STEP_SPLIT, TK_SPLIT_REMOVED, "\\s+", "");
		add_step(draft, TK_STEP_PREPEND, 0, "\u2581", "");
		return;
	}
	add_step(draft, TK_STEP_STRIP, 3, NULL, "");
	add_step(draft, TK_STEP_LOWERCASE, 0, NULL, "");
	add_step(draft, TK_STEP_ADDED, 0, NULL, "");
	add_step(draft, TK_STEP_SPLIT, TK_SPLIT_WITH_PREVIOUS, "\\d{1,2}", "");
	add_step(draft, TK_STEP_OWN_SPLIT, TOK_SPLIT_SPACE, NULL, "");
}

/* 0, 1: steps; 2 to 4: SentencePiece's flags. */
static tok_model *others(size_t i)
{
	static const uint32_t flags[] = {7, 4, 15};
	static const struct tk_added token[] = {
		{{(const uint8_t *)"<s>", 3}, N_WORDS + 1, 0},
		{{(const uint8_t *)"<m>", 3}, N_WORDS + 2, TK_ADDED_LSTRIP},
		{{(const uint8_t *)"w", 1}, N_WORDS + 3,
		 TK_ADDED_SINGLE_WORD | TK_ADDED_RSTRIP}};
	struct tk_row row[N_WORDS + 4];
	struct tk_steps_draft draft = {.n_vocab = N_WORDS + 1};
	tok_buf steps = {0};
	tok_model *m;

	row[0] = (struct tk_row){tok_bytes_of("<unk>"), 0,
				 i < 2 ? TOK_KIND_PIECE : TOK_KIND_UNKNOWN};
	for (int k = 0; k < N_WORDS; k++)
		row[k + 1] = (struct tk_row){
			tok_bytes_of(word[k]), -1.25 * (1 + k % 4),
			i > 1 && k % 9 == 5 ? TOK_KIND_USER : TOK_KIND_PIECE};
	for (int k = 0; k < 3; k++)
		row[N_WORDS + 1 + k] =
			(struct tk_row){token[k].text, 0, TOK_KIND_ADDED};
	struct tk_table table = {
		.row = row,
		.n_ids = i < 2 ? N_WORDS + 4 : N_WORDS + 1,
		.split = i < 2 ? TOK_SPLIT_STEPS : TOK_SPLIT_WHOLE,
		.normalize = i < 2 ? TOK_NORMALIZE_STEPS
				   : TOK_NORMALIZE_SENTENCEPIECE,
		.arithmetic = i < 2 ? TK_HF_DOUBLE : TK_SP_FLOAT,
		.sp_flags = i < 2 ? 0 : flags[i - 2],
	};
	if (i < 2) {
		for (int k = 0; k < 3; k++)
			need(!tk_steps_add_token(&draft, &token[k]));
		add_steps(&draft, i);
		need(!tk_steps_write(&draft, &steps));
	}
	table.steps = (tok_bytes){steps.p, steps.n};
	need(!tk_model_make(&table, "x", NULL, &m, NULL));
	tk_steps_draft_release(&draft);
	tok_buf_release(&steps);
	return m;
}

/* In two parts, of which little is held. */
static void in_parts(tok_encoder *e, tok_bytes text, size_t at,
		     const tok_draw *draw, const tok_ids *want)
{
	const tok_bytes rest = {text.p + at, text.n - at};
	tok_stream *stream;
	tok_ids ids = {0};

	need(!tk_stream_new(e, NULL, 9 + at % 8, &stream));
	need(!tok_stream_begin(stream, draw, &ids));
	need(!tok_stream_add(stream, (tok_bytes){text.p, at}, &ids));
	need(!tok_stream_add(stream, rest, &ids));
	need(!tok_stream_end(stream, &ids));
	need(ids.n == want->n);
	need(!ids.n || !memcmp(ids.id, want->id, ids.n * sizeof(*ids.id)));
	tok_stream_free(stream);
	tok_ids_release(&ids);
}

/* The first max_ids ids of text, looked for from one byte on. */
static void check_truncation(tok_encoder *e, tok_bytes text,
			     const tok_ids *all, uint64_t max_ids)
{
	tok_truncation early, late;
	tok_ids ids = {0};
	uint64_t n;

	need(!tok_count(e, NULL, text, &n));
	need(n == all->n);
	need(!tk_truncate(e, text, max_ids, 1, &ids, &early));
	need(!tk_truncate(e, text, max_ids, text.n, NULL, &late));
	need(early.n_ids == late.n_ids && early.end == late.end);
	need(early.is_whole == (max_ids >= n));
	need(early.n_ids == ids.n && early.end <= text.n);
	need(ids.n == (n < max_ids ? n : max_ids));
	need(!ids.n || !memcmp(ids.id, all->id, ids.n * sizeof(*ids.id)));
	tok_ids_release(&ids);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static tok_model *model[N_MODELS];
	static tok_encoder *encoder[N_MODELS];
	tok_ids stable = {0}, all = {0};
	tok_buf tail = {0};
	tok_draw draw;
	size_t end;

	tok_draw_defaults(&draw, sizeof(draw));
	draw.alpha = 0.5;

	if (n < 2)
		return 0;
	size_t i = p[0] % N_MODELS, at = (n - 2) * p[1] / 255;
	if (!model[i]) {
		model[i] = i < N_OWN ? own(i) : others(i - N_OWN);
		need(!tok_encoder_new(model[i], NULL, &encoder[i]));
	}
	need(!tok_heal(encoder[i], (tok_bytes){p + 2, at}, &stable, &end,
		       &tail));
	need(end <= at);
	need(!tok_encode(encoder[i], (tok_bytes){p + 2, n - 2}, &all));
	need(all.n >= stable.n);
	need(!stable.n ||
	     !memcmp(all.id, stable.id, stable.n * sizeof(*stable.id)));
	const tok_bytes text = {p + 2, n - 2};
	in_parts(encoder[i], text, at, NULL, &all);
	check_truncation(encoder[i], text, &all, at);
	all.n = 0;
	need(!tok_sample(encoder[i], text, 0.5, draw.key, &all));
	in_parts(encoder[i], text, at, &draw, &all);
	tok_ids_release(&stable);
	tok_ids_release(&all);
	tok_buf_release(&tail);
	return 0;
}
