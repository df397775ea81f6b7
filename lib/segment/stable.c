/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw bytes that may go on -> the ids that they have in any case. In two
 * stages, each right by itself: (a) the clean text that no continuation
 * changes, which every room of text says of its own rules; (b) of that, with
 * anything behind it, the ids that all best paths share, which the kernels
 * say (tk_prefix). What is unknown at the end of them is left out where
 * unknown neighbours become one id, or are looked up together.
 *
 * No continuation changes the ids: never more than is true. It may be less,
 * as (b) does not know which clean texts can come behind (but for a space that
 * SentencePiece holds back), nor which pieces are ever of use.
 */
#include "segment/stable.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "model/cuts.h"
#include "segment/encode_steps.h"
#include "segment/kernels.h"
#include "segment/lattice.h"
#include "segment/spans.h"
#include "segment/unknown.h"

/* Appends the path that a word has in any case, if what follows it, if
 * anything does, is next. *done: how much of the word that is. */
static tok_status open_path(tok_encoder *e, tok_bytes word, tok_bytes next,
			    tok_ids *path, size_t *done)
{
	const tok_model *m = e->model;
	size_t cut = tk_cuts_last(m, word);

	*done = 0;
	if (!word.n)
		return TOK_OK;
	const struct tk_prefix prefix = {
		.text = {word.p + cut, word.n - cut},
		.next = next,
		.longest = m->max_piece,
		.characters = tk_lattice_of_characters(m),
	};
	union tk_cell sum = {0};
	tok_status st = TOK_OK;

	if (cut)
		st = tk_chunks(&e->chunker, (tok_bytes){word.p, cut}, &sum,
			       path);
	if (!st)
		st = tk_kernels_of(m)->open(&e->chunker.viterbi, m, &prefix,
					   sum, path, done);
	*done += cut;
	return st;
}

/* Leaves out of e->raw, the path of text, what is unknown at its end; how much
 * of text is left. */
static size_t drop_unknown(tok_encoder *e, tok_bytes text)
{
	const tok_model *m = e->model;
	size_t at = 0, n = 0, end = 0;

	for (size_t i = 0; i < e->raw.n; i++) {
		tok_id id = e->raw.id[i];

		at += id < 0 ? tk_unknown_size(text.p, at, text.n)
			     : tk_model_bytes(m, id).n;
		if (id < 0 || id == m->unknown)
			continue;
		n = i + 1;
		end = at;
	}
	e->raw.n = n;
	return end;
}

/* (b) of clean text that is one word. */
static tok_status whole(tok_encoder *e, tok_bytes clean, tok_bytes next,
			struct tk_stable *out)
{
	bool after_unknown = false;

	e->raw.n = 0;
	tok_status st = open_path(e, clean, next, &e->raw, &out->clean);
	if (st)
		return st;
	if (!(e->model->sp_flags & TK_SP_BYTE_FALLBACK))
		out->clean = drop_unknown(e, clean);
	return tk_unknown(e->model, (tok_bytes){clean.p, out->clean}, &e->raw,
			  TOK_SPANS_NONE, &after_unknown, &e->stable);
}

/* (b) of clean text that is split. */
static tok_status words(tok_encoder *e, tok_bytes clean,
			struct tk_stable *out)
{
	const struct tk_split *split = &e->model->split;
	const tok_bytes any = {NULL, 0};
	size_t at = 0, end, done = 0;
	tok_status st = TOK_OK;

	for (; !st && tk_split_is_final(split, clean, at, &end); at = end) {
		union tk_cell sum = {0};

		st = tk_chunks(&e->chunker,
			       (tok_bytes){clean.p + at, end - at}, &sum,
			       &e->stable);
	}
	if (!st && at < end)
		st = open_path(e, (tok_bytes){clean.p + at, end - at}, any,
			       &e->stable, &done);
	out->clean = at + done;
	return st;
}

/* Where in raw what the first ids stand for ends. */
static size_t raw_end(const tok_encoder *e, tok_bytes raw, tok_bytes clean,
		      size_t end)
{
	const struct tk_alignment alignment = {raw, clean, &e->runs};
	tok_span span[2] = {{0, end}, {end, clean.n}};

	if (!end)
		return 0;
	tk_spans_map(&alignment, TOK_SPANS_COVER, span, 2);
	return (size_t)span[0].end;
}

static tok_status plain(tok_encoder *e, tok_bytes raw, struct tk_stable *out)
{
	const struct tk_normalizer *normalizer = e->model->normalizer;
	tok_bytes clean = raw;
	tok_status st = TOK_OK;

	e->clean.n = 0;
	e->runs.n = 0;
	if (normalizer) {
		raw.n = tk_normalize_final(normalizer, raw);
		st = tk_normalize(normalizer, raw, &e->clean, &e->runs,
				  &clean);
	}
	if (!st)
		st = words(e, clean, out);
	if (!st)
		out->end = raw_end(e, raw, clean, out->clean);
	return st;
}

struct tk_sp_form tk_stable_sp_form(const tok_model *m)
{
	struct tk_sp_form form = m->sp_form;

	if (form.treat_whitespace_as_suffix)
		form.add_dummy_prefix = form.treat_whitespace_as_suffix = false;
	return form;
}

/*
 * Spaces at the end go, if nothing else follows. So clean text ends before
 * them, and what may come next is one of them.
 */
static tok_status sentencepiece(tok_encoder *e, tok_bytes raw,
				struct tk_stable *out)
{
	static const uint8_t symbol[] = {0xE2, 0x96, 0x81};
	const struct tk_sp_form form = tk_stable_sp_form(e->model);
	tok_bytes clean, next = {NULL, 0};

	raw.n = tk_sp_normalize_final(&form, raw);
	e->clean.n = 0;
	tok_status st = tk_sp_normalize_part(&form, raw, true, false,
					     &e->clean);
	size_t n = e->clean.n;

	e->clean.n = 0;
	if (!st)
		st = tk_sp_normalize(&form, raw, &e->clean, &e->runs, &clean);
	if (st)
		return st;
	if (clean.n < n && form.escape_whitespaces)
		next = (tok_bytes){symbol, sizeof(symbol)};
	else if (clean.n < n)
		next = tok_bytes_of(" ");
	st = whole(e, clean, next, out);
	out->end = raw_end(e, raw, clean, out->clean);
	return st;
}

/* The last of the parts, of which only the beginning is known. */
static tok_status open_part(tok_encoder *e, tok_bytes text,
			    const struct tk_part *p, struct tk_stable *out)
{
	tok_bytes word = {text.p + p->begin, p->end - p->begin};
	size_t done;

	e->raw.n = 0;
	tok_status st = open_path(e, word, (tok_bytes){NULL, 0}, &e->raw,
				  &done);
	if (st)
		return st;
	out->clean = p->begin + drop_unknown(e, word);
	return tk_encode_steps_path(e, text, p->begin, out->clean,
				    &e->stable);
}

static tok_status steps(tok_encoder *e, tok_bytes raw, struct tk_stable *out)
{
	const struct tk_choice best = {.draw = false};
	const struct tk_parts *parts;
	bool open;

	raw.n = tk_utf8_whole(raw);
	tok_status st = tk_steps_open(&e->model->steps, raw, &e->steps,
				      &parts, &open);
	for (size_t i = 0; !st && i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];
		tok_bytes text = {parts->text.p, parts->text.n};

		if (open && i + 1 == parts->n) {
			st = open_part(e, text, p, out);
			break;
		}
		st = tk_encode_steps_part(e, text, p, &best, &e->stable);
		out->clean = p->end;
	}
	for (size_t i = 0; !st && i < out->clean; i++)
		if (parts->from[i].end > out->end)
			out->end = (size_t)parts->from[i].end;
	return st;
}

tok_status tk_stable(tok_encoder *e, tok_bytes raw, struct tk_stable *out)
{
	*out = (struct tk_stable){0, 0};
	e->stable.n = 0;
	switch (e->model->form) {
	case TOK_NORMALIZE_SENTENCEPIECE:
		return sentencepiece(e, raw, out);
	case TOK_NORMALIZE_STEPS:
		return steps(e, raw, out);
	default:
		return plain(e, raw, out);
	}
}
