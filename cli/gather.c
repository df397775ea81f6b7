/* SPDX-License-Identifier: Apache-2.0 */
/* Copies documents until there are no more. In: a source. Out: spans over
 * their bytes, and the source's books. */
#include "gather.h"

#include <stdlib.h>
#include <string.h>

static bool grow(void *array, size_t *cap, size_t need, size_t size)
{
	size_t n = *cap + *cap / 2;

	if (need <= *cap)
		return true;
	if (n < need)
		n = need;
	if (n > SIZE_MAX / size)
		return false;
	void *moved = realloc(*(void **)array, n * size);
	if (!moved)
		return false;
	*(void **)array = moved;
	*cap = n;
	return true;
}

/* A part of a document makes its last one longer. */
static bool append(struct held_text *g, const tok_doc *doc)
{
	if (doc->text.n > SIZE_MAX - g->n_text ||
	    !grow(&g->text, &g->cap_text, g->n_text + doc->text.n, 1))
		return false;
	if (!doc->offset && !grow(&g->end, &g->cap_docs, g->n + 1,
				  sizeof(*g->end)))
		return false;
	if (doc->text.n)
		memcpy(g->text + g->n_text, doc->text.p, doc->text.n);
	g->n_text += doc->text.n;
	g->n += !doc->offset;
	g->end[g->n - 1] = g->n_text;
	return true;
}

/* The text has moved while it grew: spans are made at the end. */
static bool finish(struct held_text *g)
{
	size_t begin = 0, cap = 0;

	if (!grow(&g->doc, &cap, g->n + 1, sizeof(*g->doc)))
		return false;
	for (size_t i = 0; i < g->n; i++) {
		g->doc[i] = (tok_bytes){g->text + begin, g->end[i] - begin};
		begin = g->end[i];
	}
	return true;
}

tok_status gather(struct held_text *g, tok_source *source, tok_error *err)
{
	tok_doc doc = {.path = "-"};
	tok_status st;

	while (!(st = tok_source_next(source, &doc, err)))
		if (!append(g, &doc))
			return fail(err, TOK_E_MEMORY, "%s: line %llu: the "
				    "text does not fit in memory", doc.path,
				    (unsigned long long)doc.line);
	if (st != TOK_END)
		return st;
	tok_source_ledger(source, &g->ledger);
	return finish(g) ? TOK_OK : fail(err, TOK_E_MEMORY, "out of memory");
}

void gather_release(struct held_text *g)
{
	free(g->doc);
	free(g->end);
	free(g->text);
	*g = (struct held_text){0};
}
