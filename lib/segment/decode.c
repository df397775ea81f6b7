/* SPDX-License-Identifier: Apache-2.0 */
/* Ids back to bytes. In: ids. Out: their pieces' bytes, one after another; of
 * a lossless model, exactly the document. */
#include "base/buf.h"
#include "segment/decode_sp.h"
#include "tok/segment.h"

static tok_status add_pieces(const tok_model *model, const tok_id *id,
			     size_t n, tok_buf *out)
{
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		tok_bytes piece = tk_model_bytes(model, id[i]);

		if (tk_kind_matches(model->kind[id[i]]))
			st = tk_buf_append(out, piece.p, piece.n);
	}
	return st;
}

tok_status tok_decode(const tok_model *model, const tok_id *id, size_t n,
		      tok_buf *out, size_t *bad)
{
	size_t before = out->n;
	tok_status st;

	for (size_t i = 0; i < n; i++)
		if (id[i] < 0 || id[i] >= model->n_ids) {
			if (bad)
				*bad = i;
			return TOK_E_RANGE;
		}
	if (model->form == TOK_NORMALIZE_SENTENCEPIECE)
		st = tk_decode_sp(model, id, n, out);
	else
		st = add_pieces(model, id, n, out);
	if (st)
		out->n = before;
	return st;
}
