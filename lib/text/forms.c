/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Normal forms, character by character.
 *
 * In: a part. Out: the same text in a normal form, and what became what.
 * Every character is decomposed by ICU's tables; the marks between two
 * starters are sorted by class (Unicode 15.0, D109), stably and in linear
 * time; for NFC and NFKC each starter then takes what composes with it and is
 * not blocked. Characters younger than the tables of the original stay.
 */
#include "text/forms.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf16.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "text/characters.h"

enum { CLASSES = 256, MAPPING = 32 /* units; the longest is 18 */ };

static const struct tk_unicode tables = {9, 0};

/* One call of tk_forms_apply. */
struct walk {
	struct tk_forms *forms;
	struct tk_rewrite *to;
	const UNormalizer2 *mapping;  /* by which characters decompose */
	const UNormalizer2 *composing; /* NULL: they stay decomposed */
	bool has_starter, has_last;
	struct tk_change starter;
	uint8_t last_class; /* of the last mark that did not compose */
};

void tk_forms_release(struct tk_forms *f)
{
	tk_free(f->alloc, f->mark, f->cap_marks, sizeof(*f->mark));
	tk_free(f->alloc, f->sorted, f->cap_sorted, sizeof(*f->sorted));
	tk_free(f->alloc, f->blocked, f->cap_blocked, sizeof(*f->blocked));
	*f = (struct tk_forms){.alloc = f->alloc};
}

static tok_status push(const struct tk_forms *f, struct tk_change **list,
		       size_t *n, size_t *cap, struct tk_change x)
{
	if (!tk_grow(f->alloc, (void **)list, cap, *n + 1, sizeof(**list)))
		return TOK_E_MEMORY;
	(*list)[(*n)++] = x;
	return TOK_OK;
}

static tok_status put(struct walk *w, struct tk_change x)
{
	return tk_rewrite_put(w->to, x.c, x.change);
}

/* The starter, and the marks that did not compose with it. */
static tok_status put_starter(struct walk *w)
{
	struct tk_forms *f = w->forms;
	tok_status st = w->has_starter ? put(w, w->starter) : TOK_OK;

	for (size_t i = 0; !st && i < f->n_blocked; i++)
		st = put(w, f->blocked[i]);
	f->n_blocked = 0;
	w->has_starter = w->has_last = false;
	return st;
}

static bool compose(const struct walk *w, uint32_t a, uint32_t b, uint32_t *c)
{
	UChar32 pair = unorm2_composePair(w->composing, (UChar32)a,
					  (UChar32)b);

	*c = (uint32_t)pair;
	return pair >= 0 && tk_char_known(a, tables) &&
	       tk_char_known(b, tables) && tk_char_known(*c, tables);
}

/* Takes a character in canonical order. */
static tok_status take(struct walk *w, struct tk_change x)
{
	struct tk_forms *f = w->forms;
	uint32_t c;

	if (!w->composing || (!w->has_starter && x.class))
		return put(w, x);
	if (!w->has_starter) {
		w->starter = x;
		w->has_starter = true;
		return TOK_OK;
	}
	bool blocked = w->has_last && w->last_class >= x.class;
	if (!blocked && compose(w, w->starter.c, x.c, &c)) {
		w->starter.c = c;
		w->starter.change += x.change - 1;
		return TOK_OK;
	}
	if (!x.class) {
		tok_status st = put_starter(w);

		w->starter = x;
		w->has_starter = true;
		return st;
	}
	w->last_class = x.class;
	w->has_last = true;
	return push(f, &f->blocked, &f->n_blocked, &f->cap_blocked, x);
}

/* Marks that wait, in order of class; equal ones as they came. */
static tok_status sort_marks(struct tk_forms *f)
{
	size_t at[CLASSES + 1] = {0};

	if (!tk_grow(f->alloc, (void **)&f->sorted, &f->cap_sorted, f->n_marks,
		     sizeof(*f->sorted)))
		return TOK_E_MEMORY;
	for (size_t i = 0; i < f->n_marks; i++)
		at[f->mark[i].class + 1]++;
	for (size_t i = 1; i < CLASSES; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < f->n_marks; i++)
		f->sorted[at[f->mark[i].class]++] = f->mark[i];
	return TOK_OK;
}

static tok_status take_marks(struct walk *w)
{
	struct tk_forms *f = w->forms;
	bool order = f->n_marks > 1;
	tok_status st = order ? sort_marks(f) : TOK_OK;

	for (size_t i = 0; !st && i < f->n_marks; i++)
		st = take(w, order ? f->sorted[i] : f->mark[i]);
	f->n_marks = 0;
	return st;
}

static tok_status add(struct walk *w, uint32_t c, int64_t change)
{
	struct tk_forms *f = w->forms;
	struct tk_change x = {c, 0, change};

	if (c >= 0x300 && tk_char_known(c, tables))
		x.class = u_getCombiningClass((UChar32)c);
	if (x.class)
		return push(f, &f->mark, &f->n_marks, &f->cap_marks, x);
	tok_status st = f->n_marks ? take_marks(w) : TOK_OK;
	return st ? st : take(w, x);
}

static tok_status decompose(struct walk *w, uint32_t c)
{
	UErrorCode code = U_ZERO_ERROR;
	UChar unit[MAPPING];
	tok_status st = TOK_OK;

	if (c < 0xA0 || !tk_char_known(c, tables))
		return add(w, c, 0);
	int32_t n = unorm2_getDecomposition(w->mapping, (UChar32)c, unit,
					    MAPPING, &code);
	if (n < 0)
		return add(w, c, 0);
	if (U_FAILURE(code))
		return TOK_E_LIMIT;
	for (int32_t i = 0; !st && i < n;) {
		bool pair = U16_IS_LEAD(unit[i]);
		uint32_t d = pair ? (uint32_t)U16_GET_SUPPLEMENTARY(
					    unit[i], unit[i + 1])
				  : unit[i];

		st = add(w, d, i ? 1 : 0);
		i += pair ? 2 : 1;
	}
	return st;
}

tok_status tk_forms_apply(struct tk_forms *forms, enum tk_form form,
			  struct tk_rewrite *to)
{
	UErrorCode code = U_ZERO_ERROR;
	bool compatible = form == TK_NFKC || form == TK_NFKD;
	bool composes = form == TK_NFC || form == TK_NFKC;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&code);
	struct walk w = {
		.forms = forms,
		.to = to,
		.mapping = compatible ? unorm2_getNFKCInstance(&code) : nfc,
		.composing = composes ? nfc : NULL,
	};
	tok_status st = U_SUCCESS(code) ? TOK_OK : TOK_E_LIMIT;

	forms->n_marks = forms->n_blocked = 0;
	for (size_t at = to->begin; !st && at < to->end;) {
		tok_bytes text = {to->from->text.p, to->end};
		uint32_t c;

		at += tk_utf8_at(text, at, &c);
		st = decompose(&w, c);
	}
	if (!st)
		st = take_marks(&w);
	return st ? st : put_starter(&w);
}

/* The beginning of the character that ends at `at`. */
static size_t before(tok_bytes text, size_t at)
{
	do
		at--;
	while (at && (text.p[at] & 0xC0) == 0x80);
	return at;
}

size_t tk_forms_final(enum tk_form form, tok_bytes text)
{
	UErrorCode code = U_ZERO_ERROR;
	bool compatible = form == TK_NFKC || form == TK_NFKD;
	const UNormalizer2 *all = compatible ? unorm2_getNFKCInstance(&code)
					     : unorm2_getNFCInstance(&code);

	/* What composes with nothing before it needs no order, either. */
	for (size_t at = text.n; at && U_SUCCESS(code);) {
		uint32_t c;

		at = before(text, at);
		(void)tk_utf8_at(text, at, &c);
		if (unorm2_hasBoundaryBefore(all, (UChar32)c))
			return at;
	}
	return 0;
}
