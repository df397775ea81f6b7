/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to the ids of its best path, chunk by chunk. In: text between two
 * cuts, the sum before it. Out: ids and the sum behind it, as the kernels give
 * them. All paths pass a cut, so a chunk between two of them can be segmented
 * alone, and again, if the sum it starts from makes no difference.
 */
#include "segment/recall.h"

TK_INLINE tok_status run(struct stretch *s, bool exact, tok_bytes text)
{
	struct sought sought[BATCH];
	tok_status st = TOK_OK;

	for (size_t at = 0; !st && at < text.n;) {
		size_t n = 0;

		while (n < BATCH && at < text.n)
			at = find_chunk(s, text, at, &sought[n++]);
		st = recall_all(s, exact, sought, n);
	}
	return st;
}

tok_status tk_chunks_run(struct stretch *s, tok_bytes text)
{
	if (s->c->model->arithmetic == TK_INTEGER)
		return run(s, true, text);
	return run(s, false, text);
}

tok_status tk_chunks(struct tk_chunker *c, tok_bytes text, union tk_cell *sum,
		     tok_ids *ids)
{
	struct stretch s = {.c = c, .ids = ids, .sum = *sum};
	size_t before = ids->n;

	if (!c->cache.entry)
		return tk_segment(c, text, sum, ids);
	tk_recall_begin(&s);
	tok_status st = tk_chunks_run(&s, text);
	if (st) {
		ids->n = before;
		return st;
	}
	tk_recall_add_up(&s);
	*sum = s.sum;
	return TOK_OK;
}
