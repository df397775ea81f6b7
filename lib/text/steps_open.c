/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document that may go on, through the steps. In: its beginning. Out: the
 * parts that it has whatever follows. All parts but the last are as they are;
 * of the last one, the open one, a beginning is known, and each step is asked
 * how much of that it treats in the same way however it goes on, or ends. What
 * is behind is cut off before the step. As each step sees a part by itself,
 * that is right for all of them if it is for each:
 *
 * - maps of single characters, Prepend and Strip: all of it (what is stripped
 *   at the end is gone; a part that is shorter than what Prepend looks for
 *   is not known at all)
 * - normal forms: up to the last character that no form reaches across
 * - a map of SentencePiece's: up to the last grapheme
 * - Replace and Split: up to where a match touches the end, or may
 * - added tokens: up to where one may begin that is not whole, or that looks
 *   at what is beside it
 */
#include <string.h>

#include "base/utf8.h"
#include "text/grapheme.h"
#include "text/pattern.h"
#include "text/split.h"
#include "text/steps.h"

static size_t last_grapheme(tok_bytes text, size_t at,
			    struct tk_unicode unicode)
{
	size_t begin = at;

	while (at < text.n) {
		begin = at;
		at = tk_grapheme_end(text, at, unicode);
	}
	return begin;
}

/* Is it known whether the part begins with what is prepended? */
static bool knows_prefix(const struct tk_step *step, tok_bytes part)
{
	return step->arg == TK_PREPEND_ALWAYS || part.n >= step->a.n ||
	       memcmp(part.p, step->a.p, part.n) != 0;
}

/* How much of the open part, bytes [begin, text.n), the step treats in the
 * same way whatever follows. *ends: and there the part ends. */
static size_t final_of(const struct tk_steps *s, const struct tk_step *step,
		       tok_bytes text, size_t begin, bool *ends)
{
	tok_bytes part = {text.p + begin, text.n - begin};
	bool surely;

	switch (step->kind) {
	case TK_STEP_FORM:
		return begin + tk_forms_final((enum tk_form)step->arg, part);
	case TK_STEP_CHARSMAP:
		return last_grapheme(text, begin, s->unicode);
	case TK_STEP_REPLACE:
		return tk_pattern_final(step->a, text, begin, s->unicode,
					&surely);
	case TK_STEP_PREPEND:
		return knows_prefix(step, part) ? text.n : begin;
	case TK_STEP_SPLIT:
	case TK_STEP_OWN_SPLIT:
		return tk_step_split_final(step, s->unicode, text, begin,
					   text.n, ends);
	default:
		return text.n;
	}
}

/* Of the open part, which began at `begin`, what is behind `end` goes. */
static void shorten(struct tk_parts *p, size_t begin, size_t end, bool *open)
{
	struct tk_part *last;

	while (p->n && p->part[p->n - 1].begin >= end)
		p->n--;
	last = p->n ? &p->part[p->n - 1] : NULL;
	*open = last && last->id < 0 && last->begin >= begin;
	if (*open && last->end > end)
		last->end = end;
}

static tok_status cut_open(const struct tk_steps *s,
			   const struct tk_added_set *set,
			   struct tk_steps_room *room, bool *open)
{
	const struct tk_parts *p = &room->parts;
	const struct tk_part last = *open ? p->part[p->n - 1]
					  : (struct tk_part){0, 0, -1};
	tok_bytes text = {p->text.p, p->text.n};
	bool cuts = set->n && *open;
	size_t end = 0;

	if (cuts)
		end = tk_added_final(set, text, last.begin, last.end,
				     s->unicode);
	/* Tokens look at what is beside them: all is cut, then shortened. */
	tok_status st = tk_steps_cut(s, NULL, set, room);
	if (!st && cuts)
		shorten(&room->parts, last.begin, end, open);
	return st;
}

static tok_status apply_open(const struct tk_steps *s,
			     const struct tk_step *step,
			     struct tk_steps_room *room, bool *open)
{
	struct tk_parts *p = &room->parts;

	if (step->kind == TK_STEP_ADDED)
		return cut_open(s, &s->normalized, room, open);
	if (*open) {
		const struct tk_part last = p->part[p->n - 1];
		tok_bytes text = {p->text.p, last.end};
		bool ends = false;
		size_t end = final_of(s, step, text, last.begin, &ends);

		shorten(p, last.begin, end, open);
		*open &= !ends;
	}
	tok_status st = tk_steps_apply(s, step, room);
	/* Should nothing be left of the open part, the one before it counts
	 * as open: that is never wrong. */
	*open &= p->n && p->part[p->n - 1].id < 0;
	return st;
}

tok_status tk_steps_open(const struct tk_steps *s, tok_bytes raw,
			 struct tk_steps_room *room,
			 const struct tk_parts **out, bool *open)
{
	tok_status st = tk_steps_begin(s, raw, true, room);

	*open = room->parts.n > 0;
	if (!st)
		st = cut_open(s, &s->raw, room, open);
	for (size_t i = 0; !st && i < s->n_steps; i++)
		st = apply_open(s, &s->step[i], room, open);
	*out = &room->parts;
	return st;
}
