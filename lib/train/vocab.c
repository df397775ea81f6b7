/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates to a vocabulary. In: a corpus and its best substrings. Out: they
 * and the single bytes in bytewise order, each once. */
#include "train/vocab.h"

#include <stdlib.h>

#include "base/bytes.h"

void tk_vocab_release(struct tk_vocab *v)
{
	tk_free(v->alloc, v->piece, v->cap, sizeof(*v->piece));
	*v = (struct tk_vocab){.alloc = v->alloc};
}

static void count_bytes(const struct tk_corpus *c, uint64_t count[256])
{
	for (size_t i = 0; i < c->n; i++) {
		tok_bytes text = tk_corpus_bytes(c, i);

		for (size_t k = 0; k < text.n; k++)
			count[text.p[k]] += c->pre[i].count;
	}
}

static int by_bytes(const void *a, const void *b)
{
	return tk_bytes_cmp(((const struct tk_learned *)a)->bytes,
			    ((const struct tk_learned *)b)->bytes);
}

tok_status tk_vocab_fill(struct tk_vocab *v, const struct tk_corpus *corpus,
			 const struct tk_candidates *found)
{
	uint64_t count[256] = {0};

	if (!tk_grow(v->alloc, (void **)&v->piece, &v->cap, found->n + 256,
		     sizeof(*v->piece)))
		return TOK_E_MEMORY;
	count_bytes(corpus, count);
	for (size_t i = 0; i < 256; i++)
		v->piece[v->n++] = (struct tk_learned){
			{&tk_every_byte[i], 1}, count[i], 0};
	for (size_t i = 0; i < found->n; i++)
		v->piece[v->n++] = (struct tk_learned){
			found->at[i].bytes, found->at[i].count, 0};
	qsort(v->piece, v->n, sizeof(*v->piece), by_bytes);
	return TOK_OK;
}
