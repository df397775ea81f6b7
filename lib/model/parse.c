/* SPDX-License-Identifier: Apache-2.0 */
/*
 * File image to model: one linear pass of checks, then used in place. In: any
 * bytes. Out: a model whose every table is within bounds and whose trie holds
 * exactly its pieces, or a sentence. After this no other room checks again.
 */
#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/options.h"
#include "model/loaded.h"

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
	if (v[TK_SET_TIE_RULE] != 1 || v[TK_SET_ARITHMETIC] != 1 ||
	    v[TK_SET_SCORE_BITS] != 16)
		return tk_fail(err, TOK_E_UNSUPPORTED, 0,
			       "%s: a tie rule or arithmetic that this version "
			       "of tok does not know; use a newer one", path);
	if (v[TK_SET_N_IDS] > TK_MAX_IDS || v[TK_SET_N_PIECES] < 256 ||
	    v[TK_SET_N_PIECES] > v[TK_SET_N_IDS] ||
	    v[TK_SET_N_CONTROLS] > v[TK_SET_N_IDS] - v[TK_SET_N_PIECES] ||
	    v[TK_SET_N_CONTROLS] > TK_MAX_CONTROLS ||
	    v[TK_SET_MAX_PIECE] < 1 || v[TK_SET_MAX_PIECE] > TK_MAX_PIECE ||
	    v[TK_SET_SPLIT] > TOK_SPLIT_WORD ||
	    v[TK_SET_NORMALIZE] > TOK_NORMALIZE_NFKC_CASEFOLD ||
	    v[TK_SET_UNICODE_MAJOR] > 255 || v[TK_SET_UNICODE_MINOR] > 255)
		return bad(err, path, "settings out of range");
	m->n_ids = (int32_t)v[TK_SET_N_IDS];
	m->n_pieces = (int32_t)v[TK_SET_N_PIECES];
	m->n_controls = (int32_t)v[TK_SET_N_CONTROLS];
	m->max_piece = v[TK_SET_MAX_PIECE];
	m->split.kind = (tok_split)v[TK_SET_SPLIT];
	m->form = (tok_normalize)v[TK_SET_NORMALIZE];
	m->unicode_major = (int)v[TK_SET_UNICODE_MAJOR];
	m->unicode_minor = (int)v[TK_SET_UNICODE_MINOR];
	return TOK_OK;
}

/* Arrays of 32-bit numbers, in the image and in the machine's byte order. */
static void *numbers(struct tok_model *m, tok_bytes s)
{
	uint8_t *p = m->image.p + (s.p - m->image.p);

	tk_image_to_host32(p, s.n / 4);
	return p;
}

static tok_status read_pieces(struct tok_model *m, const tok_bytes *section,
			      const char *path, tok_error *err)
{
	size_t n = (size_t)m->n_pieces;
	tok_bytes bytes = section[TK_SECTION_PIECES];

	if (section[TK_SECTION_ENDS].n != 4 * n ||
	    section[TK_SECTION_SCORES].n != 4 * n)
		return bad(err, path, "a piece table of a wrong size");
	m->bytes = bytes.p;
	m->end = numbers(m, section[TK_SECTION_ENDS]);
	m->score = numbers(m, section[TK_SECTION_SCORES]);

	uint32_t begin = 0, longest = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t end = m->end[i];

		if (end <= begin || end > bytes.n ||
		    end - begin > m->max_piece ||
		    (end - begin == 1) != (i < 256))
			return bad(err, path, "a piece of a wrong length");
		if (i < 256 && bytes.p[begin] != i)
			return bad(err, path, "a single byte in a wrong place");
		if (m->score[i] > 0 || m->score[i] < -TK_MAX_SCORE)
			return bad(err, path, "a score out of range");
		if (end - begin > longest)
			longest = end - begin;
		begin = end;
	}
	if (begin != bytes.n || longest != m->max_piece)
		return bad(err, path, "pieces that do not add up");
	return TOK_OK;
}

static tok_status read_trie(struct tok_model *m, const tok_bytes *section,
			    const char *path, tok_error *err)
{
	tok_bytes units = section[TK_SECTION_UNITS];
	tok_bytes ids = section[TK_SECTION_UNIT_IDS];
	size_t n = (size_t)m->n_pieces;

	if (units.n % 8 || units.n / 8 > TK_MAX_UNITS ||
	    ids.n != units.n / 2)
		return bad(err, path, "a trie of a wrong size");
	m->trie.n_units = (uint32_t)(units.n / 8);
	m->trie.unit = numbers(m, units);
	m->trie.id = numbers(m, ids);

	struct tk_entry *entry = tk_new(m->alloc, n, sizeof(*entry));
	if (!entry)
		return tk_fail_status(err, TOK_E_MEMORY, path);
	for (size_t i = 0; i < n; i++)
		entry[i] = (struct tk_entry){tk_model_bytes(m, (int32_t)i),
					     m->score[i], (int32_t)i};
	tok_status st = tk_trie_check(&m->trie, entry, n, m->alloc);
	tk_free(m->alloc, entry, n, sizeof(*entry));
	if (st == TOK_E_CORRUPT)
		return bad(err, path, "a trie that does not hold the pieces");
	if (st)
		return tk_fail_status(err, st, path);
	return TOK_OK;
}

static tok_status read_controls(struct tok_model *m, tok_bytes s,
				const char *path, tok_error *err)
{
	size_t n = (size_t)m->n_controls, at = 0;

	m->control = n ? tk_new_zeroed(m->alloc, 2 * n, sizeof(*m->control))
		       : NULL;
	if (n && !m->control)
		return tk_fail_status(err, TOK_E_MEMORY, path);
	for (size_t i = 0; i < n; i++) {
		if (s.n - at < 4)
			return bad(err, path, "controls cut short");
		size_t role = tk_get16(s.p + at), name = tk_get16(s.p + at + 2);
		at += 4;
		if (!name || name > TK_MAX_NAME || role > TK_MAX_NAME)
			return bad(err, path, "a name of a wrong length");
		if (s.n - at < role + name)
			return bad(err, path, "controls cut short");
		m->control[2 * i] = (tok_bytes){s.p + at, role};
		m->control[2 * i + 1] = (tok_bytes){s.p + at + role, name};
		at += role + name;
	}
	if (at != s.n)
		return bad(err, path, "controls that do not add up");
	return TOK_OK;
}

static tok_status read_text_rules(struct tok_model *m, tok_bytes table,
				  const char *path, tok_error *err)
{
	bool word = m->split.kind == TOK_SPLIT_WORD;

	if (word ? !tk_split_table_valid(table) : table.n != 0)
		return bad(err, path, "a split table that is none");
	if (word && (table.p[2] != m->unicode_major ||
		     table.p[3] != m->unicode_minor))
		return bad(err, path, "a split table of another Unicode");
	if (!word && m->form == TOK_NORMALIZE_NONE &&
	    (m->unicode_major || m->unicode_minor))
		return bad(err, path, "a Unicode version of nothing");
	m->split.table = table;
	if (m->form == TOK_NORMALIZE_NONE)
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

/* Every pair of neighbours inside a piece is no cut. */
static void find_cuts(struct tok_model *m)
{
	memset(m->cut, 0xFF, sizeof(m->cut));
	for (int32_t id = 256; id < m->n_pieces; id++) {
		tok_bytes piece = tk_model_bytes(m, id);

		for (size_t i = 1; i < piece.n; i++) {
			uint8_t a = piece.p[i - 1], b = piece.p[i];

			m->cut[a][b >> 6] &= ~(UINT64_C(1) << (b & 63));
		}
	}
}

/* Takes image over, also on failure. */
static tok_status adopt(tok_buf *image, const tok_alloc *alloc,
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
	if (!st && tk_image_fingerprint(section, alloc, &m->fingerprint))
		st = tk_fail_status(err, TOK_E_MEMORY, path);
	if (!st)
		st = read_settings(m, section[TK_SECTION_SETTINGS], path, err);
	if (!st)
		st = read_pieces(m, section, path, err);
	if (!st)
		st = read_trie(m, section, path, err);
	if (!st)
		st = read_controls(m, section[TK_SECTION_CONTROLS], path, err);
	if (!st)
		st = read_text_rules(m, section[TK_SECTION_SPLIT], path, err);
	if (!st)
		st = read_record(m, section[TK_SECTION_RECORD], path, err);
	if (st) {
		tok_model_free(m);
		return st;
	}
	find_cuts(m);
	*out = m;
	return TOK_OK;
}

void tok_load_options_defaults(tok_load_options *options)
{
	*options = (tok_load_options){
		.size = sizeof(*options),
		.max_file = UINT64_C(1) << 30,
	};
}

static tok_status take_options(const tok_load_options *given,
			       tok_load_options *o, tok_error *err)
{
	tok_load_options_defaults(o);
	if (tk_options_take(o, given, sizeof(*o)))
		return TOK_OK;
	return tk_fail(err, TOK_E_ARGUMENT, 0,
		       "tok_load_options of an unknown size");
}

tok_status tok_model_load(const char *path, const tok_load_options *options,
			  tok_model **out, tok_error *err)
{
	tok_load_options o;
	tok_buf image;

	*out = NULL;
	tok_status st = take_options(options, &o, err);
	if (st)
		return st;
	tok_buf_init(&image, o.alloc);
	st = tk_file_read(path, o.max_file, &image, err);
	if (st) {
		tok_buf_release(&image);
		return st;
	}
	return adopt(&image, o.alloc, path, out, err);
}

tok_status tok_model_parse(tok_bytes file, const tok_load_options *options,
			   tok_model **out, tok_error *err)
{
	tok_load_options o;
	tok_buf image;

	*out = NULL;
	tok_status st = take_options(options, &o, err);
	if (!st && file.n > o.max_file)
		st = tk_fail(err, TOK_E_LIMIT, o.max_file,
			     "the model is larger than %llu bytes",
			     (unsigned long long)o.max_file);
	if (st)
		return st;
	tok_buf_init(&image, o.alloc);
	if (tk_buf_append(&image, file.p, file.n)) {
		tok_buf_release(&image);
		return tk_fail_status(err, TOK_E_MEMORY, "the model");
	}
	return adopt(&image, o.alloc, "the model", out, err);
}
