/* SPDX-License-Identifier: Apache-2.0 */
/* Ids back to bytes. In: ids. Out: their pieces' bytes, one after another; of
 * a lossless model, exactly the document. For models of others, the text that
 * the original makes of that. */
#include "base/buf.h"
#include "segment/decode_sp.h"
#include "tok/segment.h"

static tok_status add_bytes(const tok_model *model, tok_id id, tok_buf *out)
{
	tok_bytes piece = tk_model_bytes(model, id);
	uint8_t byte;

	switch (model->kind[id]) {
	case TOK_KIND_CONTROL:
	case TOK_KIND_RESERVED:
	case TOK_KIND_UNKNOWN:
		return TOK_OK;
	case TOK_KIND_FALLBACK:
		/* The loader has seen that the name is one. */
		byte = (uint8_t)tk_fallback_byte(piece);
		return tk_buf_append(out, &byte, 1);
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
