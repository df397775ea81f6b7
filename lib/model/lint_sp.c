/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A SentencePiece model that may be refused. In: a file. Out: a finding for
 * each thing that the loader would stop at.
 */
#include "base/digest.h"
#include "model/lint.h"
#include "model/scores.h"
#include "model/sentencepiece.h"

struct twins {
	struct tk_lint *lint;
	const struct tk_sp_model *sp;
};

static tok_status say_twin(void *ctx, size_t id, size_t first)
{
	const struct twins *t = ctx;

	if (t->sp->piece[id].bytes.n)
		tk_lint_say(t->lint, true, (tok_id)id, t->sp->piece[id].bytes,
			    "is there twice, first as id %zu", first);
	return TOK_OK;
}

static void look_at_piece(struct tk_lint *lint, const struct tk_sp_model *sp,
			  size_t id)
{
	struct tk_sp_piece piece = sp->piece[id];
	const char *fault;

	if (piece.type < TK_SP_NORMAL || piece.type > TK_SP_BYTE) {
		tk_lint_say(lint, true, (tok_id)id, piece.bytes,
			    "is of the unknown type %lu",
			    (unsigned long)piece.type);
		piece.type = TK_SP_NORMAL;
	}
	/* As the loader does. */
	if (sp->byte_fallback && piece.bytes.n == 1 && !piece.bytes.p[0])
		piece.type = TK_SP_UNUSED;
	fault = tk_sp_piece_fault(&piece, sp->byte_fallback);
	if (fault)
		tk_lint_say(lint, true, (tok_id)id, piece.bytes, "%s", fault);
	else if (!tk_score_valid(TK_SP_FLOAT, (double)piece.score))
		tk_lint_say(lint, true, (tok_id)id, piece.bytes,
			    "has a score of %g, tok takes %g",
			    (double)piece.score, TK_MAX_FLOAT_SCORE);
}

tok_status tk_lint_sp(struct tk_lint *lint, tok_bytes file, const char *path,
		      tok_error *err)
{
	const char *fault[TK_SP_MAX_FAULTS];
	struct tk_sp_model sp;
	tok_status st = tk_sp_read(file, path, lint->alloc, &sp, err);

	if (!st) {
		struct twins twins = {lint, &sp};
		size_t n = tk_sp_faults(&sp, fault);

		for (size_t i = 0; i < sp.n; i++)
			look_at_piece(lint, &sp, i);
		st = tk_sp_each_twin(&sp, tk_xxh3(file, 0), say_twin, &twins);
		for (size_t i = 0; !st && i < n; i++)
			tk_lint_say(lint, true, -1, (tok_bytes){NULL, 0},
				    "%s", fault[i]);
	}
	tk_sp_release(&sp);
	return st;
}
