/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a batch of documents and encodes it on all threads. In: the inputs of
 * a command line. Out: ids, in the order of the documents. The ids depend on
 * text, model and key alone, so batches and threads do not show.
 */
#include "pipeline.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ids_text.h"
#include "operands.h"
#include "stop.h"

static tok_status fail_encoder(const struct settings *s, tok_status st,
			       tok_error *err)
{
	const char *path = s->model ? s->model : "model.tok";

	if (st == TOK_E_ARGUMENT && s->add_special)
		return fail(err, st, "%s: not from a tokenizer.json, or it "
				     "lacks what --bos or --eos asks for: "
				     "--add-special is for the ids that a "
				     "tokenizer.json's post-processor adds",
			    path);
	if (st == TOK_E_ARGUMENT)
		return fail(err, st, "%s: has no control with the role that "
				     "--bos or --eos asks for; train with "
				     "--special eos='<|endoftext|>'", path);
	if (st == TOK_E_UNSUPPORTED)
		return fail(err, st, "%s: BytePiece reports no offsets; use "
				     "--offsets cover", path);
	return fail(err, st, "the encoder: %s", tok_status_text(st));
}

tok_status pipeline_encoder(const struct settings *s, const tok_model *model,
			    tok_encoder **out, tok_error *err)
{
	tok_encoder_options o;

	tok_encoder_options_defaults(&o, sizeof(o));
	o.add_bos = s->bos;
	o.add_eos = s->eos;
	o.spans = (tok_spans)s->offsets;
	o.unit = (tok_unit)s->offset_unit;
	o.add_special = s->add_special;
	tok_status st = tok_encoder_new(model, &o, out);
	return st ? fail_encoder(s, st, err) : TOK_OK;
}

static tok_status open_model(struct pipeline *p, tok_error *err)
{
	const struct settings *s = p->s;

	if (s->ids) {
		p->n_ids = (int32_t)s->vocab_size;
		return TOK_OK;
	}

	tok_status st = operands_model(s, &p->model, err);
	if (st)
		return st;
	p->n_ids = tok_model_n_ids(p->model);
	st = pipeline_encoder(s, p->model, &p->encoder, err);
	if (st)
		return st;
	p->n_controls = tok_encoder_n_added(p->encoder);
	st = tok_stream_new(p->encoder, p->pool, &p->stream);
	if (st)
		return fail_encoder(s, st, err);
	return TOK_OK;
}

/* What has more or less to say of documents than their ids. */
static bool only_reads(const struct settings *s)
{
	return s->heal || s->nbest || s->sample.wor || s->entropy.on;
}

/* Is there something to do that needs all of a document? */
static bool needs_all(const struct settings *s)
{
	return s->ids || s->offsets || s->val > 0 || only_reads(s) ||
	       s->sample.nbest || s->sample.key == TOK_KEY_CONTENT;
}

tok_status pipeline_open(struct pipeline *p, const struct settings *s,
			 const char *stage, tok_error *err)
{
	*p = (struct pipeline){.s = s, .stage = stage};
	for (size_t i = 0; i < 2; i++)
		tok_flat_init(&p->made[i].flat, NULL);
	progress_begin(&p->progress, s);

	tok_status st = tok_pool_new((unsigned)s->threads, NULL, &p->pool);
	if (st)
		return fail(err, st, "the threads: %s", tok_status_text(st));
	st = open_model(p, err);
	if (st)
		return st;
	st = operands_open(s, NULL,
			   needs_all(s) ? 0
			   : feed_size(tok_pool_n_threads(p->pool)),
			   &p->source, err);
	if (!st)
		feed_open(&p->feed, p->source, p->pool);
	return st;
}

const char *pipeline_why_not(tok_status st)
{
	if (st != TOK_E_UNSUPPORTED)
		return tok_status_text(st);
	return "a character is in no piece, and the model's unk_id is null";
}

static tok_status grow(void *array, size_t *cap, size_t n, size_t size,
		       tok_error *err)
{
	if (n <= *cap)
		return TOK_OK;

	void *moved = realloc(*(void **)array, n * size);
	if (!moved)
		return fail(err, TOK_E_MEMORY, "out of memory");
	*(void **)array = moved;
	*cap = n;
	return TOK_OK;
}

static tok_status mark_val(struct pipeline *p, tok_error *err)
{
	double share = p->s->val;

	if (!(share > 0))
		return TOK_OK;
	tok_status st = grow(&p->own_val, &p->cap_val, p->feed.n,
			     sizeof(*p->own_val), err);
	if (st)
		return st;
	for (size_t i = 0; i < p->feed.n; i++)
		p->own_val[i] = tok_hash(p->feed.doc[i], 0) <
				(uint64_t)(share * 0x1p64);
	p->val = p->own_val;
	return TOK_OK;
}

const tok_draw *pipeline_draw(const struct settings *s, uint64_t first,
			      tok_draw *draw)
{
	const struct sampling *how = &s->sample;

	tok_draw_defaults(draw, sizeof(*draw));
	draw->alpha = how->alpha;
	draw->key = (tok_key){how->seed, how->epoch, first};
	draw->key_kind = how->key;
	draw->probability = how->p;
	draw->nbest = (size_t)how->nbest;
	return how->on ? draw : NULL;
}

static const tok_draw *draw_of(const struct pipeline *p, tok_draw *draw)
{
	const tok_draw *how = pipeline_draw(p->s, p->feed.first, draw);

	draw->best = p->val;
	return how;
}

/* A part of a document to the ids that are final. */
static tok_status encode_part(struct pipeline *p, const tok_draw *draw,
			      struct made *made)
{
	const struct feed *f = &p->feed;
	tok_ids *ids = &made->flat.ids;
	tok_status st = TOK_OK;

	ids->n = 0;
	if (!f->continues)
		st = tok_stream_begin(p->stream, draw, ids);
	if (!st)
		st = tok_stream_add(p->stream, f->doc[0], ids);
	if (!st && !f->goes_on)
		st = tok_stream_end(p->stream, ids);
	made->part_end = ids->n;
	p->end = &made->part_end;
	return st;
}

static tok_status encode_docs(struct pipeline *p, const tok_draw *draw,
			      struct made *made)
{
	tok_status st = tok_encode_batch(p->encoder, p->pool, p->feed.doc,
					 p->feed.n, draw, &made->flat);

	p->end = made->flat.end;
	return st;
}

static tok_status encode_batch(struct pipeline *p, struct made *made,
			       tok_error *err)
{
	const struct feed_place *at = p->feed.place;
	bool part = p->feed.continues || p->feed.goes_on;
	tok_draw draw;
	tok_status st = part ? encode_part(p, draw_of(p, &draw), made)
			     : encode_docs(p, draw_of(p, &draw), made);

	if (st && p->feed.n == 1)
		return fail(err, st, "%s: line %" PRIu64 ": %s", at->path,
			    at->line, pipeline_why_not(st));
	if (st)
		return fail(err, st, "%s: line %" PRIu64 " or one of the %zu "
				     "documents after it: %s", at->path,
			    at->line, p->feed.n - 1, pipeline_why_not(st));
	p->id = made->flat.ids.id;
	p->span = made->flat.ids.span;
	return TOK_OK;
}

/* --ids: a document is the text of its ids. */
static tok_status parse_batch(struct pipeline *p, struct made *made,
			      tok_error *err)
{
	tok_ids *ids = &made->flat.ids;
	tok_status st = grow(&made->own_end, &made->cap_end, p->feed.n,
			     sizeof(*made->own_end), err);

	ids->n = 0;
	for (size_t i = 0; !st && i < p->feed.n; i++) {
		st = ids_parse(FORMAT_IDS, p->feed.doc[i], p->n_ids,
			       &p->feed.place[i], ids, err);
		made->own_end[i] = ids->n;
	}
	p->id = ids->id;
	p->end = made->own_end;
	return st;
}

static void keep_books(struct pipeline *p)
{
	uint64_t tokens = p->end[p->feed.n - 1];
	/* Of a document in parts, when it ends. */
	uint64_t ended = p->feed.n - p->feed.goes_on;
	uint64_t controls = p->n_controls * ended;

	p->ledger.tokens_control += controls;
	p->ledger.tokens_text += tokens - controls;
}

static void show_progress(struct pipeline *p)
{
	const struct feed *f = &p->feed;

	progress_show(&p->progress, p->stage, f->done, f->total,
		      f->read.bytes_in,
		      p->ledger.tokens_text + p->ledger.tokens_control);
}

static tok_status make_ids(struct pipeline *p, tok_error *err)
{
	struct made *made = &p->made[p->turn ^= 1];
	tok_status st = mark_val(p, err);

	if (!st)
		st = p->encoder ? encode_batch(p, made, err)
				: parse_batch(p, made, err);
	if (!st)
		keep_books(p);
	return st;
}

tok_status pipeline_next(struct pipeline *p, tok_error *err)
{
	tok_status st = feed_read(&p->feed, err);

	if (stop_asked())
		return fail(err, TOK_E_STOPPED, "stopped");
	if (st == TOK_END) {
		tok_ledger_add(&p->ledger, &p->feed.read);
		progress_end(&p->progress);
	}
	if (!st && !only_reads(p->s))
		st = make_ids(p, err);
	if (!st)
		show_progress(p);
	return st;
}

tok_status pipeline_again(struct pipeline *p, tok_error *err)
{
	p->ledger = (tok_ledger){0};
	progress_begin(&p->progress, p->s);
	return tok_source_rewind(p->source, err);
}

void pipeline_close(struct pipeline *p)
{
	progress_end(&p->progress);
	feed_release(&p->feed);
	for (size_t i = 0; i < 2; i++) {
		free(p->made[i].own_end);
		tok_flat_release(&p->made[i].flat);
	}
	free(p->own_val);
	tok_stream_free(p->stream);
	tok_encoder_free(p->encoder);
	tok_pool_free(p->pool);
	tok_source_close(p->source);
	tok_model_free(p->model);
}
