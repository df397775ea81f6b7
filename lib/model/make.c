/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of ids to a model: lays out the file image and loads that, so that
 * a model made here and one read from a file are the same thing.
 */
#include <stdlib.h>

#include "base/error.h"
#include "model/make.h"
#include "model/scores.h"

struct sections {
	tok_buf part[TK_N_SECTIONS];
};

static tok_status add32(tok_buf *buf, uint32_t v)
{
	uint8_t b[4];

	tk_put32(b, v);
	return tk_buf_append(buf, b, sizeof(b));
}

static tok_status add_double(tok_buf *buf, double v)
{
	uint64_t bits;
	uint8_t b[8];

	memcpy(&bits, &v, sizeof(bits));
	tk_put64(b, bits);
	return tk_buf_append(buf, b, sizeof(b));
}

static tok_status add_rows(const struct tk_table *t, tok_buf *part)
{
	tok_buf *bytes = &part[TK_SECTION_BYTES];
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < t->n_ids; i++) {
		const struct tk_row *r = &t->row[i];

		st = tk_buf_append(bytes, r->bytes.p, r->bytes.n);
		if (!st && bytes->n > UINT32_MAX)
			st = TOK_E_LIMIT;
		if (!st)
			st = add32(&part[TK_SECTION_ENDS],
				   (uint32_t)bytes->n);
		if (!st)
			st = tk_buf_append(&part[TK_SECTION_KINDS],
					   &r->kind, 1);
		if (!st)
			st = add_double(&part[TK_SECTION_SCORES], r->score);
	}
	return st;
}

static tok_status add_roles(const struct tk_table *t, tok_buf *out)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < t->n_roles; i++) {
		tok_bytes name = t->role[i].name;
		uint8_t size[2];

		if (!name.n)
			continue;
		tk_put16(size, (uint16_t)name.n);
		st = add32(out, (uint32_t)t->role[i].id);
		if (!st)
			st = tk_buf_append(out, size, 2);
		if (!st)
			st = tk_buf_append(out, name.p, name.n);
	}
	return st;
}

tok_status tk_make_rows(const struct tk_table *t,
			tok_buf part[TK_N_SECTIONS])
{
	tok_status st = add_rows(t, part);

	return st ? st : add_roles(t, &part[TK_SECTION_ROLES]);
}

static tok_status check_row(const struct tk_table *t, size_t i,
			    tok_error *err)
{
	const struct tk_row *r = &t->row[i];

	if (tk_kind_matches(r->kind) &&
	    (r->bytes.n < 1 || r->bytes.n > TK_MAX_PIECE))
		return tk_fail(err, TOK_E_ARGUMENT, i,
			       "id %zu: a piece of %zu bytes; 1 to %d are "
			       "possible", i, r->bytes.n, TK_MAX_PIECE);
	if (!tk_score_valid(t->arithmetic, r->score))
		return tk_fail(err, TOK_E_ARGUMENT, i,
			       "id %zu: a score of %g nats is not possible", i,
			       r->score);
	return TOK_OK;
}

static tok_status add_maps(const struct tk_table *t, tok_buf *out)
{
	tok_bytes first = t->charsmap, second = t->denormalizer;
	tok_status st = TOK_OK;

	if (t->sp_flags & TK_SP_DENORMALIZES)
		st = first.n <= UINT32_MAX ? add32(out, (uint32_t)first.n)
					   : TOK_E_LIMIT;
	if (!st)
		st = tk_buf_append(out, first.p, first.n);
	if (!st)
		st = tk_buf_append(out, second.p, second.n);
	return st;
}

static int by_bytes(const void *a, const void *b)
{
	const struct tk_entry *x = a, *y = b;

	return tk_bytes_cmp(x->bytes, y->bytes);
}

static tok_status write_trie(const struct tk_trie_image *image,
			     struct sections *s)
{
	tok_buf *units = &s->part[TK_SECTION_UNITS];
	tok_buf *ids = &s->part[TK_SECTION_UNIT_IDS];
	tok_status st = TOK_OK;

	for (uint32_t i = 0; !st && i < image->n_units; i++) {
		st = add32(units, image->unit[i].link);
		if (!st)
			st = add32(units, (uint32_t)image->unit[i].score);
		if (!st)
			st = add32(ids, (uint32_t)image->id[i]);
	}
	return st;
}

static tok_status add_trie(const struct tk_table *t, const tok_alloc *alloc,
			   struct sections *s, tok_error *err)
{
	struct tk_trie_image image = {.alloc = alloc};
	struct tk_entry *entry = tk_new(alloc, t->n_ids, sizeof(*entry));
	tok_status st = TOK_OK;
	size_t n = 0;

	if (!entry)
		return TOK_E_MEMORY;
	for (size_t i = 0; i < t->n_ids; i++)
		if (tk_kind_matches(t->row[i].kind))
			entry[n++] = (struct tk_entry){
				t->row[i].bytes,
				tk_score_in_trie(t->arithmetic,
						 t->row[i].score),
				(int32_t)i};
	qsort(entry, n, sizeof(*entry), by_bytes);
	for (size_t i = 1; !st && i < n; i++)
		if (tk_bytes_equal(entry[i - 1].bytes, entry[i].bytes))
			st = tk_fail(err, TOK_E_ARGUMENT, 0,
				     "ids %d and %d: the same piece",
				     entry[i - 1].id, entry[i].id);
	if (!st)
		st = tk_trie_build(entry, n, alloc, &image);
	tk_free(alloc, entry, t->n_ids, sizeof(*entry));
	if (!st)
		st = write_trie(&image, s);
	tk_trie_image_release(&image);
	return st;
}

static tok_status add_settings(const struct tk_table *t, tok_buf *out)
{
	uint32_t v[TK_N_SETTINGS] = {
		[TK_SET_N_IDS] = (uint32_t)t->n_ids,
		[TK_SET_SPLIT] = t->split,
		[TK_SET_NORMALIZE] = t->normalize,
		[TK_SET_ARITHMETIC] = t->arithmetic,
		[TK_SET_SP_FLAGS] = t->sp_flags,
	};
	bool icu = t->normalize != TOK_NORMALIZE_NONE &&
		   t->normalize != TOK_NORMALIZE_SENTENCEPIECE;
	tok_status st = TOK_OK;

	for (size_t i = 0; i < t->n_ids; i++)
		if (tk_kind_matches(t->row[i].kind) &&
		    t->row[i].bytes.n > v[TK_SET_MAX_PIECE])
			v[TK_SET_MAX_PIECE] = (uint32_t)t->row[i].bytes.n;
	if (t->split == TOK_SPLIT_WORD || icu) {
		int major, minor;

		tk_normalize_unicode(&major, &minor);
		v[TK_SET_UNICODE_MAJOR] = (uint32_t)major;
		v[TK_SET_UNICODE_MINOR] = (uint32_t)minor;
	}
	for (int i = 0; !st && i < TK_N_SETTINGS; i++)
		st = add32(out, v[i]);
	return st;
}

static tok_status fill(const struct tk_table *t, const tok_alloc *alloc,
		       struct sections *s, tok_error *err)
{
	tok_status st = TOK_OK;

	if (!t->n_ids || t->n_ids > TK_MAX_IDS)
		return TOK_E_LIMIT;
	for (size_t i = 0; !st && i < t->n_ids; i++)
		st = check_row(t, i, err);
	if (!st)
		st = add_settings(t, &s->part[TK_SECTION_SETTINGS]);
	if (!st)
		st = tk_make_rows(t, s->part);
	if (!st && t->split == TOK_SPLIT_WORD)
		st = tk_split_table_build(&s->part[TK_SECTION_SPLIT], err);
	if (!st)
		st = add_maps(t, &s->part[TK_SECTION_CHARSMAP]);
	if (!st)
		st = tk_buf_append(&s->part[TK_SECTION_SURFACE],
				   t->unknown_surface.p, t->unknown_surface.n);
	if (!st)
		st = tk_buf_append(&s->part[TK_SECTION_STEPS], t->steps.p,
				   t->steps.n);
	if (!st)
		st = add_trie(t, alloc, s, err);
	if (!st && t->record)
		st = tk_buf_text(&s->part[TK_SECTION_RECORD], t->record);
	return st;
}

static tok_status assemble(const struct tk_table *t, const tok_alloc *alloc,
			   tok_buf *image, tok_error *err)
{
	struct sections s;
	tok_bytes section[TK_N_SECTIONS];

	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_init(&s.part[i], alloc);
	tok_status st = fill(t, alloc, &s, err);
	for (int i = 0; i < TK_N_SECTIONS; i++)
		section[i] = (tok_bytes){s.part[i].p, s.part[i].n};
	if (!st)
		st = tk_image_write(section, image);
	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_release(&s.part[i]);
	return st;
}

tok_status tk_model_make(const struct tk_table *table, const char *path,
			 const tok_alloc *alloc, tok_model **out,
			 tok_error *err)
{
	tok_error inner = {0};
	tok_buf image;

	*out = NULL;
	tok_buf_init(&image, alloc);
	tok_status st = assemble(table, alloc, &image, &inner);
	if (st && inner.code)
		tk_fail(err, st, inner.at, "%s: %s", path, inner.text);
	else if (st)
		tk_fail_status(err, st, path);
	else
		st = tk_model_adopt(&image, alloc, path, out, err);
	tok_buf_release(&image);
	return st;
}
