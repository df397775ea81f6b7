/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's normalizer.
 *
 * In: any bytes, a form. Out: the bytes that SentencePiece 0.2.3 makes of
 * them, and which came from where. Text is taken part by part: a user-defined
 * symbol, else the longest sequence that the map has, else one character,
 * else one byte that is no UTF-8. The rules for spaces look at what a part
 * became, not at what it was, and at the end they see whole clean text:
 * U+2581 in raw counts as a space there. Characters that stay as they are
 * wait until something changes and are copied together.
 */
#include "text/sp_normalize.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/utf8.h"
#include "text/plain.h"

#define SPACE_SYMBOL "\xE2\x96\x81" /* U+2581 */
#define REPLACEMENT "\xEF\xBF\xBD"  /* U+FFFD */
enum { SYMBOL_SIZE = 3 };

/* One call of tk_sp_normalize. raw[0, done) has its clean form in `clean`,
 * raw[done, at) are characters that stay. */
struct walk {
	const struct tk_sp_form *form;
	struct tk_charsmap map;
	tok_bytes raw;
	size_t done, at;
	bool goes_on;     /* what depends on more than raw is not taken */
	bool after_space; /* spaces that follow are dropped */
	tok_buf *clean;
	size_t clean_begin;
	struct tk_runs *runs;
};

/* What stands next in raw: size bytes that become text. */
struct part {
	tok_bytes text;
	size_t size;
	bool same; /* one character as it is */
};

static struct part next_part(const struct walk *w)
{
	const struct tk_sp_form *form = w->form;
	tok_bytes rest = {w->raw.p + w->at, w->raw.n - w->at}, to;
	size_t n = 0;
	uint32_t c;

	if (form->user_symbol)
		n = form->user_symbol(form->ctx, rest);
	assert(n <= rest.n);
	if (n)
		return (struct part){{rest.p, n}, n, false};
	n = tk_charsmap_match(&w->map, rest, &to);
	if (n)
		return (struct part){to, n, false};
	n = tk_utf8_decode(rest, &c);
	if (n)
		return (struct part){{rest.p, n}, n, true};
	to = (tok_bytes){(const uint8_t *)REPLACEMENT, 3};
	return (struct part){to, 1, false};
}

/* A run begins at `done`. */
static tok_status add_run(struct walk *w, bool equal)
{
	return tk_runs_add(w->runs,
			   (struct tk_run){w->clean->n - w->clean_begin,
					   w->done, equal});
}

static bool last_is_equal(const struct walk *w)
{
	const struct tk_runs *runs = w->runs;

	return runs && (!runs->n || runs->run[runs->n - 1].equal);
}

/* Copies the characters that wait. */
static tok_status keep(struct walk *w)
{
	if (w->done == w->at)
		return TOK_OK;

	tok_status st = add_run(w, true);
	if (!st)
		st = tk_buf_append(w->clean, w->raw.p + w->done,
				   w->at - w->done);
	w->done = w->at;
	return st;
}

/* Appends text in a run of its own, its spaces as they are written. */
static tok_status put(struct walk *w, tok_bytes text)
{
	tok_buf *clean = w->clean;
	size_t most;

	if (!tk_mul(text.n, SYMBOL_SIZE, &most))
		return TOK_E_MEMORY;
	tok_status st = add_run(w, false);
	if (!st)
		st = tk_buf_reserve(clean, most);
	for (size_t i = 0; !st && i < text.n; i++) {
		if (text.p[i] == ' ' && w->form->escape_whitespaces) {
			memcpy(clean->p + clean->n, SPACE_SYMBOL, SYMBOL_SIZE);
			clean->n += SYMBOL_SIZE;
		} else {
			clean->p[clean->n++] = text.p[i];
		}
	}
	return st;
}

static tok_status put_dummy(struct walk *w)
{
	return put(w, (tok_bytes){(const uint8_t *)" ", 1});
}

/* The part becomes something else, or a space, or goes. */
static tok_status change(struct walk *w, const struct part *part)
{
	tok_bytes text = part->text;
	tok_status st = keep(w);

	while (w->after_space && text.n && text.p[0] == ' ') {
		text.p++;
		text.n--;
	}
	if (!st && text.n) {
		st = put(w, text);
		w->after_space = w->form->remove_extra_whitespaces &&
				 text.p[text.n - 1] == ' ';
	} else if (!st && last_is_equal(w)) {
		st = add_run(w, false);
	}
	w->at += part->size;
	w->done = w->at;
	return st;
}

/* The fast path: what stays. Any place may hold a symbol. */
static size_t plain_ahead(const struct walk *w)
{
	tok_bytes rest = {w->raw.p + w->at, w->raw.n - w->at};
	size_t n = 0;

	if (w->form->plain)
		n = tk_plain_ahead(w->form->plain, rest);
	else if (!w->form->user_symbol)
		n = tk_charsmap_plain(&w->map, rest);
	/* The last one stays if ASCII follows, or is no ASCII. */
	if (w->goes_on && n && n == rest.n && rest.p[n - 1] < 0x80)
		n--;
	return n;
}

static bool may_go_on(const struct walk *w)
{
	const struct tk_sp_form *form = w->form;
	tok_bytes rest = {w->raw.p + w->at, w->raw.n - w->at};

	return !tk_utf8_whole(rest) || tk_charsmap_is_open(&w->map, rest) ||
	       (form->user_symbol && form->user_goes_on(form->ctx, rest));
}

/* May another, or more, be taken at w->at in text that goes on? */
TK_INLINE bool is_open(const struct walk *w)
{
	return w->goes_on && may_go_on(w);
}

static tok_status walk_all(struct walk *w)
{
	tok_status st = TOK_OK;

	while (!st && w->at < w->raw.n) {
		size_t n = plain_ahead(w);

		if (n) {
			w->after_space = false;
			w->at += n;
			continue;
		}
		if (is_open(w))
			break;
		struct part part = next_part(w);
		if (part.same && part.text.p[0] != ' ') {
			w->after_space = false;
			w->at += part.size;
		} else {
			st = change(w, &part);
		}
	}
	return st ? st : keep(w);
}

/* Only parts that become exactly one space: the original's rule. */
static tok_status skip_leading(struct walk *w)
{
	while (w->at < w->raw.n && !is_open(w)) {
		struct part part = next_part(w);

		if (part.text.n != 1 || part.text.p[0] != ' ')
			break;
		w->at += part.size;
	}
	tok_status st = w->at ? add_run(w, false) : TOK_OK;
	w->done = w->at;
	return st;
}

/* Takes what spaces became, and U+2581, from the end of clean; `done` goes
 * back to where the first of them came from. */
static void strip_trailing(struct walk *w)
{
	bool escape = w->form->escape_whitespaces;
	const char *space = escape ? SPACE_SYMBOL : " ";
	size_t size = strlen(space), n = w->clean->n - w->clean_begin;
	const uint8_t *p = w->clean->p;
	struct tk_runs *runs = w->runs;

	if (!n)
		return;
	p += w->clean_begin;
	while (n >= size && !memcmp(p + n - size, space, size))
		n -= size;
	if (w->clean_begin + n == w->clean->n)
		return;
	w->clean->n = w->clean_begin + n;
	if (!runs)
		return;
	/* The first run is at 0. The one that is left held the space. */
	while (runs->run[runs->n - 1].clean_at > n)
		runs->n--;
	const struct tk_run *last = &runs->run[runs->n - 1];
	w->done = (size_t)last->raw_at;
	if (last->equal)
		w->done += n - (size_t)last->clean_at;
	if (last->clean_at == n)
		runs->n--;
}

/* What comes before all text: nothing, where there are spaces alone. */
static tok_status begin(struct walk *w)
{
	const struct tk_sp_form *form = w->form;
	tok_status st = TOK_OK;

	w->after_space = form->remove_extra_whitespaces;
	if (form->remove_extra_whitespaces)
		st = skip_leading(w);
	if (st || w->at == w->raw.n || is_open(w) ||
	    form->treat_whitespace_as_suffix)
		return st;
	return form->add_dummy_prefix ? put_dummy(w) : TOK_OK;
}

static tok_status normalize(struct walk *w)
{
	const struct tk_sp_form *form = w->form;
	tok_status st = begin(w);

	if (st || w->at == w->raw.n)
		return st;
	st = walk_all(w);
	if (!st && form->remove_extra_whitespaces)
		strip_trailing(w);
	if (!st && form->add_dummy_prefix && form->treat_whitespace_as_suffix)
		st = put_dummy(w);
	/* Where the end lies, unless an equal run says it. */
	if (!st && (!last_is_equal(w) || w->done < w->raw.n))
		st = add_run(w, false);
	return st;
}

tok_status tk_sp_normalize_more(const struct tk_sp_form *form, tok_bytes more,
				bool goes_on, struct tk_sp_going *going,
				tok_buf *clean, size_t *used)
{
	struct walk w = {.form = form, .raw = more, .goes_on = goes_on,
			 .after_space = going->after_space, .clean = clean,
			 .clean_begin = clean->n};
	tok_status st = TOK_OK;

	tk_charsmap_init(&w.map, form->charsmap);
	if (going->space_due) {
		w.after_space = form->remove_extra_whitespaces;
		st = put_dummy(&w);
	} else if (!going->begun) {
		st = begin(&w);
	}
	bool begun = going->begun || (w.at < more.n && !is_open(&w));
	if (!st && begun)
		st = walk_all(&w);
	if (st) {
		clean->n = w.clean_begin;
		return st;
	}
	*going = (struct tk_sp_going){.begun = begun,
				      .after_space = w.after_space};
	*used = w.at;
	return TOK_OK;
}

tok_status tk_sp_normalize_end(const struct tk_sp_form *form,
			       const struct tk_sp_going *going,
			       tok_buf *clean, size_t begin)
{
	struct walk w = {.form = form, .clean = clean, .clean_begin = begin};

	if (form->remove_extra_whitespaces)
		strip_trailing(&w);
	if (!going->begun || !form->add_dummy_prefix ||
	    !form->treat_whitespace_as_suffix)
		return TOK_OK;
	return put_dummy(&w);
}

size_t tk_sp_normalize_held(const struct tk_sp_form *form, tok_bytes clean)
{
	tok_buf all = {.p = (uint8_t *)clean.p, .n = clean.n};
	struct walk w = {.form = form, .clean = &all};

	if (form->remove_extra_whitespaces)
		strip_trailing(&w);
	return clean.n - all.n;
}

tok_status tk_sp_normalize_part(const struct tk_sp_form *form, tok_bytes part,
				bool is_first, bool is_last, tok_buf *clean)
{
	struct tk_sp_going going = {.begun = !is_first,
				    .space_due = !is_first};
	size_t begin = clean->n, used;

	assert(!form->treat_whitespace_as_suffix);
	tok_status st = tk_sp_normalize_more(form, part, false, &going, clean,
					     &used);
	return st || !is_last ? st
			      : tk_sp_normalize_end(form, &going, clean,
						    begin);
}

tok_status tk_sp_normalize(const struct tk_sp_form *form, tok_bytes raw,
			   tok_buf *clean, struct tk_runs *runs,
			   tok_bytes *out)
{
	struct walk w = {.form = form, .raw = raw, .clean = clean,
			 .clean_begin = clean->n, .runs = runs};

	tk_charsmap_init(&w.map, form->charsmap);
	if (runs)
		runs->n = 0;

	tok_status st = normalize(&w);
	if (st) {
		clean->n = w.clean_begin;
		return st;
	}
	*out = (tok_bytes){clean->p, clean->n - w.clean_begin};
	if (clean->p)
		out->p += w.clean_begin;
	return TOK_OK;
}

size_t tk_sp_normalize_final(const struct tk_sp_form *form, tok_bytes raw)
{
	struct walk w = {.form = form, .raw = raw, .goes_on = true};

	tk_charsmap_init(&w.map, form->charsmap);
	while (w.at < raw.n) {
		size_t n = plain_ahead(&w);

		w.at += n;
		if (n)
			continue;
		if (is_open(&w))
			break;
		w.at += next_part(&w).size;
	}
	return w.at;
}
