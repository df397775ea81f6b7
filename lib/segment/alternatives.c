/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More than one segmentation of a document. In: raw text. Out: paths, or what
 * is known of all of them. The document goes twice the way of all documents:
 * once its pre-tokens are noted and form one lattice; then, for each path that
 * was found there, they have their parts of it. So what becomes of unknown
 * characters, of added tokens and of spans is said in one place.
 */
#include "tok/alternatives.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "base/logexp.h"
#include "segment/encoder.h"

void tok_paths_init(tok_paths *paths, const tok_alloc *alloc)
{
	*paths = (tok_paths){.flat.ids.alloc = alloc};
}

void tok_paths_release(tok_paths *paths)
{
	if (!paths)
		return;
	const tok_alloc *alloc = paths->flat.ids.alloc;

	tk_free(alloc, paths->score, paths->cap_scores, sizeof(double));
	tk_free(alloc, paths->log_inclusion, paths->cap_inclusions,
		sizeof(double));
	tok_flat_release(&paths->flat);
	tok_paths_init(paths, alloc);
}

void tk_several_init(struct tk_several *s, const tok_alloc *alloc)
{
	*s = (struct tk_several){
		.trellis.alloc = alloc,
		.nbest.alloc = alloc,
		.posterior.alloc = alloc,
		.distinct.alloc = alloc,
		.path.alloc = alloc,
		.ignored.alloc = alloc,
	};
}

void tk_several_release(struct tk_several *s)
{
	tk_distinct_release(&s->distinct);
	tk_posterior_release(&s->posterior);
	tk_nbest_release(&s->nbest);
	tk_trellis_release(&s->trellis);
	tok_ids_release(&s->path);
	tok_ids_release(&s->ignored);
}

tok_status tk_prepare_several(tok_encoder *e)
{
	return tk_endings_prepare(&e->endings, e->model);
}

/* The lattice of text. */
static tok_status record(tok_encoder *e, tok_bytes text)
{
	struct tk_several *s = &e->several;
	const tok_encoder *owner = e->lender ? e->lender : e;
	const struct tk_choice choice = {.record = &s->trellis};
	tok_status st = e->lender ? TOK_OK : tk_prepare_several(e);

	if (!st)
		st = tk_trellis_begin(&s->trellis, e->model,
				      &owner->endings);
	s->ignored.n = 0;
	return st ? st : tk_encode(e, text, &choice, &s->ignored);
}

/* The ids of text, segmented as several.path says. */
static tok_status put_path(tok_encoder *e, tok_bytes text, tok_ids *ids)
{
	struct tk_replay replay = {e->several.path.id};
	const struct tk_choice choice = {.replay = &replay};

	return tk_encode(e, text, &choice, ids);
}

static tok_status add_path(tok_encoder *e, tok_bytes text, double score,
			   double log_inclusion, tok_paths *paths)
{
	tok_flat *flat = &paths->flat;
	const tok_alloc *alloc = flat->ids.alloc;
	const size_t n = flat->n;

	if (!tk_grow(alloc, (void **)&flat->end, &flat->cap, n + 1,
		     sizeof(*flat->end)) ||
	    !tk_grow(alloc, (void **)&paths->score, &paths->cap_scores, n + 1,
		     sizeof(*paths->score)) ||
	    !tk_grow(alloc, (void **)&paths->log_inclusion,
		     &paths->cap_inclusions, n + 1,
		     sizeof(*paths->log_inclusion)))
		return TOK_E_MEMORY;
	tok_status st = put_path(e, text, &flat->ids);
	if (st)
		return st;
	paths->score[n] = score;
	paths->log_inclusion[n] = log_inclusion;
	flat->end[n] = flat->ids.n;
	flat->n++;
	return TOK_OK;
}

static void clear(tok_paths *paths)
{
	paths->flat.n = paths->flat.ids.n = 0;
}

static bool is_number_of_paths(size_t n)
{
	return n >= 1 && n <= TOK_MAX_PATHS;
}

static tok_status find_best(tok_encoder *e, tok_bytes text, size_t n)
{
	if (!is_number_of_paths(n))
		return TOK_E_ARGUMENT;
	tok_status st = record(e, text);
	return st ? st
		  : tk_nbest_find(&e->several.nbest, &e->several.trellis, n);
}

/* The i-th best to several.path. */
static tok_status take_best(tok_encoder *e, size_t i)
{
	struct tk_several *s = &e->several;

	s->path.n = 0;
	return tk_nbest_path(&s->nbest, &s->trellis, i, &s->path);
}

tok_status tok_nbest(tok_encoder *e, tok_bytes text, size_t n,
		     tok_paths *paths)
{
	const struct tk_nbest *b = &e->several.nbest;

	clear(paths);
	tok_status st = find_best(e, text, n);
	for (size_t i = 0; !st && i < b->n; i++) {
		st = take_best(e, i);
		if (!st)
			st = add_path(e, text,
				      tk_nbest_score(b, &e->several.trellis, i),
				      0.0, paths);
	}
	if (st)
		clear(paths);
	return st;
}

static double weight(const struct tk_nbest *b, size_t i, double alpha)
{
	return tk_exp(-alpha * b->path[i].loss);
}

/* The first at which the cumulated weights exceed u times all of them. */
static size_t choose(const struct tk_nbest *b, double alpha, tok_key key)
{
	const struct tk_draws draws = tk_draws_of(key);
	double u = tk_distinct_unit(&draws, 0);
	double all = 0.0, sum = 0.0;
	size_t i = 0, last = 0;

	for (i = 0; i < b->n; i++)
		all += weight(b, i, alpha);
	for (i = 0; i < b->n && !(sum > u * all); i++) {
		double part = weight(b, i, alpha);

		sum += part;
		if (part > 0.0)
			last = i;
	}
	return last;
}

tok_status tok_sample_nbest(tok_encoder *e, tok_bytes text, size_t n,
			    double alpha, tok_key key, tok_ids *ids)
{
	if (isinf(alpha) && alpha > 0.0 && is_number_of_paths(n))
		n = 1;
	else if (!(alpha >= 0.0 && alpha <= TK_MAX_ALPHA))
		return TOK_E_ARGUMENT;
	if (n == 1)
		return tok_encode(e, text, ids);
	tok_status st = find_best(e, text, n);
	if (!st)
		st = take_best(e, choose(&e->several.nbest, alpha, key));
	return st ? st : put_path(e, text, ids);
}

static bool is_path(const struct tk_several *s, size_t i)
{
	const struct tk_distinct *d = &s->distinct;
	size_t n = 0;

	for (uint32_t k = d->beam[i].node; k; k = d->node[k].behind, n++)
		if (n == s->path.n || d->node[k].id != s->path.id[n])
			return false;
	return n == s->path.n;
}

/* Of the best path: the logarithm of its probability. */
static double log_p_of_best(const struct tk_several *s)
{
	double sum = 0.0;

	for (size_t k = s->trellis.n; k; k -= s->nbest.best[k].step.size)
		sum += tk_posterior_log(&s->posterior, k,
					s->nbest.best[k].step);
	return sum;
}

/* The best path, and those drawn without it. */
static tok_status put_best_first(tok_encoder *e, tok_bytes text,
				 tok_paths *paths)
{
	struct tk_several *s = &e->several;
	struct tk_distinct *d = &s->distinct;
	size_t i = 0;
	tok_status st = tk_nbest_find(&s->nbest, &s->trellis, 1);

	if (!st)
		st = take_best(e, 0);
	if (!st)
		st = add_path(e, text, log_p_of_best(s), 0.0, paths);
	if (st)
		return st;
	while (i < d->n && !is_path(s, i))
		i++;
	if (i == d->n)
		return TOK_OK;
	d->n--;
	memmove(&d->beam[i], &d->beam[i + 1], (d->n - i) * sizeof(*d->beam));
	return TOK_OK;
}

/* The first `most` of what was drawn; the one behind them says how likely it
 * was to be among them. Where there is none, all had to be. */
static tok_status put_drawn(tok_encoder *e, tok_bytes text, size_t most,
			    tok_paths *paths)
{
	struct tk_several *s = &e->several;
	const struct tk_distinct *d = &s->distinct;
	size_t n = d->n < most ? d->n : most;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		double log_p = d->beam[i].log_p, inclusion = 0.0;

		if (d->n > most)
			inclusion = tk_distinct_inclusion(
				log_p, d->beam[most].perturbed);
		s->path.n = 0;
		st = tk_distinct_path(d, i, &s->path);
		if (!st)
			st = add_path(e, text, log_p, inclusion, paths);
	}
	return st;
}

/* The law of the paths in the lattice. */
static tok_status sum_up(tok_encoder *e, double alpha)
{
	struct tk_several *s = &e->several;
	tok_status st = tk_tempered_prepare(&e->tempered, &e->endings, alpha);

	return st ? st : tk_posterior_sum(&s->posterior, &s->trellis,
					  &e->tempered);
}

tok_status tok_sample_wor(tok_encoder *e, tok_bytes text, double alpha,
			  size_t n, int include_best, tok_key key,
			  tok_paths *paths)
{
	struct tk_several *s = &e->several;

	clear(paths);
	if (!is_number_of_paths(n))
		return TOK_E_ARGUMENT;
	tok_status st = record(e, text);
	if (!st)
		st = sum_up(e, alpha);
	if (!st)
		st = tk_distinct_draw(&s->distinct, &s->trellis, &s->posterior,
				      key, n + 1);
	if (!st && include_best)
		st = put_best_first(e, text, paths);
	if (!st)
		st = put_drawn(e, text, include_best ? n - 1 : n, paths);
	if (st)
		clear(paths);
	return st;
}

tok_status tok_entropy(tok_encoder *e, tok_bytes text, double alpha,
		       double *nats)
{
	struct tk_several *s = &e->several;
	bool best = isinf(alpha) && alpha > 0.0;
	tok_status st = record(e, text);

	if (!st)
		st = sum_up(e, best ? 0.0 : alpha);
	if (!st && best)
		*nats = 0.0;
	return st || best ? st
			  : tk_posterior_entropy(&s->posterior, &s->trellis,
						 nats);
}
