/* SPDX-License-Identifier: Apache-2.0 */
/* Ids back to bytes. In: ids. Out: their pieces' bytes, one after another; of
 * a lossless model, exactly the document. For models of others, the text that
 * the original makes of that. */
#include "base/buf.h"
#include "segment/decode_sp.h"
#include "segment/decode_steps.h"
#include "tok/segment.h"

static tok_status add_bytes(const tok_model *model, tok_id id, tok_buf *out)
{
	tok_bytes piece = tk_model_bytes(model, id);
	int named = tk_fallback_byte(piece);
	uint8_t byte;

	if (id == model->unknown)
		return TOK_OK;
	/* Only models that fall back to bytes have these ids. */
	if (named >= 0 && model->fallback[named] == id) {
		byte = (uint8_t)named;
		return tk_buf_append(out, &byte, 1);
	}
	switch (model->kind[id]) {
	case TOK_KIND_CONTROL:
	case TOK_KIND_SPECIAL:
	case TOK_KIND_RESERVED:
	case TOK_KIND_UNKNOWN:
		return TOK_OK;
	default:
		return tk_buf_append(out, piece.p, piece.n);
	}
}

static tok_status add_pieces(const tok_model *model, const tok_id *id,
			     size_t n, tok_buf *out)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++)
		st = add_bytes(model, id[i], out);
	return st;
}

static tok_status check_range(const tok_model *model, const tok_id *id,
			      size_t n, size_t *bad)
{
	for (size_t i = 0; i < n; i++)
		if (id[i] < 0 || id[i] >= model->n_ids) {
			if (bad)
				*bad = i;
			return TOK_E_RANGE;
		}
	return TOK_OK;
}

tok_status tok_decode(const tok_model *model, const tok_id *id, size_t n,
		      tok_buf *out, size_t *bad)
{
	size_t before = out->n;
	tok_status st = check_range(model, id, n, bad);

	if (!st && model->form == TOK_NORMALIZE_SENTENCEPIECE)
		st = tk_decode_sp(model, id, n, out);
	else if (!st && model->form == TOK_NORMALIZE_STEPS)
		st = tk_decode_steps(model, id, n, out);
	else if (!st)
		st = add_pieces(model, id, n, out);
	if (st)
		out->n = before;
	return st;
}

tok_status tok_decode_bytes(const tok_model *model, const tok_id *id, size_t n,
			    tok_buf *out, size_t *bad)
{
	size_t before = out->n;
	tok_status st = check_range(model, id, n, bad);

	if (!st)
		st = add_pieces(model, id, n, out);
	if (st)
		out->n = before;
	return st;
}
