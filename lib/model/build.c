/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vocabulary to a model: sorts it, lays out the file image and loads that,
 * so that a model made here and one read from a file are the same thing.
 */
#include <stdlib.h>

#include "base/error.h"
#include "model/loaded.h"

struct sections {
	tok_buf part[TK_N_SECTIONS];
};

static tok_status add32(tok_buf *buf, uint32_t v)
{
	uint8_t b[4];

	tk_put32(b, v);
	return tk_buf_append(buf, b, sizeof(b));
}

static int by_score(const void *a, const void *b)
{
	const struct tk_piece *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->bytes.n != y->bytes.n)
		return x->bytes.n < y->bytes.n ? -1 : 1;
	return tk_bytes_cmp(x->bytes, y->bytes);
}

static int by_bytes(const void *a, const void *b)
{
	const struct tk_entry *x = a, *y = b;

	return tk_bytes_cmp(x->bytes, y->bytes);
}

static bool same(const char *a, const char *b)
{
	return a && b && *a && !strcmp(a, b);
}

tok_status tk_model_check_controls(const tok_control *c, size_t n,
				   tok_error *err)
{
	if (n > TK_MAX_CONTROLS)
		return tk_fail(err, TOK_E_LIMIT, 0, "more than %d controls",
			       TK_MAX_CONTROLS);
	for (size_t i = 0; i < n; i++) {
		const char *name = c[i].name ? c[i].name : "";

		if (!*name || strlen(name) > TK_MAX_NAME ||
		    (c[i].role && strlen(c[i].role) > TK_MAX_NAME))
			return tk_fail(err, TOK_E_ARGUMENT, 0,
				       "control %zu: the name and role of a "
				       "control have 1 to %d bytes", i + 1,
				       TK_MAX_NAME);
		for (size_t k = 0; k < i; k++)
			if (same(name, c[k].name) || same(c[i].role, c[k].role))
				return tk_fail(err, TOK_E_ARGUMENT, 0,
					       "control \"%s\": its name or "
					       "role is given twice", name);
	}
	return TOK_OK;
}

static tok_status add_controls(const struct tk_spec *spec, tok_buf *out)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < spec->n_controls; i++) {
		const char *role = spec->control[i].role;
		const char *name = spec->control[i].name;
		uint8_t sizes[4];

		tk_put16(sizes, (uint16_t)(role ? strlen(role) : 0));
		tk_put16(sizes + 2, (uint16_t)strlen(name));
		st = tk_buf_append(out, sizes, 4);
		if (!st && role)
			st = tk_buf_text(out, role);
		if (!st)
			st = tk_buf_text(out, name);
	}
	return st;
}

/* piece has the bytes first, then the pieces by score: its index is its id. */
static tok_status add_pieces(const struct tk_piece *piece, size_t n,
			     struct sections *s)
{
	tok_buf *bytes = &s->part[TK_SECTION_PIECES];
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		st = tk_buf_append(bytes, piece[i].bytes.p, piece[i].bytes.n);
		if (!st && bytes->n > UINT32_MAX)
			st = TOK_E_LIMIT;
		if (!st)
			st = add32(&s->part[TK_SECTION_ENDS],
				   (uint32_t)bytes->n);
		if (!st)
			st = add32(&s->part[TK_SECTION_SCORES],
				   (uint32_t)piece[i].score);
	}
	return st;
}

static tok_status add_trie(const struct tk_piece *piece, size_t n,
			   const tok_alloc *alloc, struct sections *s,
			   tok_error *err)
{
	struct tk_trie_image image;
	struct tk_entry *entry = tk_new(alloc, n, sizeof(*entry));
	tok_status st = TOK_OK;

	if (!entry)
		return TOK_E_MEMORY;
	for (size_t i = 0; i < n; i++)
		entry[i] = (struct tk_entry){piece[i].bytes, piece[i].score,
					     (int32_t)i};
	qsort(entry, n, sizeof(*entry), by_bytes);
	for (size_t i = 1; !st && i < n; i++)
		if (tk_bytes_equal(entry[i - 1].bytes, entry[i].bytes))
			st = tk_fail(err, TOK_E_ARGUMENT, 0,
				     "a piece is given twice");
	if (!st)
		st = tk_trie_build(entry, n, alloc, &image);
	tk_free(alloc, entry, n, sizeof(*entry));
	if (st)
		return st;
	for (uint32_t i = 0; !st && i < image.n_units; i++) {
		st = add32(&s->part[TK_SECTION_UNITS], image.unit[i].link);
		if (!st)
			st = add32(&s->part[TK_SECTION_UNITS],
				   (uint32_t)image.unit[i].score);
		if (!st)
			st = add32(&s->part[TK_SECTION_UNIT_IDS],
				   (uint32_t)image.id[i]);
	}
	tk_trie_image_release(&image);
	return st;
}

static tok_status add_settings(const struct tk_spec *spec,
			       const struct tk_piece *piece, size_t n,
			       tok_buf *out)
{
	uint32_t v[TK_N_SETTINGS] = {
		[TK_SET_N_PIECES] = (uint32_t)n,
		[TK_SET_N_CONTROLS] = (uint32_t)spec->n_controls,
		[TK_SET_SPLIT] = spec->split,
		[TK_SET_NORMALIZE] = spec->normalize,
		[TK_SET_TIE_RULE] = 1,
		[TK_SET_ARITHMETIC] = 1,
		[TK_SET_SCORE_BITS] = 16,
	};
	uint64_t pad = spec->pad_vocab ? spec->pad_vocab : 1;
	uint64_t n_ids = n + spec->n_controls;
	tok_status st = TOK_OK;

	n_ids = (n_ids + pad - 1) / pad * pad;
	if (n_ids > TK_MAX_IDS)
		return TOK_E_LIMIT;
	v[TK_SET_N_IDS] = (uint32_t)n_ids;
	for (size_t i = 0; i < n; i++)
		if (piece[i].bytes.n > v[TK_SET_MAX_PIECE])
			v[TK_SET_MAX_PIECE] = (uint32_t)piece[i].bytes.n;
	if (spec->split == TOK_SPLIT_WORD ||
	    spec->normalize != TOK_NORMALIZE_NONE) {
		int major, minor;

		tk_normalize_unicode(&major, &minor);
		v[TK_SET_UNICODE_MAJOR] = (uint32_t)major;
		v[TK_SET_UNICODE_MINOR] = (uint32_t)minor;
	}
	for (int i = 0; !st && i < TK_N_SETTINGS; i++)
		st = add32(out, v[i]);
	return st;
}

static tok_status check_piece(const struct tk_piece *piece, size_t i,
			      tok_error *err)
{
	size_t n = piece->bytes.n;

	if ((i < 256 ? n != 1 : n < 2) || n > TK_MAX_PIECE)
		return tk_fail(err, TOK_E_ARGUMENT, i,
			       "a piece of %zu bytes: 2 to %d are possible", n,
			       TK_MAX_PIECE);
	if (piece->score > 0 || piece->score < -TK_MAX_SCORE)
		return tk_fail(err, TOK_E_ARGUMENT, i,
			       "a score of %d: -%d to 0 are possible",
			       (int)piece->score, TK_MAX_SCORE);
	return TOK_OK;
}

static tok_status fill(const struct tk_spec *spec, struct tk_piece *piece,
		       size_t n, const tok_alloc *alloc, struct sections *s,
		       tok_error *err)
{
	tok_status st = TOK_OK;

	qsort(piece + 256, n - 256, sizeof(*piece), by_score);
	for (size_t i = 0; !st && i < n; i++)
		st = check_piece(&piece[i], i, err);
	if (!st)
		st = tk_model_check_controls(spec->control, spec->n_controls,
					     err);
	if (!st)
		st = add_settings(spec, piece, n,
				  &s->part[TK_SECTION_SETTINGS]);
	if (!st)
		st = add_pieces(piece, n, s);
	if (!st)
		st = add_controls(spec, &s->part[TK_SECTION_CONTROLS]);
	if (!st && spec->split == TOK_SPLIT_WORD)
		st = tk_split_table_build(&s->part[TK_SECTION_SPLIT], err);
	if (!st)
		st = add_trie(piece, n, alloc, s, err);
	if (!st && spec->record)
		st = tk_buf_text(&s->part[TK_SECTION_RECORD], spec->record);
	return st;
}

static tok_status assemble(const struct tk_spec *spec, struct tk_piece *piece,
			   size_t n, const tok_alloc *alloc, tok_buf *image,
			   tok_error *err)
{
	struct sections s;
	tok_bytes section[TK_N_SECTIONS];

	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_init(&s.part[i], alloc);
	tok_status st = fill(spec, piece, n, alloc, &s, err);
	for (int i = 0; i < TK_N_SECTIONS; i++)
		section[i] = (tok_bytes){s.part[i].p, s.part[i].n};
	if (!st)
		st = tk_image_write(section, image);
	for (int i = 0; i < TK_N_SECTIONS; i++)
		tok_buf_release(&s.part[i]);
	return st;
}

tok_status tk_model_build(const struct tk_spec *spec, const tok_alloc *alloc,
			  tok_model **out, tok_error *err)
{
	size_t n = spec->n_pieces + 256;
	tok_load_options options;
	uint8_t byte[256];
	tok_error inner = {0};
	tok_buf image;

	*out = NULL;
	tok_buf_init(&image, alloc);
	struct tk_piece *piece = tk_new(alloc, n, sizeof(*piece));
	if (!piece)
		return tk_fail_status(err, TOK_E_MEMORY, "a new model");
	for (int i = 0; i < 256; i++) {
		byte[i] = (uint8_t)i;
		piece[i] = (struct tk_piece){{&byte[i], 1},
					     spec->byte_score[i]};
	}
	if (spec->n_pieces)
		memcpy(piece + 256, spec->piece,
		       spec->n_pieces * sizeof(*piece));

	tok_status st = assemble(spec, piece, n, alloc, &image, &inner);
	if (st && !inner.code)
		tk_fail_status(&inner, st, "a new model");
	tok_load_options_defaults(&options);
	options.alloc = alloc;
	if (!st)
		st = tok_model_parse((tok_bytes){image.p, image.n}, &options,
				     out, &inner);
	if (st && err)
		*err = inner;
	tk_free(alloc, piece, n, sizeof(*piece));
	tok_buf_release(&image);
	return st;
}
