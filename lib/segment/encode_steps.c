/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Raw bytes -> parts -> ids, as Hugging Face's tokenizers do it (0.23,
 * models/unigram/model.rs, tokenize, observed). In: a document. Out: the ids
 * of added tokens and of the best path of each pre-token. Unknown characters
 * in a row are one string, which is looked up once more: it may be a piece.
 */
#include "segment/encode_steps.h"

#include "base/buf.h"
#include "segment/spans.h"
#include "segment/unknown.h"

static bool has_bytes(const tok_model *m, tok_bytes s)
{
	if (!m->steps.byte_fallback)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (m->fallback[s.p[i]] < 0)
			return false;
	return true;
}

/* To the original each byte stands for all of the string. */
static tok_status put_bytes(const tok_encoder *e, tok_bytes s, size_t at,
			    tok_ids *ids)
{
	bool whole = e->spans == TOK_SPANS_PEER;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < s.n; i++)
		st = tk_ids_put(ids, e->model->fallback[s.p[i]],
				whole ? at : at + i,
				whole ? at + s.n : at + i + 1);
	return st;
}

/* Bytes [begin, end) of text, which the best path has as unknown. */
static tok_status put_unknown(const tok_encoder *e, tok_bytes text,
			      size_t begin, size_t end, tok_ids *ids)
{
	tok_bytes s = {text.p + begin, end - begin};
	tok_id id = tk_trie_find(&e->model->trie, s);

	if (id < 0 && has_bytes(e->model, s))
		return put_bytes(e, s, begin, ids);
	if (id < 0)
		id = e->model->unknown;
	return id < 0 ? TOK_E_UNSUPPORTED : tk_ids_put(ids, id, begin, end);
}

tok_status tk_encode_steps_path(tok_encoder *e, tok_bytes text, size_t at,
				size_t end, tok_ids *ids)
{
	const tok_model *m = e->model;
	size_t unknown = at; /* text[unknown, at) is not put yet */
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < e->raw.n; i++) {
		tok_id id = e->raw.id[i];
		size_t size = id < 0 ? tk_unknown_size(text.p, at, end)
				     : tk_model_bytes(m, id).n;

		if (id < 0 && m->unknown < 0)
			st = TOK_E_UNSUPPORTED;
		/* The unknown id as a piece is unknown, too. */
		if (id >= 0 && id != m->unknown) {
			if (unknown < at)
				st = put_unknown(e, text, unknown, at, ids);
			if (!st)
				st = tk_ids_put(ids, id, at, at + size);
			unknown = at + size;
		}
		at += size;
	}
	if (!st && unknown < at)
		st = put_unknown(e, text, unknown, at, ids);
	return st;
}

tok_status tk_encode_steps_part(tok_encoder *e, tok_bytes text,
				const struct tk_part *p,
				const struct tk_choice *choice, tok_ids *ids)
{
	tok_bytes word = {text.p + p->begin, p->end - p->begin};

	if (p->id >= 0)
		return tk_ids_put(ids, p->id, p->begin, p->end);
	e->raw.n = 0;
	tok_status st = tk_choose(e, choice, word, p->begin, &e->raw);
	return st ? st : tk_encode_steps_path(e, text, p->begin, p->end, ids);
}

tok_status tk_encode_steps(tok_encoder *e, tok_bytes raw,
			   const struct tk_choice *choice, tok_ids *ids)
{
	const struct tk_parts *parts;
	size_t first = ids->n;
	tok_status st = tk_steps_run(&e->model->steps, raw, e->spans != 0,
				     &e->steps, &parts);

	for (size_t i = 0; !st && i < parts->n; i++) {
		tok_bytes text = {parts->text.p, parts->text.n};

		st = tk_encode_steps_part(e, text, &parts->part[i], choice,
					  ids);
	}
	if (!st && e->spans)
		tk_spans_of_sources(parts->from, raw.n, e->spans,
				    ids->span + first, ids->n - first);
	return st;
}
