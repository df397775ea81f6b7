/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SentencePiece's message to a table of ids. In: a .model file. Out: a model
 * with the same ids, kinds, scores and rules; nothing is computed anew.
 */
#include "model/import_sp.h"

#include "base/error.h"
#include "model/scores.h"
#include "model/make.h"
#include "model/sentencepiece.h"

static uint8_t kind_of(enum tk_sp_type type)
{
	switch (type) {
	case TK_SP_UNKNOWN:
		return TOK_KIND_UNKNOWN;
	case TK_SP_CONTROL:
		return TOK_KIND_CONTROL;
	case TK_SP_USER_DEFINED:
		return TOK_KIND_USER;
	case TK_SP_UNUSED:
		return TOK_KIND_UNUSED;
	case TK_SP_BYTE:
		return TOK_KIND_FALLBACK;
	default:
		return TOK_KIND_PIECE;
	}
}

static uint32_t flags_of_rules(const struct tk_sp_rules *r)
{
	return (r->add_dummy_prefix ? TK_SP_DUMMY_PREFIX : 0u) |
	       (r->remove_extra_whitespaces ? TK_SP_REMOVE_SPACES : 0u) |
	       (r->escape_whitespaces ? TK_SP_ESCAPE_SPACES : 0u);
}

/* There, a denormalizer without a map is none. */
static uint32_t flags_of(const struct tk_sp_model *sp)
{
	uint32_t denormal = !sp->denormalizer.charsmap.n ? 0u
		: flags_of_rules(&sp->denormalizer) << TK_SP_DENORMALIZER |
		  TK_SP_DENORMALIZES;

	return flags_of_rules(&sp->normalizer) | denormal |
	       (sp->treat_whitespace_as_suffix ? TK_SP_SUFFIX : 0u) |
	       (sp->byte_fallback ? TK_SP_BYTE_FALLBACK : 0u);
}

/* Roles go by the piece's name, and only to a piece of the right type. */
static size_t find_roles(const struct tk_sp_model *sp, struct tk_role role[4])
{
	const struct {
		const char *role;
		tok_bytes name;
		enum tk_sp_type type;
	} wanted[4] = {
		{"unk", sp->unk_piece, TK_SP_UNKNOWN},
		{"bos", sp->bos_piece, TK_SP_CONTROL},
		{"eos", sp->eos_piece, TK_SP_CONTROL},
		{"pad", sp->pad_piece, TK_SP_CONTROL},
	};
	size_t n = 0;

	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < sp->n; i++)
			if (sp->piece[i].type == wanted[k].type &&
			    tk_bytes_equal(sp->piece[i].bytes,
					   wanted[k].name)) {
				role[n++] = (struct tk_role){
					(tok_id)i,
					tok_bytes_of(wanted[k].role)};
				break;
			}
	return n;
}

static tok_status check(const struct tk_sp_model *sp, const char *path,
			enum tk_arithmetic arithmetic, tok_error *err)
{
	for (size_t i = 0; i < sp->n; i++) {
		const struct tk_sp_piece *p = &sp->piece[i];

		if (!tk_score_valid(arithmetic, (double)p->score))
			return tk_fail(err, TOK_E_UNSUPPORTED, 0,
				       "%s: piece %zu has a score of %g, tok "
				       "takes %g", path, i, (double)p->score,
				       TK_MAX_FLOAT_SCORE);
	}
	return TOK_OK;
}

static struct tk_table table_of(const struct tk_sp_model *sp,
				struct tk_row *row, struct tk_role role[4],
				enum tk_arithmetic arithmetic)
{
	for (size_t i = 0; i < sp->n; i++)
		row[i] = (struct tk_row){sp->piece[i].bytes,
					 (double)sp->piece[i].score,
					 kind_of(sp->piece[i].type)};
	return (struct tk_table){
		.row = row,
		.n_ids = sp->n,
		.role = role,
		.n_roles = find_roles(sp, role),
		.split = TOK_SPLIT_WHOLE,
		.normalize = TOK_NORMALIZE_SENTENCEPIECE,
		.arithmetic = arithmetic,
		.sp_flags = flags_of(sp),
		.charsmap = sp->normalizer.charsmap,
		.denormalizer = sp->denormalizer.charsmap,
		.unknown_surface = sp->unk_surface,
	};
}

tok_status tk_import_sp(tok_bytes file, const char *path,
			enum tk_arithmetic arithmetic, const tok_alloc *alloc,
			tok_model **out, tok_error *err)
{
	struct tk_sp_model sp;
	struct tk_role role[4];
	struct tk_row *row = NULL;

	*out = NULL;
	tok_status st = tk_sp_parse(file, path, alloc, &sp, err);
	if (!st)
		st = check(&sp, path, arithmetic, err);
	if (!st) {
		row = tk_new(alloc, sp.n, sizeof(*row));
		if (!row)
			st = tk_fail_status(err, TOK_E_MEMORY, path);
	}
	if (!st) {
		struct tk_table table = table_of(&sp, row, role, arithmetic);

		st = tk_model_make(&table, path, alloc, out, err);
	}
	tk_free(alloc, row, sp.n, sizeof(*row));
	tk_sp_release(&sp);
	return st;
}
