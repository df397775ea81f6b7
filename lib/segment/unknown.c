/* SPDX-License-Identifier: Apache-2.0 */
/* Unknown characters to ids, as SentencePiece does (PopulateSentencePieceText
 * in src/sentencepiece_processor.cc). In: a path with -1 in it. Out: ids. */
#include "segment/unknown.h"

#include "base/buf.h"

/* The ids of the bytes of the character at [begin, end). */
static tok_status put_bytes(const tok_model *m, tok_bytes clean, size_t begin,
			    size_t end, tok_spans spans, tok_ids *ids)
{
	bool whole = spans == TOK_SPANS_PEER;
	tok_status st = TOK_OK;

	for (size_t k = begin; !st && k < end; k++) {
		tok_id id = m->fallback[clean.p[k]];

		if (!whole)
			st = tk_ids_put(ids, id, k, k + 1);
		else
			st = tk_ids_put(ids, id, begin,
					k + 1 < end ? begin : end);
	}
	return st;
}

tok_status tk_unknown(const tok_model *m, tok_bytes clean,
		      const tok_ids *path, tok_spans spans,
		      bool *after_unknown, tok_ids *ids)
{
	bool bytes = m->sp_flags & TK_SP_BYTE_FALLBACK;
	tok_status st = TOK_OK;
	size_t at = 0;

	for (size_t i = 0; !st && i < path->n; i++) {
		tok_id id = path->id[i];
		size_t end = at + (id < 0 ? tk_unknown_size(clean.p, at,
							    clean.n)
					  : tk_model_bytes(m, id).n);

		if (id >= 0)
			st = tk_ids_put(ids, id, at, end);
		else if (bytes)
			st = put_bytes(m, clean, at, end, spans, ids);
		else if (!*after_unknown)
			st = tk_ids_put(ids, m->unknown, at, end);
		else if (ids->span)
			ids->span[ids->n - 1].end = end;
		*after_unknown = id < 0;
		at = end;
	}
	return st;
}
