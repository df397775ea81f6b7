/* SPDX-License-Identifier: Apache-2.0 */
/* Ids back to bytes. In: ids. Out: their pieces' bytes, one after another;
 * of a lossless model, exactly the document. */
#include "base/buf.h"
#include "model/loaded.h"
#include "tok/segment.h"

tok_status tok_decode(const tok_model *model, const tok_id *id, size_t n,
		      tok_buf *out, size_t *bad)
{
	size_t before = out->n;
	tok_status st = TOK_OK;

	for (size_t i = 0; !st && i < n; i++) {
		if (id[i] >= 0 && id[i] < model->n_pieces) {
			tok_bytes piece = tk_model_bytes(model, id[i]);

			st = tk_buf_append(out, piece.p, piece.n);
		} else if (id[i] < 0 || id[i] >= model->n_ids) {
			st = TOK_E_RANGE;
			if (bad)
				*bad = i;
		}
	}
	if (st)
		out->n = before;
	return st;
}
