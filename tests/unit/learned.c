/* SPDX-License-Identifier: Apache-2.0 */
#include "learned.h"

#include "unit.h"

void learned_init(struct learned *l, uint64_t seed, size_t n_texts)
{
	static const char *const word[] = {"ab", "abc", "aa", "bcd", "dd",
					   "cab", "a", "b", "c", "d"};
	const struct tk_seed_limits limits = {5000, 12, 2, 1 << 24};

	*l = (struct learned){.corpus.budget = 1 << 30};
	for (size_t i = 0; i < n_texts; i++) {
		uint8_t text[200];
		size_t n = 0, words = 1 + unit_below(&seed, 30);

		while (words--) {
			const char *w = word[unit_below(&seed, 10)];

			memcpy(text + n, w, strlen(w));
			n += strlen(w);
		}
		assert_ok(tk_corpus_add(&l->corpus, (tok_bytes){text, n}));
	}
	tk_corpus_finish(&l->corpus);
	assert_ok(tk_seed(&l->corpus, &limits, NULL, NULL, &l->vocab));
}

void learned_release(struct learned *l)
{
	tk_vocab_release(&l->vocab);
	tk_corpus_release(&l->corpus);
}
