/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way of one document: raw bytes -> clean text -> pre-tokens -> ids. In:
 * bytes of any kind. Out: ids appended, with the bytes that each stands for
 * where asked. Nothing of one document is left for the next.
 */
#include "segment/encoder.h"

#include <math.h>

#include "model/cuts.h"
#include "segment/encode_steps.h"
#include "segment/spans.h"
#include "segment/units.h"
#include "segment/unknown.h"
#include "segment/words.h"

static tok_status clean_text(tok_encoder *e, tok_bytes text, tok_bytes *clean)
{
	const tok_model *m = e->model;
	struct tk_runs *runs = e->spans ? &e->runs : NULL;

	e->clean.n = 0;
	if (m->form == TOK_NORMALIZE_SENTENCEPIECE)
		return tk_sp_normalize(&m->sp_form, text, &e->clean, runs,
				       clean);
	if (m->normalizer)
		return tk_normalize(m->normalizer, text, &e->clean, runs,
				    clean);
	*clean = text;
	return TOK_OK;
}

/* The ids of the path that stand for word. */
static tok_status replay(const tok_model *m, struct tk_replay *r,
			 tok_bytes word, tok_ids *ids)
{
	size_t n = 0;

	for (size_t at = 0; at < word.n; n++)
		at += r->id[n] < 0 ? tk_unknown_size(word.p, at, word.n)
				   : tk_model_bytes(m, r->id[n]).n;
	if (!n)
		return TOK_OK;
	tok_status st = tok_ids_append(ids, r->id, n);
	r->id += n;
	return st;
}

tok_status tk_choose(tok_encoder *e, const struct tk_choice *choice,
		     tok_bytes word, uint64_t at, tok_ids *ids)
{
	union tk_cell sum = {0}; /* a pre-token's begins with 0 */

	if (choice->record)
		return tk_trellis_add(choice->record, word);
	if (choice->replay)
		return replay(e->model, choice->replay, word, ids);
	if (choice->draw)
		return tk_sample(&e->sampler, &e->chunker, word, at, ids);
	return tk_chunks(&e->chunker, word, &sum, ids);
}

/* Pre-token by pre-token. */
static tok_status encode_each(tok_encoder *e, tok_bytes clean, uint64_t at,
			      const struct tk_choice *choice, tok_ids *ids)
{
	tok_status st = TOK_OK;

	for (size_t i = 0, end; !st && i < clean.n; i = end) {
		end = tk_split_next(&e->model->split, clean, i);
		tok_bytes word = {clean.p + i, end - i};
		if (i && !tk_model_cuts(e->model, word.p[-1], *word.p))
			tk_pull_part(&e->chunker.pull);
		st = tk_choose(e, choice, word, at + i, ids);
	}
	return st;
}

tok_status tk_encode_words(tok_encoder *e, tok_bytes clean, uint64_t at,
			   const struct tk_choice *choice, tok_ids *ids)
{
	tok_status st;

	tk_pull_begin(&e->chunker.pull, clean);
	if (!choice->record && !choice->replay && e->chunker.cache.entry &&
	    tk_unsplit_ask(&e->unsplit, e->model, clean.n))
		st = tk_choose(e, choice, clean, at, ids);
	else
		st = encode_each(e, clean, at, choice, ids);
	tk_pull_end(&e->chunker.pull);
	return st;
}

/* SentencePiece's way: the document is one word, and what no piece covers
 * gets its ids afterwards. */
static tok_status encode_whole(tok_encoder *e, tok_bytes clean,
			       const struct tk_choice *choice, tok_ids *ids)
{
	bool after_unknown = false;

	e->raw.n = 0;
	tok_status st = tk_choose(e, choice, clean, 0, &e->raw);

	return st ? st : tk_unknown(e->model, clean, &e->raw, e->spans,
				    &after_unknown, ids);
}

static tok_status add_control(tok_encoder *e, tok_id id, uint64_t at,
			      tok_ids *ids)
{
	if (id < 0)
		return TOK_OK;
	tok_status st = tk_ids_reserve(ids, 1, e->spans);
	return st ? st : tk_ids_put(ids, id, at, at);
}

static tok_status add_frame(tok_encoder *e, const tok_id *id, size_t n,
			    uint64_t at, tok_ids *ids)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && e->frames && i < n; i++)
		st = add_control(e, id[i], at, ids);
	return st;
}

static tok_status encode_clean(tok_encoder *e, tok_bytes clean,
			       const struct tk_choice *choice, tok_ids *ids)
{
	size_t first = ids->n;

	if (e->model->split.kind == TOK_SPLIT_WHOLE)
		return encode_whole(e, clean, choice, ids);
	tok_status st = tk_encode_words(e, clean, 0, choice, ids);
	if (!st && e->spans)
		tk_spans_of_pieces(e->model, ids, first);
	return st;
}

bool tk_encode_goes_fast(const tok_encoder *e, const struct tk_choice *choice)
{
	bool keeps = choice->draw ? e->sampler.choices.n_keys > 0
				  : e->chunker.cache.entry != NULL;

	return keeps && !choice->record && !choice->replay && !e->spans &&
	       tk_words_suits(e->model);
}

/* Ids of raw text, with spans of its bytes. */
static tok_status encode_raw(tok_encoder *e, tok_bytes text,
			     const struct tk_choice *choice, tok_ids *ids)
{
	struct tk_alignment alignment = {.raw = text, .runs = &e->runs};
	const struct tk_words_part all = {text, true, true};
	struct tk_so_far so_far = {0};
	size_t first = ids->n;

	if (e->model->form == TOK_NORMALIZE_STEPS)
		return tk_encode_steps(e, text, choice, ids);
	if (tk_encode_goes_fast(e, choice))
		return tk_words(&e->chunker,
				choice->draw ? &e->sampler : NULL, &all,
				&so_far, &e->clean, ids);
	tok_status st = clean_text(e, text, &alignment.clean);
	if (!st)
		st = encode_clean(e, alignment.clean, choice, ids);
	if (!st && e->spans)
		tk_spans_map(&alignment, e->spans, ids->span + first,
			     ids->n - first);
	return st;
}

/* One stretch of text, without bos and eos. *end is where its spans end. */
static tok_status encode_text(tok_encoder *e, tok_bytes text,
			      const struct tk_choice *choice, tok_ids *ids,
			      uint64_t *end)
{
	size_t first = ids->n;
	tok_status st = TOK_OK;

	*end = text.n;
	/* Where ids has spans, what appends to it keeps them in step. */
	if (e->spans)
		st = tk_ids_reserve(ids, 1, true);
	if (!st)
		st = encode_raw(e, text, choice, ids);
	if (st || !e->spans)
		return st;
	*end = tk_units_convert(text, e->unit, ids->span + first,
				ids->n - first);
	return TOK_OK;
}

static bool is_viterbi(double alpha)
{
	return isinf(alpha) && alpha > 0;
}

tok_status tk_prepare_draws(tok_encoder *e, double alpha)
{
	if (is_viterbi(alpha))
		return TOK_OK;
	tok_status st = tk_endings_prepare(&e->endings, e->model);

	return st ? st : tk_tempered_prepare(&e->tempered, &e->endings, alpha);
}

tok_status tk_encode_prepare(tok_encoder *e, const struct tk_choice *choice,
			     struct tk_choice *real)
{
	*real = *choice;
	real->draw = choice->draw && !is_viterbi(choice->alpha);
	if (!real->draw)
		return TOK_OK;
	/* A sibling's lender has prepared. */
	tok_status st = e->lender ? TOK_OK
				  : tk_prepare_draws(e, choice->alpha);
	const tok_encoder *owner = e->lender ? e->lender : e;
	return st ? st : tk_sampler_begin(&e->sampler, &owner->tempered,
					  e->cache_size, choice->key);
}

/* A choice that is prepared, or needs no preparation. */
static tok_status encode(tok_encoder *e, tok_bytes text,
			 const struct tk_choice *choice, tok_ids *ids)
{
	const struct tk_steps *steps = &e->model->steps;
	size_t before = ids->n;
	uint64_t end = 0;
	tok_status st = add_control(e, e->bos, 0, ids);

	if (!st)
		st = add_frame(e, steps->before, steps->n_before, 0, ids);
	if (!st)
		st = encode_text(e, text, choice, ids, &end);
	/* To the original, what it adds stands at 0. */
	if (!st)
		st = add_frame(e, steps->behind, steps->n_behind,
			       e->spans == TOK_SPANS_PEER ? 0 : end, ids);
	if (!st)
		st = add_control(e, e->eos, end, ids);
	if (st)
		ids->n = before;
	return st;
}

tok_status tk_encode(tok_encoder *e, tok_bytes text,
		     const struct tk_choice *choice, tok_ids *ids)
{
	struct tk_choice real;
	tok_status st = tk_encode_prepare(e, choice, &real);

	return st ? st : encode(e, text, &real, ids);
}

tok_status tok_encode(tok_encoder *e, tok_bytes text, tok_ids *ids)
{
	static const struct tk_choice best = {.draw = false};

	return encode(e, text, &best, ids);
}

tok_status tok_sample(tok_encoder *e, tok_bytes text, double alpha,
		      tok_key key, tok_ids *ids)
{
	const struct tk_choice drawn = {
		.draw = true, .alpha = alpha, .key = key};

	return tk_encode(e, text, &drawn, ids);
}

tok_status tok_encode_segments(tok_encoder *e, const tok_segment *segment,
			       size_t n, tok_ids *ids)
{
	const struct tk_choice best = {.draw = false};
	size_t before = ids->n;
	uint64_t at = 0;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		tok_id id = segment[i].control;
		size_t first = ids->n;
		uint64_t end = 0;

		if (id < 0)
			st = encode_text(e, segment[i].text, &best, ids, &end);
		else if (tk_kind_is_control((uint8_t)tok_model_kind(e->model, id)))
			st = add_control(e, id, 0, ids);
		else
			st = TOK_E_RANGE;
		/* Spans count over the texts of all segments. */
		for (size_t k = first; e->spans && !st && k < ids->n; k++) {
			ids->span[k].begin += at;
			ids->span[k].end += at;
		}
		at += end;
	}
	if (st)
		ids->n = before;
	return st;
}
