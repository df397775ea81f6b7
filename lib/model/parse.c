/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File image to model: one linear pass of checks, then used in place. In: any
 * bytes. Out: a model whose every table is within bounds and whose trie holds
 * exactly its pieces, or a sentence. After this no other room checks again.
 */
#include "base/error.h"
#include "base/json.h"
#include "model/cuts.h"
#include "model/hf_rules.h"
#include "model/scores.h"
#include "model/sp_rules.h"
#include "model/trie_check.h"

static tok_status bad(tok_error *err, const char *path, const char *what)
{
	return tk_fail(err, TOK_E_CORRUPT, 0,
		       "%s: %s; the file is damaged or was not written by tok",
		       path, what);
}

static tok_status read_settings(struct tok_model *m, tok_bytes s,
				const char *path, tok_error *err)
{
	uint32_t v[TK_N_SETTINGS];

	if (s.n != sizeof(v))
		return bad(err, path, "settings of a wrong size");
	for (int i = 0; i < TK_N_SETTINGS; i++)
		v[i] = tk_get32(s.p + 4 * i);
	if (v[TK_SET_ARITHMETIC] < 1 ||
	    v[TK_SET_ARITHMETIC] >= TK_N_ARITHMETIC)
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "%s: an arithmetic that this version of tok "
			       "does not know; use a newer one", path);
	if (v[TK_SET_N_IDS] < 1 || v[TK_SET_N_IDS] > TK_MAX_IDS ||
	    v[TK_SET_MAX_PIECE] > TK_MAX_PIECE ||
	    v[TK_SET_SPLIT] > TOK_SPLIT_STEPS ||
	    v[TK_SET_NORMALIZE] > TOK_NORMALIZE_STEPS ||
	    v[TK_SET_UNICODE_MAJOR] > 255 || v[TK_SET_UNICODE_MINOR] > 255 ||
	    (v[TK_SET_SP_FLAGS] & ~(uint32_t)TK_SP_ALL_FLAGS))
		return bad(err, path, "settings out of range");
	m->n_ids = (int32_t)v[TK_SET_N_IDS];
	m->max_piece = v[TK_SET_MAX_PIECE];
	m->split.kind = (tok_split)v[TK_SET_SPLIT];
	m->form = (tok_normalize)v[TK_SET_NORMALIZE];
	m->unicode_major = (int)v[TK_SET_UNICODE_MAJOR];
	m->unicode_minor = (int)v[TK_SET_UNICODE_MINOR];
	m->arithmetic = (enum tk_arithmetic)v[TK_SET_ARITHMETIC];
	m->sp_flags = v[TK_SET_SP_FLAGS];
	return TOK_OK;
}

/* A section's place in the image, which is ours to change. */
static void *place(struct tok_model *m, tok_bytes s)
{
	return m->image.p + (s.p - m->image.p);
}

static void *numbers32(struct tok_model *m, tok_bytes s)
{
	tk_image_to_host32(place(m, s), s.n / 4);
	return place(m, s);
}

static void *numbers64(struct tok_model *m, tok_bytes s)
{
	tk_image_to_host64(place(m, s), s.n / 8);
	return place(m, s);
}

static void note_score(struct tok_model *m, double score)
{
	double far = score < 0.0 ? -score : score;

	if (far > m->furthest)
		m->furthest = far;
}

/* One id's bytes and score, and what they mean for the whole. */
static bool read_row(struct tok_model *m, int32_t id, uint32_t *longest)
{
	tok_bytes b = tk_model_bytes(m, id);
	uint8_t kind = m->kind[id];
	bool matches = tk_kind_matches(kind);

	if (kind >= TOK_N_KINDS ||
	    !tk_score_valid(m->arithmetic, m->score[id]) ||
	    (matches && (!b.n || b.n > TK_MAX_PIECE)) ||
	    (kind == TOK_KIND_BYTE && b.n != 1) ||
	    (kind == TOK_KIND_SPECIAL && m->arithmetic != TK_HF_DOUBLE))
		return false;
	note_score(m, m->score[id]);
	if (matches && b.n > *longest)
		*longest = (uint32_t)b.n;
	if (kind == TOK_KIND_UNKNOWN)
		m->unknown = id;
	if (kind == TOK_KIND_USER)
		m->has_user = true;
	return true;
}

static tok_status read_rows(struct tok_model *m, const tok_bytes *section,
			    const char *path, tok_error *err)
{
	size_t n = (size_t)m->n_ids;
	tok_bytes bytes = section[TK_SECTION_BYTES];
	uint32_t begin = 0, longest = 0;

	if (section[TK_SECTION_ENDS].n != 4 * n ||
	    section[TK_SECTION_KINDS].n != n ||
	    section[TK_SECTION_SCORES].n != 8 * n)
		return bad(err, path, "a table of ids of a wrong size");
	m->bytes = bytes.p;
	m->end = numbers32(m, section[TK_SECTION_ENDS]);
	m->kind = section[TK_SECTION_KINDS].p;
	m->score = numbers64(m, section[TK_SECTION_SCORES]);
	m->unknown = -1;
	for (int i = 0; i < 256; i++)
		m->fallback[i] = -1;
	for (size_t i = 0; i < n; i++) {
		if (m->end[i] < begin || m->end[i] > bytes.n)
			return bad(err, path, "ids whose bytes overlap");
		if (m->end[i] - begin > TK_MAX_PIECE)
			return bad(err, path, "a name that is too long");
		begin = m->end[i];
		if (!read_row(m, (int32_t)i, &longest))
			return bad(err, path, "an id of a wrong kind, length "
					      "or score");
	}
	if (begin != bytes.n || longest != m->max_piece)
		return bad(err, path, "ids that do not add up");
	return TOK_OK;
}

static tok_status read_trie(struct tok_model *m, const tok_bytes *section,
			    const char *path, tok_error *err)
{
	tok_bytes units = section[TK_SECTION_UNITS];
	tok_bytes ids = section[TK_SECTION_UNIT_IDS];

	if (units.n % 8 || units.n / 8 > TK_MAX_UNITS ||
	    ids.n != units.n / 2)
		return bad(err, path, "a trie of a wrong size");
	m->trie.n_units = (uint32_t)(units.n / 8);
	m->trie.unit = numbers32(m, units);
	m->trie.id = numbers32(m, ids);

	tok_status st = tk_trie_check(m);
	if (st == TOK_E_CORRUPT)
		return bad(err, path, "a trie that does not hold the pieces");
	return st ? tk_fail_status(err, st, path) : TOK_OK;
}

static tok_status read_roles(struct tok_model *m, tok_bytes s,
			     const char *path, tok_error *err)
{
	while (s.n) {
		if (s.n < 6)
			return bad(err, path, "roles cut short");
		uint32_t id = tk_get32(s.p);
		size_t n = tk_get16(s.p + 4);
		if (s.n - 6 < n || !n || n > TK_MAX_NAME ||
		    m->n_roles >= TK_MAX_CONTROLS || id >= (uint32_t)m->n_ids)
			return bad(err, path, "a role of no id");
		if (!tk_grow(m->alloc, (void **)&m->role, &m->cap_roles,
			     m->n_roles + 1, sizeof(*m->role)))
			return tk_fail_status(err, TOK_E_MEMORY, path);
		m->role[m->n_roles++] = (struct tk_role){(tok_id)id,
							 {s.p + 6, n}};
		s.p += 6 + n;
		s.n -= 6 + n;
	}
	return TOK_OK;
}

/* The numbers that the arithmetic needs: all bytes, or what stands for text
 * that no piece covers. */
static tok_status read_arithmetic(struct tok_model *m, const char *path,
				  tok_error *err)
{
	bool all_bytes = true, steps = m->arithmetic == TK_HF_DOUBLE;

	for (int i = 0; i < 256; i++) {
		const uint8_t byte = (uint8_t)i;

		all_bytes &= tk_trie_find(&m->trie,
					  (tok_bytes){&byte, 1}) >= 0;
	}
	bool floats = m->arithmetic == TK_SP_FLOAT ||
		      m->arithmetic == TK_SP_FLOAT_OLD;
	if (!floats && !steps && !all_bytes)
		return bad(err, path, "not all single bytes are pieces");
	if (floats != (m->form == TOK_NORMALIZE_SENTENCEPIECE) ||
	    floats != (m->split.kind == TOK_SPLIT_WHOLE) ||
	    steps != (m->form == TOK_NORMALIZE_STEPS) ||
	    steps != (m->split.kind == TOK_SPLIT_STEPS))
		return bad(err, path, "an arithmetic that is not of its text");
	return floats ? tk_sp_rules_read(m, path, err) : TOK_OK;
}

static tok_status read_text_rules(struct tok_model *m, tok_bytes table,
				  tok_bytes charsmap, const char *path,
				  tok_error *err)
{
	bool word = m->split.kind == TOK_SPLIT_WORD;
	bool sp = m->form == TOK_NORMALIZE_SENTENCEPIECE;

	if (word ? !tk_split_table_valid(table) : table.n != 0)
		return bad(err, path, "a split table that is none");
	if (word && (table.p[2] != m->unicode_major ||
		     table.p[3] != m->unicode_minor))
		return bad(err, path, "a split table of another Unicode");
	if (!word && (sp || m->form == TOK_NORMALIZE_NONE) &&
	    (m->unicode_major || m->unicode_minor))
		return bad(err, path, "a Unicode version of nothing");
	m->split.table = table;
	if (sp ? !tk_sp_rules_maps(m, charsmap) : charsmap.n || m->sp_flags)
		return bad(err, path, "a character map that is none");
	if (sp || m->form == TOK_NORMALIZE_NONE ||
	    m->form == TOK_NORMALIZE_STEPS)
		return TOK_OK;

	tok_error inner = {0};
	tok_status st = tk_normalizer_new(m->form, m->unicode_major,
					  m->unicode_minor, m->alloc,
					  &m->normalizer, &inner);
	if (st)
		return tk_fail(err, st, 0, "%s: %s", path, inner.text);
	return TOK_OK;
}

/* Others print the record as it is, so it must be what it is called. */
static tok_status read_record(struct tok_model *m, tok_bytes record,
			      const char *path, tok_error *err)
{
	tk_json *root;

	m->record = record;
	if (!record.n)
		return TOK_OK;
	if (record.n > TK_MAX_RECORD)
		return bad(err, path, "a training record that is too long");
	tok_status st = tk_json_parse(record, &root, NULL);
	bool object = !st && tk_json_is_object(root);
	tk_json_free(root);
	if (st == TOK_E_MEMORY)
		return tk_fail_status(err, st, path);
	return object ? TOK_OK
		      : bad(err, path, "a training record that is no JSON");
}

tok_status tk_model_adopt(tok_buf *image, const tok_alloc *alloc,
			  const char *path, tok_model **out, tok_error *err)
{
	tok_bytes section[TK_N_SECTIONS];
	tok_model *m = tk_new_zeroed(alloc, 1, sizeof(*m));

	if (!m) {
		tok_buf_release(image);
		return tk_fail_status(err, TOK_E_MEMORY, path);
	}
	m->alloc = alloc;
	m->image = *image;
	*image = (tok_buf){.alloc = alloc};

	tok_bytes file = {m->image.p, m->image.n};
	tok_status st = tk_image_read(file, path, section, err);
	/* Before byte orders change in place. */
	if (!st)
		m->fingerprint = tk_image_fingerprint(section);
	if (!st)
		st = read_settings(m, section[TK_SECTION_SETTINGS], path, err);
	if (!st)
		st = read_rows(m, section, path, err);
	if (!st)
		st = read_trie(m, section, path, err);
	if (!st)
		st = read_roles(m, section[TK_SECTION_ROLES], path, err);
	if (!st)
		st = read_text_rules(m, section[TK_SECTION_SPLIT],
				     section[TK_SECTION_CHARSMAP], path, err);
	if (!st)
		st = tk_hf_rules_read(m, section[TK_SECTION_STEPS], path, err);
	if (!st)
		st = read_arithmetic(m, path, err);
	if (!st)
		st = read_record(m, section[TK_SECTION_RECORD], path, err);
	if (st) {
		tok_model_free(m);
		return st;
	}
	note_score(m, m->unknown_score);
	m->unknown_surface = section[TK_SECTION_SURFACE];
	if (m->form == TOK_NORMALIZE_SENTENCEPIECE)
		tk_cuts_find_plain(m);
	*out = m;
	return TOK_OK;
}
