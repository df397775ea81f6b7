/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A model looked through. In: a file of any format. Out: errors, for which it
 * is refused or an id would be ambiguous, and warnings: ids that no text ever
 * gets, and what is missing. Nothing is said of an id that is not so for
 * every text.
 */
#include "model/lint.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/file.h"
#include "model/export.h"
#include "model/sentencepiece.h"

void tk_lint_say(struct tk_lint *lint, bool error, tok_id id, tok_bytes piece,
		 const char *format, ...)
{
	tok_finding f = {.is_error = error, .id = id, .piece = piece};
	char text[sizeof(((tok_error *)NULL)->text)];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	f.text = text;
	lint->n_errors += error;
	lint->see(lint->ctx, &f);
}

/* Bytes of the longest piece that is compared with its parts: each takes the
 * square of it. */
enum { LONGEST_TRIED = 255 };

static bool may_begin(const tok_model *m, uint8_t byte)
{
	/* SentencePiece's pieces begin at characters only. */
	return m->split.kind != TOK_SPLIT_WHOLE || (byte & 0xC0) != 0x80;
}

/* The best sum of scores of two pieces or more that make up this one, of
 * those whose score says all; -infinity if none do, or that is not known. */
static double best_parts(const tok_model *m, tok_bytes piece)
{
	double best[LONGEST_TRIED + 1];

	if (piece.n > LONGEST_TRIED)
		return -INFINITY;
	best[0] = 0;
	for (size_t i = 1; i <= piece.n; i++)
		best[i] = -INFINITY;
	for (size_t i = 0; i < piece.n; i++) {
		uint32_t at = 0;
		size_t k = i;

		if (!may_begin(m, piece.p[i]))
			continue;
		while ((at = tk_trie_next(m->trie.unit, at, piece.p, &k,
					  piece.n))) {
			tok_id id = m->trie.id[at];
			double value = best[i] + m->score[id];

			if (k - i < piece.n && value > best[k] &&
			    m->kind[id] != TOK_KIND_USER)
				best[k] = value;
		}
	}
	return best[piece.n];
}

static bool holds_space(tok_bytes piece)
{
	return memchr(piece.p, ' ', piece.n) != NULL;
}

/* The first reason why text never becomes this piece, NULL if none is
 * found. */
static tok_status find_fault(const tok_model *m, tok_id id, tok_buf *scratch,
			     const char **fault)
{
	tok_bytes piece = tk_model_bytes(m, id), clean;
	bool sp = m->form == TOK_NORMALIZE_SENTENCEPIECE;

	*fault = NULL;
	scratch->n = 0;
	if (sp && m->sp_form.escape_whitespaces && holds_space(piece))
		*fault = "holds a space, which is U+2581 where it would match";
	else if (sp && !tk_export_is_utf8(piece))
		*fault = "holds part of a character, which no text does";
	else if (m->split.kind == TOK_SPLIT_NONE &&
		 tk_split_may_cut(&m->split, piece))
		*fault = "reaches across a line end, where all text is cut";
	else if (best_parts(m, piece) > m->score[id])
		*fault = "is never chosen: its parts have a higher score";
	if (*fault || !m->normalizer)
		return TOK_OK;
	tok_status st = tk_normalize(m->normalizer, piece, scratch, NULL,
				     &clean);
	if (!st && tk_export_is_utf8(piece) && !tk_bytes_equal(piece, clean))
		*fault = "is something else after normalization";
	return st;
}

static tok_status look_at_pieces(struct tk_lint *lint, const tok_model *m)
{
	tok_buf scratch = {.alloc = lint->alloc};
	const char *fault;
	tok_status st = TOK_OK;

	for (tok_id id = 0; !st && id < m->n_ids; id++) {
		if (m->kind[id] != TOK_KIND_PIECE)
			continue;
		st = find_fault(m, id, &scratch, &fault);
		if (!st && fault)
			tk_lint_say(lint, false, id, tk_model_bytes(m, id),
				    "%s", fault);
	}
	tok_buf_release(&scratch);
	return st;
}

struct name {
	tok_bytes bytes;
	tok_id id;
};

static int by_name(const void *a, const void *b)
{
	const struct name *x = a, *y = b;
	int order = tk_bytes_cmp(x->bytes, y->bytes);

	return order ? order : (x->id > y->id) - (x->id < y->id);
}

static void look_at_control(struct tk_lint *lint, const tok_model *m,
			    tok_id id)
{
	tok_bytes name = tk_model_bytes(m, id);

	if (!name.n)
		tk_lint_say(lint, true, id, name, "is a control without a "
						  "name");
	else if (!tok_model_role(m, id).n)
		tk_lint_say(lint, false, id, name, "is a control without a "
						   "role");
}

static tok_status look_at_names(struct tk_lint *lint, const tok_model *m)
{
	size_t cap = (size_t)m->n_ids, n = 0;
	struct name *name = tk_new(lint->alloc, cap, sizeof(*name));

	if (!name)
		return TOK_E_MEMORY;
	for (tok_id id = 0; id < m->n_ids; id++) {
		if (m->kind[id] == TOK_KIND_CONTROL)
			look_at_control(lint, m, id);
		if (m->kind[id] == TOK_KIND_CONTROL ||
		    m->kind[id] == TOK_KIND_UNKNOWN ||
		    m->kind[id] == TOK_KIND_FALLBACK)
			name[n++] = (struct name){tk_model_bytes(m, id), id};
	}
	qsort(name, n, sizeof(*name), by_name);
	for (size_t i = 1; i < n; i++)
		if (name[i].bytes.n &&
		    tk_bytes_equal(name[i - 1].bytes, name[i].bytes))
			tk_lint_say(lint, true, name[i].id, name[i].bytes,
				    "has the name of id %ld",
				    (long)name[i - 1].id);
	tk_free(lint->alloc, name, cap, sizeof(*name));
	return TOK_OK;
}

tok_status tk_lint_model(struct tk_lint *lint, const tok_model *m)
{
	bool sp = m->form == TOK_NORMALIZE_SENTENCEPIECE;

	if (sp && !(m->sp_flags & TK_SP_BYTE_FALLBACK))
		tk_lint_say(lint, false, -1, (tok_bytes){NULL, 0},
			    "has no pieces for bytes: characters that are in "
			    "no piece are lost");
	tok_status st = look_at_names(lint, m);
	return st ? st : look_at_pieces(lint, m);
}

/* What the loader says is a finding, unless all was said before. Takes file
 * over. */
static tok_status lint_file(struct tk_lint *lint, tok_buf *file,
			    const char *path, const tok_load_options *o,
			    tok_error *err)
{
	const tok_bytes bytes = {file->p, file->n};
	tok_error inner = {0};
	tok_model *m;
	tok_status st = TOK_OK;

	if (tk_sp_sniff(bytes))
		st = tk_lint_sp(lint, bytes, path, err);
	if (st) {
		tok_buf_release(file);
		return st;
	}
	st = tk_load_bytes(file, o, path, &m, &inner);
	if (!st) {
		st = tk_lint_model(lint, m);
		tok_model_free(m);
		return st ? tk_fail_status(err, st, path) : TOK_OK;
	}
	if (st != TOK_E_CORRUPT && st != TOK_E_ARGUMENT)
		return tk_fail(err, st, inner.at, "%s", inner.text);
	if (!lint->n_errors)
		tk_lint_say(lint, true, -1, (tok_bytes){NULL, 0}, "%s",
			    inner.text);
	return TOK_OK;
}

tok_status tok_model_lint(const char *path, const tok_load_options *options,
			  tok_see_finding *see, void *ctx, tok_error *err)
{
	struct tk_lint lint = {.see = see, .ctx = ctx};
	tok_load_options o;
	tok_buf file;

	tok_status st = tk_load_options_take(&o, options, err);
	if (st)
		return st;
	lint.alloc = o.alloc;
	tok_buf_init(&file, o.alloc);
	st = tk_file_read(path, o.max_file, &file, err);
	if (!st)
		return lint_file(&lint, &file, path, &o, err);
	tok_buf_release(&file);
	return st;
}
