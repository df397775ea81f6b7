/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Split, and all that is made of it. In: a part and a pattern. Out: smaller
 * parts. Matches and what lies between them come one after the other; each is
 * a part, joins one of its neighbours, or goes. Of our own splits each
 * pre-token is a part.
 */
#include "text/pattern.h"
#include "text/split.h"
#include "text/steps.h"

/* What was seen last and is not a part yet. */
struct splitting {
	enum tk_split_how how;
	struct tk_parts *to;
	struct tk_part last;
	bool has_last, last_matches;
};

static tok_status flush(struct splitting *s)
{
	bool goes = s->how == TK_SPLIT_REMOVED && s->last_matches;

	if (!s->has_last || goes)
		return TOK_OK;
	return tk_parts_add(s->to, s->last);
}

/* Does what comes next belong to what was seen last? */
static bool joins(const struct splitting *s, bool matches)
{
	if (!s->has_last)
		return false;
	switch (s->how) {
	case TK_SPLIT_CONTIGUOUS:
		return matches == s->last_matches;
	case TK_SPLIT_WITH_PREVIOUS:
		return matches && !s->last_matches;
	case TK_SPLIT_WITH_NEXT:
		return !matches && s->last_matches;
	default:
		return false;
	}
}

static tok_status see(struct splitting *s, size_t begin, size_t end,
		      bool matches)
{
	bool join = joins(s, matches);
	tok_status st = join ? TOK_OK : flush(s);

	if (join)
		s->last.end = end;
	else
		s->last = (struct tk_part){begin, end, -1};
	s->has_last = true;
	s->last_matches = matches;
	return st;
}

static tok_status own_split(tok_split kind, tok_bytes text, size_t begin,
			    struct tk_parts *to)
{
	const struct tk_split split = {kind, {NULL, 0}};
	tok_status st = TOK_OK;

	for (size_t end; !st && begin < text.n; begin = end) {
		end = tk_split_next(&split, text, begin);
		st = tk_parts_add(to, (struct tk_part){begin, end, -1});
	}
	return st;
}

static enum tk_split_how how_of(const struct tk_step *step)
{
	return (enum tk_split_how)(step->arg & ~(uint32_t)TK_SPLIT_INVERT);
}

tok_status tk_step_split(const struct tk_step *step, struct tk_unicode unicode,
			 tok_bytes text, size_t begin, size_t end,
			 struct tk_parts *to)
{
	struct splitting s = {.how = how_of(step), .to = to};
	bool invert = step->arg & TK_SPLIT_INVERT;
	tok_bytes inside = {text.p, end};
	tok_status st = TOK_OK;

	if (step->kind == TK_STEP_OWN_SPLIT)
		return own_split((tok_split)step->arg, inside, begin, to);
	for (size_t at = begin; !st && at < end;) {
		size_t stop, match = tk_pattern_find(step->a, inside, at,
						     unicode, &stop);

		if (match > at)
			st = see(&s, at, match, invert);
		if (!st && match < end)
			st = see(&s, match, stop, !invert);
		at = stop;
	}
	return st ? st : flush(&s);
}

/* Of pre-tokens that are final, one begins where the other ends. */
static size_t own_split_final(tok_split kind, tok_bytes text, size_t begin)
{
	const struct tk_split split = {kind, {NULL, 0}};
	size_t end;

	while (tk_split_is_final(&split, text, begin, &end))
		begin = end;
	return end;
}

size_t tk_step_split_final(const struct tk_step *step,
			   struct tk_unicode unicode, tok_bytes text,
			   size_t begin, size_t end, bool *ends)
{
	struct splitting s = {.how = how_of(step), .has_last = true};
	bool invert = step->arg & TK_SPLIT_INVERT, surely;
	tok_bytes inside = {text.p, end};
	size_t stop, match = begin;

	*ends = false;
	if (step->kind == TK_STEP_OWN_SPLIT)
		return own_split_final((tok_split)step->arg, inside, begin);
	end = tk_pattern_final(step->a, inside, begin, unicode, &surely);
	inside.n = end;
	for (size_t at = begin; at < end; at = stop) {
		match = tk_pattern_find(step->a, inside, at, unicode, &stop);
		s.last_matches = match < end ? !invert : invert;
	}
	if (s.how == TK_SPLIT_REMOVED)
		*ends = s.last_matches;
	/* What a match that surely follows does not join. */
	*ends |= surely && begin < end && !joins(&s, !invert);
	return end;
}
