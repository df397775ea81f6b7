/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of any length in bounded memory. In: clean text, part by part.
 * Out: the ids that all of it has, as soon as they are final.
 *
 * A pre-token is final once what ends it is known. Of one that goes on, all
 * paths pass its cuts: it is segmented up to the last one, with what goes on
 * there (the sum, an unknown character), and a few bytes that stand for what
 * is gone tell the splitter where it ends. A chunk that goes on for long
 * without a cut is walked through as it comes: kernels and draws write out
 * what all live paths share. Where that is nothing for long, kernels freeze what
 * they know; its text goes, and its ids are owed. Where parts end cannot change
 * an id.
 */
#include "segment/flow.h"

#include <string.h>

#include "base/buf.h"
#include "base/pool.h"
#include "segment/float_shares.h"
#include "segment/kernels.h"
#include "segment/recall.h"
#include "segment/shares.h"
#include "segment/unknown.h"

static bool is_whole(const struct tk_flow *f)
{
	return f->e->model->split.kind == TOK_SPLIT_WHOLE;
}

static void start_walking(struct tk_flow *f)
{
	f->walking = true;
	f->seen = 0;
	if (f->choice->draw)
		tk_window_begin(&f->window, &f->e->sampler, f->e->model,
				f->so_far.at);
	else
		f->walk = (struct tk_walk){.start = f->so_far.sum};
}

static void stop_walking(struct tk_flow *f)
{
	if (!f->walking)
		return;
	f->walking = false;
	if (f->choice->draw)
		tk_window_drop(&f->window);
	else
		tk_viterbi_release(&f->e->chunker.viterbi);
}

void tk_flow_begin(struct tk_flow *f)
{
	stop_walking(f);
	f->text.n = f->n_stand_in = 0;
	f->so_far = (struct tk_so_far){0};
}

void tk_flow_release(struct tk_flow *f)
{
	stop_walking(f);
	tok_buf_release(&f->text);
}

bool tk_flow_is_empty(const struct tk_flow *f)
{
	return !f->text.n && !f->walking;
}

/* Does what is unknown become ids chunk by chunk, as the path is found? */
static bool resolves(const struct tk_flow *f)
{
	return is_whole(f) && !f->choice->draw &&
	       f->e->chunker.cache.entry != NULL;
}

/* Those that other threads take part in; *done: how much of text. */
static tok_status share_chunks(struct tk_flow *f, tok_bytes text, bool ends,
			       tok_ids *path, size_t *done)
{
	*done = 0;
	if (!resolves(f) || tk_pool_width(f->pool) < 2 ||
	    text.n / 2 < f->held || !tk_float_shares_suits(f->e->model))
		return TOK_OK;
	return tk_float_shares_clean(f->e, f->pool, text, ends, f->held,
				     &f->so_far, path, done);
}

/* Appends the path of the chunks of text that are known: all of them where it
 * ends. *done: how much of it. */
static tok_status take_chunks(struct tk_flow *f, tok_bytes text, bool ends,
			      tok_ids *path, size_t *done)
{
	size_t shared;
	tok_status st = share_chunks(f, text, ends, path, &shared);

	*done = shared;
	if (st || shared == text.n)
		return st;
	text.p += shared;
	text.n -= shared;
	struct stretch s = {
		.c = &f->e->chunker,
		.ids = path,
		.sum = f->so_far.sum,
		.sampler = f->choice->draw ? &f->e->sampler : NULL,
		.at = f->so_far.at,
		.resolves = resolves(f),
		.after_unknown = f->so_far.after_unknown,
		.unknown_end = path->n,
		.open = !ends,
	};
	st = tk_chunks_sum(&s, text);
	f->so_far.sum = s.sum;
	if (resolves(f))
		f->so_far.after_unknown = s.after_unknown &&
					  s.unknown_end == path->n;
	*done += text.n - s.n_open;
	return st;
}

/* How many bytes of the chunk are gone whose ids are still to come. */
static size_t n_owed(const struct tk_flow *f)
{
	return f->e->chunker.viterbi.frozen.n;
}

/* Resolves what is unknown of the path in ids, from `before` on; it begins
 * `owed` bytes before text, and there with what is known. */
static tok_status resolve(struct tk_flow *f, tok_bytes text, size_t owed,
			  size_t before, tok_ids *ids)
{
	const tok_model *m = f->e->model;
	size_t i = before, at = 0;

	while (i < ids->n && ids->id[i] >= 0)
		i++;
	if (i > before)
		f->so_far.after_unknown = false;
	if (i == ids->n)
		return TOK_OK;
	f->e->raw.n = 0;
	tok_status st = tok_ids_append(&f->e->raw, ids->id + i, ids->n - i);
	if (st)
		return st;
	ids->n = i;
	while (i > before)
		at += tk_model_bytes(m, ids->id[--i]).n;
	text.p += at - owed;
	text.n -= at - owed;
	return tk_unknown(m, text, &f->e->raw, TOK_SPANS_NONE,
			  &f->so_far.after_unknown, ids);
}

static tok_status walk_best(struct tk_flow *f, tok_bytes chunk, bool ends,
			    tok_ids *path, size_t *done)
{
	const tok_model *m = f->e->model;
	size_t ahead = tk_viterbi_ahead(m);

	f->walk.text = chunk;
	f->walk.open = ends ? chunk.n : chunk.n > ahead ? chunk.n - ahead : 0;
	tok_status st = tk_kernels_of(m)->on(&f->e->chunker.viterbi, m,
					     &f->walk, path);

	*done = f->walk.origin;
	f->walk.origin = 0;
	f->so_far.sum = f->walk.start;
	return st;
}

static tok_status walk_drawn(struct tk_flow *f, tok_bytes chunk, bool ends,
			     tok_ids *path, size_t *done)
{
	size_t open = ends ? chunk.n : chunk.n > 4 ? chunk.n - 4 : 0;
	tok_status st = tk_window_on(&f->window, f->e->model, chunk, open,
				     path, done);

	if (st || !ends)
		return st;
	*done = chunk.n;
	return tk_window_end(&f->window, path);
}

/* Of the chunk that is walked through, what text brings. */
static tok_status take_walk(struct tk_flow *f, tok_bytes text, bool ends,
			    tok_ids *path, size_t *done)
{
	size_t end = tk_cuts_seek(f->e->model, text, f->seen, &f->seen);

	if (end < text.n)
		ends = true;
	text.n = end;
	tok_status st = f->choice->draw
				? walk_drawn(f, text, ends, path, done)
				: walk_best(f, text, ends, path, done);
	f->seen -= f->seen < *done ? f->seen : *done;
	/* What failed has left nothing. */
	f->walking = !ends && !st;
	return st;
}

/* What is next of a pre-token: bytes [*at, end) of f->text. *at becomes where
 * what waits begins: end, where the pre-token ends. */
static tok_status take_part(struct tk_flow *f, size_t *at, size_t end,
			    bool ends, tok_ids *ids)
{
	tok_status st = TOK_OK;
	bool waits = false;

	while (!st && !waits && *at < end) {
		tok_bytes text = {f->text.p + *at, end - *at};
		bool walks = f->walking;
		size_t owed = n_owed(f), before = ids->n;

		st = walks ? take_walk(f, text, ends, ids, &text.n)
			   : take_chunks(f, text, ends, ids, &text.n);
		if (!st && is_whole(f) && (walks || !resolves(f)))
			st = resolve(f, text, owed, before, ids);
		*at += text.n;
		f->so_far.at += text.n;
		waits = walks ? f->walking : end - *at < f->held;
		if (!walks && !waits)
			start_walking(f);
	}
	return st;
}

/* Does the pre-token that begins at `at` end at *end? If not, all up to there
 * belongs to it. */
static bool find_end(const struct tk_flow *f, tok_bytes text, size_t at,
		     bool closed, size_t *end)
{
	const struct tk_split *split = &f->e->model->split;

	*end = text.n;
	if (split->kind == TOK_SPLIT_WHOLE)
		return closed;
	if (!closed)
		return tk_split_is_final(split, text, at, end);
	*end = tk_split_next(split, text, at);
	return true;
}

/* What is before `at` goes, but for what stands for the part of a pre-token
 * that began at `word`. */
static void drop(struct tk_flow *f, size_t n, size_t word, size_t at)
{
	uint8_t stand_in[TK_STAND_IN];
	size_t size = 0;

	if (word < at && !is_whole(f))
		size = tk_split_stand_in(&f->e->model->split,
					 (tok_bytes){f->text.p, n}, word, at,
					 stand_in);
	if (at > size)
		memmove(f->text.p + size, f->text.p + at, f->text.n - at);
	if (size)
		memcpy(f->text.p, stand_in, size);
	f->text.n -= at - size;
	f->n_stand_in = size;
}

/* Pre-tokens that other threads can take part in. */
static tok_status share(struct tk_flow *f, tok_bytes text, size_t *at,
			tok_ids *ids)
{
	const tok_bytes rest = {text.p + *at, text.n - *at};
	size_t done;
	tok_status st = tk_shares(f->e, f->pool, rest, f->so_far.at, f->choice,
				  f->held, ids, &done);

	*at += done;
	f->so_far.at += done;
	return st;
}

tok_status tk_flow_run(struct tk_flow *f, size_t n, bool closed, tok_ids *ids)
{
	const tok_bytes text = {f->text.p, n};
	size_t word = 0, at = f->n_stand_in, end;
	bool ends = true, shared = is_whole(f);
	tok_status st = TOK_OK;

	while (!st && ends && word < n) {
		/* Once the one that has begun is through. */
		if (!shared && at == word && !f->walking) {
			st = share(f, text, &at, ids);
			word = at;
			shared = true;
			continue;
		}
		ends = find_end(f, text, word, closed, &end);
		st = take_part(f, &at, end, ends, ids);
		if (!ends)
			break;
		/* Where a walk has just come to its end, nothing is left. */
		stop_walking(f);
		word = at;
		if (!is_whole(f))
			f->so_far.sum = (union tk_cell){0};
	}
	if (!st && n)
		drop(f, n, word, at);
	return st;
}
