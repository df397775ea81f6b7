/* SPDX-License-Identifier: Apache-2.0 */
/* Copies documents. In: one after the other. Out: spans over their bytes,
 * which move while they grow: spans are made at the end. */
#include "held_text.h"

#include <stdlib.h>
#include <string.h>

static bool grow(void *array, size_t n, size_t size)
{
	void *moved = n > SIZE_MAX / size ? NULL
					  : realloc(*(void **)array, n * size);

	if (moved)
		*(void **)array = moved;
	return moved != NULL;
}

static bool room_for_text(struct held_text *h, size_t n)
{
	size_t cap = h->cap_text + h->cap_text / 2;

	if (n <= h->cap_text - h->n_text)
		return true;
	if (n > SIZE_MAX / 2 - h->n_text)
		return false;
	if (cap < h->n_text + n)
		cap = h->n_text + n;
	if (!grow(&h->text, cap, 1))
		return false;
	h->cap_text = cap;
	return true;
}

static bool room_for_doc(struct held_text *h)
{
	size_t cap = h->cap_docs ? 2 * h->cap_docs : 256;

	if (h->n < h->cap_docs)
		return true;
	if (!grow(&h->doc, cap, sizeof(*h->doc)) ||
	    !grow(&h->end, cap, sizeof(*h->end)))
		return false;
	h->cap_docs = cap;
	return true;
}

bool held_add(struct held_text *h, tok_bytes text, bool goes_on)
{
	if (!room_for_text(h, text.n) || (!goes_on && !room_for_doc(h)))
		return false;
	if (text.n)
		memcpy(h->text + h->n_text, text.p, text.n);
	h->n_text += text.n;
	h->n += !goes_on;
	h->end[h->n - 1] = h->n_text;
	return true;
}

void held_finish(struct held_text *h)
{
	size_t begin = 0;

	for (size_t i = 0; i < h->n; i++) {
		h->doc[i] = (tok_bytes){h->text + begin, h->end[i] - begin};
		begin = h->end[i];
	}
}

void held_clear(struct held_text *h)
{
	h->n = h->n_text = 0;
}

void held_release(struct held_text *h)
{
	free(h->doc);
	free(h->end);
	free(h->text);
	*h = (struct held_text){0};
}
