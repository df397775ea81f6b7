/* SPDX-License-Identifier: Apache-2.0 */
/* A learned vocabulary to a table of ids, in the order that ids have. */
#include <stdlib.h>

#include "base/error.h"
#include "model/make.h"

static int by_score(const void *a, const void *b)
{
	const struct tk_row *x = a, *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->bytes.n != y->bytes.n)
		return x->bytes.n < y->bytes.n ? -1 : 1;
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

static void fill_rows(const struct tk_spec *spec, struct tk_row *row,
		      size_t n_ids, struct tk_role *role)
{
	const double nat = 1 << TK_SCORE_BITS;
	size_t n = 0;

	for (; n < 256; n++)
		row[n] = (struct tk_row){{&tk_every_byte[n], 1},
					 spec->byte_score[n] / nat,
					 TOK_KIND_BYTE};
	for (size_t i = 0; i < spec->n_pieces; i++)
		row[n++] = (struct tk_row){spec->piece[i].bytes,
					   spec->piece[i].score / nat,
					   TOK_KIND_PIECE};
	qsort(row + 256, spec->n_pieces, sizeof(*row), by_score);
	for (size_t i = 0; i < spec->n_controls; i++) {
		const tok_control *c = &spec->control[i];

		role[i] = (struct tk_role){(tok_id)n,
					   tok_bytes_of(c->role ? c->role
								: "")};
		row[n++] = (struct tk_row){tok_bytes_of(c->name), 0,
					   TOK_KIND_CONTROL};
	}
	while (n < n_ids)
		row[n++] = (struct tk_row){.kind = TOK_KIND_RESERVED};
}

tok_status tk_model_build(const struct tk_spec *spec, const tok_alloc *alloc,
			  tok_model **out, tok_error *err)
{
	uint64_t pad = spec->pad_vocab ? spec->pad_vocab : 1;
	uint64_t n_ids = 256 + (uint64_t)spec->n_pieces + spec->n_controls;
	size_t n_roles = spec->n_controls + 1;

	*out = NULL;
	n_ids = (n_ids + pad - 1) / pad * pad;
	tok_status st = tk_model_check_controls(spec->control,
						spec->n_controls, err);
	if (st)
		return st;
	if (n_ids > TK_MAX_IDS)
		return tk_fail(err, TOK_E_LIMIT, 0, "more than %d ids",
			       TK_MAX_IDS);
	struct tk_row *row = tk_new(alloc, (size_t)n_ids, sizeof(*row));
	struct tk_role *role = tk_new(alloc, n_roles, sizeof(*role));
	if (row && role) {
		fill_rows(spec, row, (size_t)n_ids, role);
		struct tk_table table = {
			.row = row,
			.n_ids = (size_t)n_ids,
			.role = role,
			.n_roles = spec->n_controls,
			.split = spec->split,
			.normalize = spec->normalize,
			.arithmetic = TK_INTEGER,
			.record = spec->record,
		};
		st = tk_model_make(&table, "a new model", alloc, out, err);
	} else {
		st = tk_fail_status(err, TOK_E_MEMORY, "a new model");
	}
	tk_free(alloc, role, n_roles, sizeof(*role));
	tk_free(alloc, row, (size_t)n_ids, sizeof(*row));
	return st;
}
