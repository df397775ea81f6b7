/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document through the steps. In: raw bytes. Out: its parts. Every step
 * sees each part by itself and knows nothing of the others, but that a part
 * is at the document's beginning.
 */
#include "text/steps.h"

#include "base/buf.h"

void tk_steps_room_release(struct tk_steps_room *room)
{
	tk_parts_release(&room->parts);
	tk_parts_release(&room->other);
	tk_parts_release(&room->cut);
	tk_forms_release(&room->forms);
}

/* The cut parts take the place of those of the same text. */
static void swap_parts(struct tk_steps_room *room)
{
	struct tk_parts *a = &room->parts, *b = &room->cut, old = *a;

	a->part = b->part;
	a->n = b->n;
	a->cap = b->cap;
	b->part = old.part;
	b->n = old.n;
	b->cap = old.cap;
}

static tok_status cut_part(const struct tk_steps *s,
			   const struct tk_step *step,
			   const struct tk_added_set *set,
			   struct tk_steps_room *room, struct tk_part part)
{
	tok_bytes text = {room->parts.text.p, room->parts.text.n};

	if (part.id >= 0)
		return tk_parts_add(&room->cut, part);
	if (set)
		return tk_added_cut(set, text, part.begin, part.end,
				    s->unicode, &room->cut);
	return tk_step_split(step, s->unicode, text, part.begin, part.end,
			     &room->cut);
}

tok_status tk_steps_cut(const struct tk_steps *s, const struct tk_step *step,
			const struct tk_added_set *set,
			struct tk_steps_room *room)
{
	tok_status st = TOK_OK;

	if (set && !set->n)
		return TOK_OK;
	tk_parts_clear(&room->cut);
	for (size_t i = 0; !st && i < room->parts.n; i++)
		st = cut_part(s, step, set, room, room->parts.part[i]);
	if (!st)
		swap_parts(room);
	return st;
}

static tok_status rewrite_part(const struct tk_steps *s,
			       const struct tk_step *step,
			       struct tk_steps_room *room, struct tk_part part)
{
	struct tk_parts *from = &room->parts, *to = &room->other;
	struct tk_rewrite w = {from, part.begin, part.begin, part.end, to};
	size_t begin = to->text.n;
	tok_status st;

	if (part.id >= 0)
		st = tk_parts_copy(to, from, part.begin, part.end);
	else
		st = tk_step_rewrite(step, s->unicode, &room->forms, &w);
	return st ? st : tk_parts_close(to, begin, part.id);
}

static tok_status rewrite(const struct tk_steps *s,
			  const struct tk_step *step,
			  struct tk_steps_room *room)
{
	tok_status st = TOK_OK;

	tk_parts_clear(&room->other);
	room->other.tracks = room->parts.tracks;
	room->other.most = room->parts.most;
	for (size_t i = 0; !st && i < room->parts.n; i++)
		st = rewrite_part(s, step, room, room->parts.part[i]);
	if (!st) {
		struct tk_parts old = room->parts;

		room->parts = room->other;
		room->other = old;
	}
	return st;
}

tok_status tk_steps_apply(const struct tk_steps *s, const struct tk_step *step,
			  struct tk_steps_room *room)
{
	if (step->kind == TK_STEP_ADDED)
		return tk_steps_cut(s, step, &s->normalized, room);
	if (step->kind == TK_STEP_SPLIT || step->kind == TK_STEP_OWN_SPLIT)
		return tk_steps_cut(s, step, NULL, room);
	return rewrite(s, step, room);
}

tok_status tk_steps_begin(const struct tk_steps *s, tok_bytes raw, bool spans,
			  struct tk_steps_room *room)
{
	room->parts.alloc = room->other.alloc = room->cut.alloc = room->alloc;
	room->forms.alloc = room->alloc;
	room->parts.tracks = spans || s->tracks;
	return tk_parts_begin(&room->parts, raw);
}

tok_status tk_steps_run(const struct tk_steps *s, tok_bytes raw, bool spans,
			struct tk_steps_room *room,
			const struct tk_parts **out)
{
	tok_status st = tk_steps_begin(s, raw, spans, room);

	if (!st)
		st = tk_steps_cut(s, NULL, &s->raw, room);
	for (size_t i = 0; !st && i < s->n_steps; i++)
		st = tk_steps_apply(s, &s->step[i], room);
	*out = &room->parts;
	return st;
}

tok_status tk_steps_normalize(const struct tk_steps *s, tok_bytes raw,
			      struct tk_steps_room *room, tok_bytes *out)
{
	tok_status st = tk_steps_begin(s, raw, false, room);

	for (size_t i = 0; !st && i < s->n_steps &&
			   s->step[i].kind != TK_STEP_ADDED;
	     i++)
		st = tk_steps_apply(s, &s->step[i], room);
	*out = (tok_bytes){room->parts.text.p, room->parts.text.n};
	return st;
}
