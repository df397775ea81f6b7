/* SPDX-License-Identifier: Apache-2.0 */
/* Making an encoder. In: a model and options. Out: all that documents need one
 * after the other, empty as yet; or why the model cannot do what was asked. */
#include "segment/encoder.h"

#include "base/buf.h"
#include "base/options.h"
#include "segment/batch.h"
#include "segment/encode_steps.h"
#include "segment/float_shares.h"

/* Most of the words of most texts: more hardly helps, less costs. */
enum { DEFAULT_CACHE_SIZE = 1 << 23 };

void tok_encoder_options_defaults(tok_encoder_options *options, size_t size)
{
	const tok_encoder_options o = {.size = sizeof(o),
				       .cache_size = DEFAULT_CACHE_SIZE};

	tk_options_give(options, size, &o, sizeof(o));
}

/* Of our own models, what covers is what the original reports. */
static tok_status check_spans(const tok_model *m, tok_encoder_options *o)
{
	if ((unsigned)o->spans > TOK_SPANS_PEER ||
	    (unsigned)o->unit > TOK_UNIT_UTF16)
		return TOK_E_ARGUMENT;
	if (o->spans != TOK_SPANS_PEER ||
	    m->form == TOK_NORMALIZE_SENTENCEPIECE ||
	    m->form == TOK_NORMALIZE_STEPS)
		return TOK_OK;
	if (m->arithmetic != TK_INTEGER)
		return TOK_E_UNSUPPORTED;
	o->spans = TOK_SPANS_COVER;
	return TOK_OK;
}

tok_status tok_encoder_new(const tok_model *model,
			   const tok_encoder_options *options,
			   tok_encoder **out)
{
	tok_encoder_options o;

	*out = NULL;
	tok_encoder_options_defaults(&o, sizeof(o));
	if (!tk_options_take(&o, options, sizeof(o)))
		return TOK_E_ARGUMENT;
	tok_id bos = o.add_bos ? tok_model_control(model, "bos") : -1;
	tok_id eos = o.add_eos ? tok_model_control(model, "eos") : -1;
	if ((o.add_bos && bos < 0) || (o.add_eos && eos < 0) ||
	    (o.add_special && model->form != TOK_NORMALIZE_STEPS))
		return TOK_E_ARGUMENT;
	tok_status st = check_spans(model, &o);
	if (st)
		return st;

	tok_encoder *e = tk_new_zeroed(o.alloc, 1, sizeof(*e));
	if (!e)
		return TOK_E_MEMORY;
	*e = (tok_encoder){
		.model = model,
		.alloc = o.alloc,
		.bos = bos,
		.eos = eos,
		.frames = o.add_special != 0,
		.spans = o.spans,
		.unit = o.unit,
		.clean.alloc = o.alloc,
		.runs.alloc = o.alloc,
		.cache_size = o.cache_size,
		.chunker = {.model = model, .viterbi.alloc = o.alloc,
			    .pull = {.alloc = o.alloc, .tables = &e->tables},
			    .path.alloc = o.alloc},
		.tables.alloc = o.alloc,
		.endings.alloc = o.alloc,
		.tempered.alloc = o.alloc,
		.sampler = {.alloc = o.alloc, .choices.alloc = o.alloc},
		.steps.alloc = o.alloc,
		.raw.alloc = o.alloc,
		.stable.alloc = o.alloc,
		.counted.alloc = o.alloc,
		.placed.alloc = o.alloc,
	};
	tk_several_init(&e->several, o.alloc);
	st = tk_cache_init(&e->chunker.cache, o.cache_size,
			   (size_t)model->n_ids, o.alloc);
	if (st) {
		tok_encoder_free(e);
		return st;
	}
	*out = e;
	return TOK_OK;
}

void tok_encoder_free(tok_encoder *e)
{
	if (!e)
		return;
	tk_batch_release(e);
	tk_float_shares_release(e);
	tok_buf_release(&e->clean);
	tk_runs_release(&e->runs);
	tk_cache_release(&e->chunker.cache);
	tk_viterbi_release(&e->chunker.viterbi);
	tk_pull_release(&e->chunker.pull);
	tk_match_tables_release(&e->tables);
	tok_ids_release(&e->chunker.path);
	tk_tempered_release(&e->tempered);
	tk_endings_release(&e->endings);
	tk_sampler_release(&e->sampler);
	tk_steps_room_release(&e->steps);
	tok_ids_release(&e->raw);
	tok_ids_release(&e->stable);
	tok_ids_release(&e->counted);
	tok_ids_release(&e->placed);
	tk_several_release(&e->several);
	tk_free(e->alloc, e, 1, sizeof(*e));
}

size_t tok_encoder_n_added(const tok_encoder *e)
{
	const struct tk_steps *steps = &e->model->steps;
	size_t n = (size_t)(e->bos >= 0) + (e->eos >= 0);

	return e->frames ? n + steps->n_before + steps->n_behind : n;
}
