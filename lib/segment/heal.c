/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A prompt as a decoder takes it up. In: raw bytes that will go on. Out: the
 * ids that no continuation changes, and the bytes of pieces that whatever is
 * generated behind them must begin with, so that no choice of the tokenizer's
 * at the end of the prompt binds the model.
 */
#include "base/buf.h"
#include "base/utf8.h"
#include "segment/stable.h"

static tok_status add_before(const tok_encoder *e, tok_ids *ids)
{
	const struct tk_steps *steps = &e->model->steps;
	tok_status st = TOK_OK;

	if (e->bos >= 0)
		st = tok_ids_append(ids, &e->bos, 1);
	if (!st && e->frames)
		st = tok_ids_append(ids, steps->before, steps->n_before);
	return st;
}

/* The clean form of raw, whole characters, as if more would follow: all of it,
 * whether that would change it or not. */
static tok_status clean_form(tok_encoder *e, tok_bytes raw, tok_bytes *clean)
{
	const tok_model *m = e->model;

	e->clean.n = 0;
	*clean = raw;
	if (m->form == TOK_NORMALIZE_SENTENCEPIECE) {
		const struct tk_sp_form form = tk_stable_sp_form(m);
		tok_status st = tk_sp_normalize_part(&form, raw, true, false,
						     &e->clean);

		*clean = (tok_bytes){e->clean.p, e->clean.n};
		return st;
	}
	if (!m->normalizer)
		return TOK_OK;
	return tk_normalize(m->normalizer, raw, &e->clean, NULL, clean);
}

/* What begins behind the first `at` bytes of the parts' text. */
static tok_status put_parts(tok_encoder *e, tok_bytes raw, size_t at,
			    tok_buf *tail)
{
	const struct tk_parts *parts;
	tok_status st = tk_steps_run(&e->model->steps, raw, false, &e->steps,
				     &parts);

	for (size_t i = 0; !st && i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];
		size_t begin = p->begin > at ? p->begin : at;
		tok_bytes s = {parts->text.p + begin, p->end - begin};

		if (p->end <= at)
			continue;
		if (p->id >= 0)
			s = tk_model_bytes(e->model, p->id);
		st = tk_buf_append(tail, s.p, s.n);
	}
	return st;
}

static tok_status put_clean(tok_encoder *e, tok_bytes raw, size_t at,
			    tok_buf *tail)
{
	tok_bytes clean;
	tok_status st = clean_form(e, raw, &clean);

	if (st || at == clean.n)
		return st;
	return tk_buf_append(tail, clean.p + at, clean.n - at);
}

/* The character that begins at the end is text: a space comes before it, if
 * one comes before all text and none has come yet. */
static tok_status put_part_of_character(const tok_encoder *e, tok_bytes part,
					bool is_first, tok_buf *tail)
{
	const tok_model *m = e->model;
	tok_status st = TOK_OK;

	if (is_first && m->form == TOK_NORMALIZE_SENTENCEPIECE) {
		const struct tk_sp_form form = tk_stable_sp_form(m);

		if (form.add_dummy_prefix)
			st = tk_buf_text(tail, form.escape_whitespaces
						       ? "\xE2\x96\x81"
						       : " ");
	}
	return st ? st : tk_buf_append(tail, part.p, part.n);
}

static tok_status put_tail(tok_encoder *e, tok_bytes raw, size_t at,
			   tok_buf *tail)
{
	size_t before = tail->n;
	bool steps = e->model->form == TOK_NORMALIZE_STEPS;
	bool bytes = !steps && e->model->form == TOK_NORMALIZE_NONE;
	tok_bytes chars = {raw.p, bytes ? raw.n : tk_utf8_whole(raw)};
	tok_bytes part = {raw.p + chars.n, raw.n - chars.n};
	tok_status st = steps ? put_parts(e, chars, at, tail)
			      : put_clean(e, chars, at, tail);

	if (!st && part.n)
		st = put_part_of_character(e, part, !at && tail->n == before,
					   tail);
	if (st)
		tail->n = before;
	return st;
}

/* No text may have no address; positions are added to one. */
static tok_bytes at_a_place(tok_bytes text)
{
	return text.n ? text : tok_bytes_of("");
}

tok_status tok_stable_prefix(tok_encoder *e, tok_bytes text, size_t *n_ids,
			     size_t *end)
{
	struct tk_stable s;

	text = at_a_place(text);
	tok_status st = tk_stable(e, text, &s);

	if (st)
		return st;
	*n_ids = tk_encoder_n_in_front(e) + e->stable.n;
	*end = s.end;
	return TOK_OK;
}

tok_status tok_heal(tok_encoder *e, tok_bytes text, tok_ids *ids, size_t *end,
		    tok_buf *tail)
{
	size_t ids_before = ids->n, tail_before = tail->n;
	struct tk_stable s;

	text = at_a_place(text);
	tok_status st = tk_stable(e, text, &s);

	if (!st)
		st = put_tail(e, text, s.clean, tail);
	if (!st)
		st = add_before(e, ids);
	if (!st)
		st = tok_ids_append(ids, e->stable.id, e->stable.n);
	if (st) {
		ids->n = ids_before;
		tail->n = tail_before;
		return st;
	}
	*end = s.end;
	return TOK_OK;
}

/* The byte of text that an id stands for which text matches only so, or -1. */
static int byte_of(const tok_model *m, tok_id id)
{
	int byte = tk_fallback_byte(tk_model_bytes(m, id));

	if (byte < 0 || m->fallback[byte] != id ||
	    !(m->sp_flags & TK_SP_BYTE_FALLBACK || m->steps.byte_fallback))
		return -1;
	return byte;
}

static bool agree(tok_bytes a, tok_bytes b)
{
	size_t n = a.n < b.n ? a.n : b.n;

	return !n || !memcmp(a.p, b.p, n);
}

static bool is_compatible(const tok_model *m, tok_bytes tail, tok_id id)
{
	const uint8_t kind = m->kind[id];
	int byte = byte_of(m, id);

	if (byte >= 0 && (!tail.n || tail.p[0] == byte))
		return true;
	if (!tk_kind_matches(kind) && kind != TOK_KIND_ADDED)
		return false;
	return kind != TOK_KIND_SPECIAL && id != m->unknown &&
	       agree(tk_model_bytes(m, id), tail);
}

tok_status tok_compatible(const tok_model *m, tok_bytes tail, tok_ids *ids)
{
	size_t before = ids->n;
	tok_status st = TOK_OK;

	for (tok_id id = 0; !st && id < m->n_ids; id++)
		if (is_compatible(m, tail, id))
			st = tok_ids_append(ids, &id, 1);
	if (st)
		ids->n = before;
	return st;
}
