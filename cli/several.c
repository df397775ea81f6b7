/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --nbest, --sample wor=K, --entropy. In: documents. Out: for each several
 * segmentations with what is known of them, or a number. They are made one
 * document after the other, on one thread.
 */
#include "several.h"

#include <inttypes.h>

#include "ids_text.h"
#include "put_json.h"
#include "stop.h"

struct several {
	const struct settings *s;
	struct pipeline *p;
	struct output *out;
	tok_paths paths;
	double entropy;
};

bool several_asked(const struct settings *s)
{
	return s->nbest || s->sample.wor || s->entropy.on;
}

int several_check(const struct settings *s, const char *format)
{
	const struct sampling *how = &s->sample;

	if ((s->nbest > 0) + how->on + s->entropy.on > 1)
		return say_misused("encode: --nbest, --sample and --entropy "
				   "are three things; choose one");
	if (how->wor && (how->nbest || how->p < 1 || how->alpha > 1e6))
		return say_misused("encode: --sample with wor= draws several "
				   "segmentations of each document: no nbest=, "
				   "no p=, and an alpha that is not inf");
	if (several_asked(s) &&
	    (s->format == FORMAT_U16 || s->format == FORMAT_U32))
		return say_misused("encode: --format %s cannot hold what "
				   "--nbest, wor= and --entropy say; use ids, "
				   "pieces or jsonl", format);
	return EXIT_DONE;
}

static tok_key key_of(const struct several *v, size_t i)
{
	const struct sampling *how = &v->s->sample;

	if (how->key == TOK_KEY_CONTENT)
		return tok_key_of_content(v->p->feed.doc[i], how->seed,
					  how->epoch);
	return (tok_key){how->seed, how->epoch, v->p->feed.first + i};
}

static tok_status find(struct several *v, size_t i)
{
	const struct settings *s = v->s;
	tok_encoder *e = v->p->encoder;
	tok_bytes text = v->p->feed.doc[i];

	if (s->entropy.on)
		return tok_entropy(e, text, s->entropy.alpha, &v->entropy);
	if (s->nbest)
		return tok_nbest(e, text, (size_t)s->nbest, &v->paths);
	return tok_sample_wor(e, text, s->sample.alpha, (size_t)s->sample.wor,
			      0, key_of(v, i), &v->paths);
}

static void put_entropy(struct several *v)
{
	bool json = v->s->format == FORMAT_JSONL;

	if (json)
		put_text(v->out, "{\"entropy\":");
	put_real(v->out, v->entropy);
	put_text(v->out, json ? "}\n" : "\n");
}

static struct tokens tokens_of(const struct several *v, size_t k)
{
	const tok_flat *flat = &v->paths.flat;
	uint64_t begin = k ? flat->end[k - 1] : 0;

	return (struct tokens){
		.id = flat->ids.id ? flat->ids.id + begin : NULL,
		.span = flat->ids.span ? flat->ids.span + begin : NULL,
		.offsets = v->s->offsets,
		.n = (size_t)(flat->end[k] - begin),
	};
}

/* Lines: the document's number, one or two numbers, ids; tabs between. */
static void put_lines(struct several *v, size_t i)
{
	for (size_t k = 0; k < v->paths.flat.n; k++) {
		const struct tokens tokens = tokens_of(v, k);

		put_count(v->out, v->p->feed.first + i);
		put(v->out, "\t", 1);
		put_real(v->out, v->paths.score[k]);
		if (v->s->sample.wor) {
			put(v->out, "\t", 1);
			put_real(v->out, v->paths.log_inclusion[k]);
		}
		put(v->out, "\t", 1);
		put_tokens_inside(v->out, (enum id_format)v->s->format,
				  v->p->model, &tokens);
		put(v->out, "\n", 1);
	}
}

static void put_object(struct several *v)
{
	bool wor = v->s->sample.wor > 0;

	put_text(v->out, wor ? "{\"wor\":[" : "{\"nbest\":[");
	for (size_t k = 0; k < v->paths.flat.n; k++) {
		const struct tokens tokens = tokens_of(v, k);

		put_text(v->out, k ? ",{" : "{");
		put_text(v->out, wor ? "\"log_p\":" : "\"score\":");
		put_real(v->out, v->paths.score[k]);
		if (wor) {
			put_key(v->out, "log_inclusion");
			put_real(v->out, v->paths.log_inclusion[k]);
		}
		put(v->out, ",", 1);
		put_tokens_inside(v->out, FORMAT_JSONL, v->p->model, &tokens);
		put(v->out, "}", 1);
	}
	put_text(v->out, "]}\n");
}

static void keep_books(struct several *v)
{
	tok_ledger *l = &v->p->ledger;
	uint64_t controls = v->p->n_controls * v->paths.flat.n;

	l->tokens_control += controls;
	l->tokens_text += v->paths.flat.ids.n - controls;
	l->tokens_stored += v->paths.flat.ids.n;
}

static tok_status put_document(struct several *v, size_t i, tok_error *err)
{
	const struct feed_place *at = &v->p->feed.place[i];
	tok_status st = find(v, i);

	if (st)
		return fail(err, st, "%s: line %" PRIu64 ": %s", at->path,
			    at->line, pipeline_why_not(st));
	if (v->s->entropy.on)
		put_entropy(v);
	else if (v->s->format == FORMAT_JSONL)
		put_object(v);
	else
		put_lines(v, i);
	keep_books(v);
	/* A document may take long. */
	if (stop_asked())
		return fail(err, TOK_E_STOPPED, "stopped");
	return v->out->status ? output_flush(v->out, err) : TOK_OK;
}

static tok_status put_batch(struct several *v, tok_error *err)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < v->p->feed.n; i++)
		st = put_document(v, i, err);
	return st ? st : output_flush(v->out, err);
}

tok_status several_put_all(const struct settings *s, struct pipeline *p,
			   struct output *out, tok_error *err)
{
	struct several v = {.s = s, .p = p, .out = out};
	tok_status st = TOK_OK, done = TOK_OK;

	tok_paths_init(&v.paths, NULL);
	while (!done && !(st = pipeline_next(p, err)))
		done = put_batch(&v, err);
	tok_paths_release(&v.paths);
	return done ? done : st == TOK_END ? TOK_OK : st;
}
