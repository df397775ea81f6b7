/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a list of steps, and any text: what is read runs to parts of
 * UTF-8, in order, that came from the text; with spans and without the same.
 * Size of the text (1 byte), the text, the section.
 */
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/steps.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { N_IDS = 100 };

static void need(int right)
{
	if (!right)
		abort();
}

static void check_parts(const struct tk_parts *parts, size_t raw_size)
{
	tok_bytes text = {parts->text.p, parts->text.n};
	size_t at = 0;

	need(tk_utf8_valid(text));
	for (size_t i = 0; i < parts->n; i++) {
		const struct tk_part *p = &parts->part[i];

		need(p->begin >= at && p->end > p->begin);
		need(p->id >= -1 && p->id < N_IDS);
		need(tk_utf8_valid((tok_bytes){text.p + p->begin,
					       p->end - p->begin}));
		at = p->end;
	}
	need(at <= text.n);
	for (size_t i = 0; i < text.n; i++)
		need(parts->from[i].begin <= raw_size &&
		     parts->from[i].end <= raw_size);
}

/* Field by field: what lies between fields is anything. */
static int same_parts(const struct tk_parts *x, const struct tk_parts *y)
{
	if (x->n != y->n || x->text.n != y->text.n ||
	    (x->text.n && memcmp(x->text.p, y->text.p, x->text.n)))
		return 0;
	for (size_t i = 0; i < x->n; i++)
		if (x->part[i].begin != y->part[i].begin ||
		    x->part[i].end != y->part[i].end ||
		    x->part[i].id != y->part[i].id)
			return 0;
	return 1;
}

static void run(const struct tk_steps *steps, tok_bytes text)
{
	struct tk_steps_room a = {.alloc = NULL}, b = {.alloc = NULL};
	const struct tk_parts *with, *without;
	tok_status st = tk_steps_run(steps, text, true, &a, &with);

	need(!st || st == TOK_E_LIMIT);
	need(tk_steps_run(steps, text, false, &b, &without) == st);
	if (!st) {
		check_parts(with, text.n);
		need(same_parts(with, without));
	}
	tk_steps_room_release(&a);
	tk_steps_room_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct tk_unicode unicode = {15, 0};
	struct tk_steps steps;

	if (!n || p[0] > n - 1)
		return 0;
	tok_bytes text = {p + 1, p[0]}, section = {p + 1 + p[0], n - 1 - p[0]};
	tok_status st = tk_steps_read(section, N_IDS, unicode, NULL, &steps);
	need(!st || st == TOK_E_CORRUPT);
	if (!st)
		run(&steps, text);
	tk_steps_release(&steps);
	return 0;
}
