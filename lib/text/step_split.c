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

tok_status tk_step_split(const struct tk_step *step, struct tk_unicode unicode,
			 tok_bytes text, size_t begin, size_t end,
			 struct tk_parts *to)
{
	struct splitting s = {
		.how = (enum tk_split_how)(step->arg &
					   ~(uint32_t)TK_SPLIT_INVERT),
		.to = to,
	};
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
