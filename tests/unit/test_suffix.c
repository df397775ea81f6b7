/* SPDX-License-Identifier: Apache-2.0 */
#include "unit.h"

#include "base/bytes.h"
#include "train/suffix.h"

enum { MAX_PLACES = 20000 };

struct fixture {
	struct tk_corpus corpus;
	struct tk_suffix suffix[MAX_PLACES];
	uint8_t shared[MAX_PLACES];
	size_t n;
};

/* All places of some texts of few letters, zero bytes among them. */
static void make(struct fixture *f, uint64_t *random, size_t n_letters)
{
	f->corpus = (struct tk_corpus){.budget = 1 << 30};
	f->n = 0;
	while (f->corpus.bytes.n < MAX_PLACES / 2) {
		uint8_t text[200];
		size_t n = 1 + unit_below(random, sizeof(text));

		for (size_t i = 0; i < n; i++)
			text[i] = (uint8_t)unit_below(random, n_letters);
		assert_ok(tk_corpus_add(&f->corpus, (tok_bytes){text, n}));
	}
	tk_corpus_finish(&f->corpus);
	for (size_t i = 0; i < f->corpus.n; i++)
		for (uint32_t k = 0; k < f->corpus.pre[i].n; k++)
			f->suffix[f->n++].place = (struct tk_place){
				(uint32_t)f->corpus.pre[i].at + k,
				(uint32_t)i};
	for (size_t i = f->n; i > 1; i--) {
		size_t k = unit_below(random, i);
		struct tk_suffix t = f->suffix[i - 1];

		f->suffix[i - 1] = f->suffix[k];
		f->suffix[k] = t;
	}
}

static tok_bytes text_of(const struct tk_suffix_order *o, struct tk_suffix s)
{
	return (tok_bytes){o->corpus->bytes.p + s.place.at,
			   tk_suffix_extent(o, s.place)};
}

static void sorts_and_measures(void **state)
{
	static struct fixture f;
	static const size_t letters[] = {1, 2, 3, 256};
	static const uint32_t longest[] = {2, 7, 8, 33, 255};
	uint64_t random = 1;

	(void)state;
	for (int round = 0; round < 20; round++) {
		make(&f, &random, letters[round % 4]);
		struct tk_suffix_order o = {&f.corpus, longest[round % 5], 1};

		tk_suffix_sort(&o, f.suffix, f.shared, f.n, 0);
		for (size_t i = 1; i < f.n; i++) {
			tok_bytes a = text_of(&o, f.suffix[i - 1]);
			tok_bytes b = text_of(&o, f.suffix[i]);
			size_t same = 0;

			assert_true(tk_bytes_cmp(a, b) <= 0);
			while (same < a.n && same < b.n &&
			       a.p[same] == b.p[same])
				same++;
			assert_int_equal(f.shared[i], same);
		}
		tk_corpus_release(&f.corpus);
	}
}

/* Where rare groups stay as they are, what is shared is never too much, and
 * is right where a common prefix is frequent. */
static void rare_groups_stay_groups(void **state)
{
	static struct fixture f;
	uint64_t random = 2;

	(void)state;
	make(&f, &random, 2);
	struct tk_suffix_order o = {&f.corpus, 64, 50};
	tk_suffix_sort(&o, f.suffix, f.shared, f.n, 0);
	for (size_t i = 1; i < f.n; i++) {
		tok_bytes a = text_of(&o, f.suffix[i - 1]);
		tok_bytes b = text_of(&o, f.suffix[i]);

		assert_true(f.shared[i] <= a.n && f.shared[i] <= b.n);
		assert_memory_equal(a.p, b.p, f.shared[i]);
	}
	/* Intervals of 50 suffixes and more, at every depth, are complete. */
	for (size_t depth = 1; depth < 12; depth++)
		for (size_t i = 0, k; i < f.n; i = k) {
			for (k = i + 1; k < f.n && f.shared[k] >= depth; k++)
				;
			if (k - i < 50)
				continue;
			tok_bytes p = {text_of(&o, f.suffix[i]).p, depth};
			size_t n = 0;
			for (size_t j = 0; j < f.n; j++) {
				tok_bytes t = text_of(&o, f.suffix[j]);

				n += t.n >= depth && !memcmp(t.p, p.p, depth);
			}
			assert_int_equal(n, k - i);
		}
	tk_corpus_release(&f.corpus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_and_measures),
		cmocka_unit_test(rare_groups_stay_groups),
	};
	return cmocka_run_group_tests_name("suffix", tests, NULL, NULL);
}
