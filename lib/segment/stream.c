/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document that comes in parts, raw bytes -> clean text -> ids. In: parts of
 * any size. Out: the ids of the whole, those that are final after each part.
 *
 * Two stages, as in stable.c: what no continuation changes of the clean text
 * goes on to flow.c, which says the same of the ids; what may change waits.
 * With SentencePiece's models, text between two places where it may be parted
 * goes through words.c.
 */
#include "segment/stream.h"

#include <string.h>

#include "base/buf.h"
#include "base/pool.h"
#include "segment/float_shares.h"
#include "segment/flow.h"
#include "segment/key.h"
#include "segment/words.h"

enum { HELD = 1 << 16 };

struct tok_stream {
	tok_encoder *encoder;
	struct tk_choice choice;
	bool under_way;
	tok_buf raw;   /* what is not yet clean */
	tok_bytes rest; /* of it, while a part is taken */
	struct tk_sp_going going;
	struct tk_flow flow;
};

tok_status tok_stream_new(tok_encoder *encoder, tok_pool *pool,
			  tok_stream **out)
{
	return tk_stream_new(encoder, pool, HELD, out);
}

tok_status tk_stream_new(tok_encoder *encoder, tok_pool *pool, size_t held,
			 tok_stream **out)
{
	const tok_alloc *alloc = encoder->alloc;

	*out = tk_new_zeroed(alloc, 1, sizeof(**out));
	if (!*out)
		return TOK_E_MEMORY;
	**out = (tok_stream){
		.encoder = encoder,
		.raw.alloc = alloc,
		.flow = {.e = encoder, .choice = &(*out)->choice, .pool = pool,
			 .held = held,
			 .text.alloc = alloc},
	};
	return TOK_OK;
}

void tok_stream_free(tok_stream *s)
{
	if (!s)
		return;
	tk_flow_release(&s->flow);
	tok_buf_release(&s->raw);
	tk_free(s->encoder->alloc, s, 1, sizeof(*s));
}

/* Is all of a document needed before anything of it is known? */
static bool gathers(const tok_stream *s)
{
	return s->encoder->model->form == TOK_NORMALIZE_STEPS ||
	       s->encoder->spans;
}

tok_status tok_stream_begin(tok_stream *s, const tok_draw *draw, tok_ids *ids)
{
	const tok_encoder *e = s->encoder;
	struct tk_choice choice = {.draw = false};
	tok_draw how;

	s->under_way = false;
	if (draw) {
		if (tk_key_take(&how, draw) || how.nbest ||
		    how.key_kind != TOK_KEY_NUMBER)
			return TOK_E_ARGUMENT;
		choice.alpha = how.alpha;
		choice.draw = tk_key_choose(&how, (tok_bytes){NULL, 0}, 0,
					    &choice.key);
	}
	tk_flow_begin(&s->flow);
	tok_status st = tk_encode_prepare(s->encoder, &choice, &s->choice);
	if (!st && !gathers(s) && e->bos >= 0)
		st = tok_ids_append(ids, &e->bos, 1);
	s->raw.n = 0;
	s->going = (struct tk_sp_going){0};
	s->under_way = !st;
	return st;
}

static void take_off(tok_stream *s, size_t n)
{
	s->rest.p += n;
	s->rest.n -= n;
}

/* Clean text up to where it ends, or for the present all paths pass. */
static tok_status flow_all(tok_stream *s, tok_ids *ids)
{
	return tk_flow_run(&s->flow, s->flow.text.n, true, ids);
}

/* The clean form of what is left, as far as it is final; its ids. */
static tok_status normalized(tok_stream *s, bool is_last, tok_ids *ids)
{
	const struct tk_normalizer *normalizer = s->encoder->model->normalizer;
	tok_buf *clean = &s->flow.text;
	tok_bytes raw = s->rest, out;

	if (!is_last)
		raw.n = tk_normalize_final(normalizer, raw);
	tok_status st = tk_normalize(normalizer, raw, clean, NULL, &out);
	/* What does not change is not copied there. */
	if (!st && out.n && out.p == raw.p)
		st = tk_buf_append(clean, out.p, out.n);
	take_off(s, raw.n);
	return st ? st : tk_flow_run(&s->flow, clean->n, is_last, ids);
}

/* The same in SentencePiece's form. */
static tok_status sp_normalized(tok_stream *s, bool is_last, tok_ids *ids)
{
	const struct tk_sp_form *form = &s->encoder->model->sp_form;
	tok_buf *clean = &s->flow.text;
	size_t used = 0;
	tok_status st = tk_sp_normalize_more(form, s->rest, !is_last,
					     &s->going, clean, &used);

	take_off(s, used);
	if (!st && is_last)
		st = tk_sp_normalize_end(form, &s->going, clean, 0);
	if (st)
		return st;
	if (is_last)
		return flow_all(s, ids);
	const tok_bytes text = {clean->p, clean->n};
	return tk_flow_run(&s->flow, text.n - tk_sp_normalize_held(form, text),
			   false, ids);
}

/* Lets all that waits become ids, as far as raw text may be parted first. */
static tok_status catch_up(tok_stream *s, tok_ids *ids)
{
	const tok_model *m = s->encoder->model;
	size_t end, next, used;

	if (!tk_words_first_place(m, s->rest, &end, &next))
		return TOK_OK;
	const tok_bytes part = {s->rest.p, end};
	tok_status st = tk_sp_normalize_more(&m->sp_form, part, false,
					     &s->going, &s->flow.text, &used);
	if (!st)
		st = flow_all(s, ids);
	s->going.space_due = true;
	take_off(s, next);
	return st;
}

static tok_status encode_words(tok_stream *s, const struct tk_words_part *part,
			       tok_ids *ids)
{
	tok_encoder *e = s->encoder;
	struct tk_so_far *so_far = &s->flow.so_far;

	if (!s->choice.draw && tk_pool_width(s->flow.pool) > 1 &&
	    part->raw.n > s->flow.held && tk_float_shares_suits(e->model))
		return tk_float_shares_raw(e, s->flow.pool, part,
					   s->flow.held, so_far, ids);
	return tk_words(&e->chunker, s->choice.draw ? &e->sampler : NULL, part,
			so_far, &e->clean, ids);
}

/* All up to the last place where raw text may be parted, or to its end. */
static tok_status go_fast(tok_stream *s, bool is_last, tok_ids *ids)
{
	const tok_model *m = s->encoder->model;
	size_t end = s->rest.n, next = end;

	if (!is_last && !tk_words_last_place(m, s->rest, &end, &next))
		return TOK_OK;
	const struct tk_words_part part = {
		{s->rest.p, end}, !s->going.begun, is_last};
	tok_status st = encode_words(s, &part, ids);
	s->going = (struct tk_sp_going){.begun = true, .space_due = true};
	take_off(s, next);
	return st;
}

static tok_status sentencepiece(tok_stream *s, bool is_last, tok_ids *ids)
{
	bool fast = tk_encode_goes_fast(s->encoder, &s->choice);
	tok_status st = TOK_OK;

	if (fast && !tk_flow_is_empty(&s->flow))
		st = catch_up(s, ids);
	/* Spaces that began the text, and are gone, are not to begin it. */
	if (!st && fast && tk_flow_is_empty(&s->flow) &&
	    s->going.begun == s->going.space_due) {
		st = go_fast(s, is_last, ids);
		if (is_last)
			return st;
	}
	return st ? st : sp_normalized(s, is_last, ids);
}

static tok_status take(tok_stream *s, bool is_last, tok_ids *ids)
{
	const tok_model *m = s->encoder->model;
	tok_status st;

	s->rest = (tok_bytes){s->raw.p, s->raw.n};
	if (m->form == TOK_NORMALIZE_SENTENCEPIECE)
		st = sentencepiece(s, is_last, ids);
	else if (m->normalizer)
		st = normalized(s, is_last, ids);
	else
		st = tk_flow_run(&s->flow, s->flow.text.n, is_last, ids);
	if (s->rest.n)
		memmove(s->raw.p, s->rest.p, s->rest.n);
	s->raw.n = s->rest.n;
	return st;
}

/* After a failure the document is lost, and nothing of it is left in the
 * encoder. */
static tok_status end_if(tok_stream *s, tok_status st, size_t before,
			 tok_ids *ids)
{
	if (st) {
		tk_flow_begin(&s->flow);
		ids->n = before;
		s->under_way = false;
	}
	return st;
}

tok_status tok_stream_add(tok_stream *s, tok_bytes text, tok_ids *ids)
{
	const tok_model *m = s->encoder->model;
	bool plain = m->form == TOK_NORMALIZE_NONE && !gathers(s);
	size_t before = ids->n;

	if (!s->under_way)
		return TOK_E_ARGUMENT;
	if (!text.n)
		return TOK_OK;
	tok_status st = tk_buf_append(plain ? &s->flow.text : &s->raw, text.p,
				      text.n);
	if (!st && !gathers(s))
		st = take(s, false, ids);
	return end_if(s, st, before, ids);
}

tok_status tok_stream_end(tok_stream *s, tok_ids *ids)
{
	tok_encoder *e = s->encoder;
	size_t before = ids->n;
	tok_status st;

	if (!s->under_way)
		return TOK_E_ARGUMENT;
	s->under_way = false;
	if (gathers(s))
		return tk_encode(e, (tok_bytes){s->raw.p, s->raw.n},
				 &s->choice, ids);
	st = take(s, true, ids);
	if (!st && e->eos >= 0)
		st = tok_ids_append(ids, &e->eos, 1);
	return end_if(s, st, before, ids);
}
