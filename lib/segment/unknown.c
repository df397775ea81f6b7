/* SPDX-License-Identifier: Apache-2.0 */
/* Unknown characters to ids, as SentencePiece does (PopulateSentencePieceText
 * in src/sentencepiece_processor.cc). In: a path with -1 in it. Out: ids. */
#include "segment/unknown.h"

#include "base/buf.h"

/* Where the ids go, and how many bytes each stands for. */
struct sink {
	tok_ids *ids, *sizes;
};

static tok_status put(const struct sink *s, tok_id id, size_t size)
{
	tok_status st = tok_ids_append(s->ids, &id, 1);
	tok_id n = (tok_id)size;

	if (!st && s->sizes)
		st = tok_ids_append(s->sizes, &n, 1);
	return st;
}

tok_status tk_unknown(const tok_model *m, tok_bytes clean,
		      const tok_ids *path, tok_ids *ids, tok_ids *sizes)
{
	const struct sink sink = {ids, sizes};
	bool bytes = m->sp_flags & TK_SP_BYTE_FALLBACK;
	bool before = false; /* was an unknown id put last? */
	tok_status st = TOK_OK;
	size_t at = 0;

	if (sizes)
		sizes->n = 0;
	for (size_t i = 0; !st && i < path->n; i++) {
		tok_id id = path->id[i];
		size_t n = id < 0 ? tk_unknown_size(clean.p, at, clean.n)
				  : tk_model_bytes(m, id).n;

		if (id >= 0)
			st = put(&sink, id, n);
		else if (bytes)
			for (size_t k = 0; !st && k < n; k++)
				st = put(&sink, m->fallback[clean.p[at + k]],
					 1);
		else if (!before)
			st = put(&sink, m->unknown, n);
		else if (sizes)
			sizes->id[sizes->n - 1] += (tok_id)n;
		before = id < 0;
		at += n;
	}
	return st;
}
